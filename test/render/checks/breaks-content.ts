import { makePaper, makePapers } from "../../support/papers-model.js";
import { added, both, digest, html, letter, rendered, text } from "./broken.js";
import type { Breaks } from "./broken.js";

/** Letters that fail the checks of the content. */
export const CONTENT_BREAKS: Breaks = {
  "leaked-address": [
    { by: "a reader's", change: added("Mailed to Reader@Example.com"), says: /a reader's address/ },
    { by: "a reader's in a comment", change: added("<!-- reader@example.com -->"), says: /a reader's address/ },
    {
      by: "a reader's in a link",
      change: added('<a href="https://letters.example/?r=reader%40example.com">x</a>'),
      says: /a reader's/,
    },
    {
      by: "a reader's in base64",
      change: added(
        `<a href="https://letters.example/${Buffer.from("reader@example.com").toString("base64url")}">x</a>`,
      ),
      says: /a reader's/,
    },
    {
      by: "a reader's in an escaped part of a link",
      change: added('<a href="https://letters.example/?to=%3Dreader%40example%2Ecom%26x">x</a>'),
      says: /a reader's/,
    },
    {
      by: "a reader's though a paper has a longer one",
      change: both(
        digest(({ edition }) => ({
          edition: { ...edition, papers: [makePaper({ abstract: "Write to old.reader@example.com." })] },
        })),
        added("reader@example.com"),
      ),
      says: /a reader's/,
    },
    {
      by: "a stranger's",
      change: text("Paperboy\n", "stranger@example.org\n"),
      says: /not allowed: s…@example\.org/,
    },
  ],
  tracking: [
    {
      by: "a pixel",
      change: added('<img alt="" src="https://letters.example/o.gif" width="1" height="1">'),
      says: /pixel/,
    },
    { by: "a campaign", change: added('<a href="https://letters.example/?utm_source=mail">x</a>'), says: /utm_source/ },
    {
      by: "an identifier",
      change: added('<a href="https://letters.example/?subscriber_id=7">x</a>'),
      says: /subscriber_id/,
    },
    { by: "a redirect", change: added('<a href="https://click.letters.example/abc">x</a>'), says: /redirects/ },
  ],
  "leftover-template": [
    { by: "braces", change: added("Dear {{name}}"), says: /"\{\{"/ },
    { by: "an object", change: text("Paperboy\n", "[object Object]\n"), says: /object Object/ },
    { by: "undefined", change: letter(() => ({ subject: "Lantern: undefined votes" })), says: /undefined/ },
    { by: "no number", change: added("NaN votes"), says: /NaN/ },
    {
      by: "braces of another name than a paper's",
      change: both(rendered([makePaper({ title: "Filling {{slots}}" })]), added("<p>{{name}}</p>")),
      says: /"\{\{"/,
    },
  ],
  "leftover-tex": [
    { by: "a command", change: added("an \\emph{emphatic} word"), says: /\\emph/ },
    { by: "a group", change: added("x_{ij}"), says: /_\{ij\}/ },
    { by: "math", change: added("$O(n^2)$"), says: /\$O\(n\^2\)\$/ },
    { by: "an escaped sign", change: added("75\\%"), says: /\\%/ },
  ],
  encoding: [
    { by: "no charset", change: html('<meta charset="utf-8">', ""), says: /1024/ },
    { by: "a lost character", change: added("M\uFFFDnchen"), says: /U\+FFFD/ },
  ],
  "duplicate-papers": [
    {
      by: "one twice",
      change: digest(({ kept }) => ({ kept: [...kept, ...kept.slice(0, 1)] })),
      says: /more than once/,
    },
  ],
  "empty-abstracts": [
    {
      by: "one in four",
      change: rendered([...makePapers(3), makePaper({ title: "Without an abstract", abstract: null })]),
      says: /1 of 4/,
    },
  ],
};
