import { added, both, html, letter, text } from "./broken.js";
import type { Breaks } from "./broken.js";

const sheetEnd = /<\/style>\n<\/head>/;

/** Letters that fail the checks of the HTML part. */
export const DOCUMENT_BREAKS: Breaks = {
  links: [
    { by: "javascript:", change: added('<a href="javascript:alert(1)">x</a>'), says: /not an absolute http/ },
    { by: "a relative address", change: added('<a href="/papers">x</a>'), says: /not an absolute http/ },
    { by: "another host", change: added('<a href="https://evil.example/">x</a>'), says: /leads to evil\.example/ },
    {
      by: "a host that looks allowed",
      change: added('<a href="https://huggingface.co@evil.example/">x</a>'),
      says: /user name/,
    },
    {
      by: "another host in the text part",
      change: text("Paperboy\n", "https://evil.example/\n"),
      says: /evil\.example/,
    },
    { by: "a link without text", change: added('<a href="https://huggingface.co/"> </a>'), says: /has no text/ },
    {
      by: "an anchor without a target",
      change: added('<a href="#p99">x</a>'),
      says: /anchor that the letter does not have/,
    },
    {
      by: "two elements with one name",
      change: added('<a id="p1"></a><a id="p1"></a>'),
      says: /two elements have the name p1/,
    },
  ],
  "alt-texts": [
    { by: "none", change: html(/ alt="[^"]*"/, ""), says: /no alternative text/ },
    { by: "a file's name", change: html(/ alt="[^"]*"/, ' alt="lantern-01.png"'), says: /file name/ },
    {
      by: "an empty one in a link",
      change: added('<a href="https://huggingface.co/"><img src="https://pictures.example/a.png" alt=""></a>'),
      says: /alternative text is empty/,
    },
  ],
  contrast: [
    {
      by: "grey on paper",
      change: added('<p style="color:#999999">x</p>'),
      says: /^light: #999999 on #\w{6} has a contrast of 2\.\d+:1/,
    },
    {
      by: "a different background",
      change: added('<p style="background:#222 none">x</p>'),
      says: /^light: #\w{6} on #222222 has a contrast of 1\.\d+:1/,
    },
    { by: "a translucent colour", change: added('<p style="color:rgba(0,0,0,.3)">x</p>'), says: /light:/ },
    { by: "an unknown colour name", change: added('<p style="color:mauve-ish">x</p>'), says: /cannot parse/ },
    {
      by: "a colour without a dark variant",
      change: added('<p style="color:#1c1a17">x</p>'),
      says: /^dark: #1c1a17 on #\w{6} has a contrast of 1\.\d+:1/,
    },
    {
      by: "a dark rule that an inline style overrides",
      change: both(
        added('<p class="mine" style="color:#1c1a17">x</p>'),
        html(sheetEnd, "@media (prefers-color-scheme:dark){.mine{color:#fff}}</style></head>"),
      ),
      says: /^dark: #1c1a17/,
    },
  ],
  "heading-order": [
    { by: "two first headings", change: added("<h1>Again</h1>"), says: /2 h1/ },
    { by: "a skipped level", change: added("<h2>x</h2><h4>x</h4>"), says: /h4 follows/ },
  ],
  "no-active-content": [
    { by: "a script", change: added("<script>alert(1)</script>"), says: /script/ },
    { by: "a form", change: added('<form action="https://huggingface.co/"></form>'), says: /form/ },
    { by: "a frame", change: added('<iframe src="https://huggingface.co/"></iframe>'), says: /iframe/ },
    { by: "an object", change: added("<object></object>"), says: /object/ },
    { by: "an event", change: html("<h1 ", '<h1 onclick="alert(1)" '), says: /onclick/ },
    {
      by: "an external style sheet",
      change: html("<title>", '<link rel="stylesheet" href="https://huggingface.co/a.css"><title>'),
      says: /link/,
    },
    { by: "an import", change: html(/(?<=-->\n)<style>/, '<style>@import "a.css";'), says: /@import/ },
    {
      by: "a picture in a style",
      change: added('<p style="background:url(https://huggingface.co/a.png)">x</p>'),
      says: /url/,
    },
  ],
  language: [
    { by: "none", change: html(' lang="en"', ""), says: /no lang/ },
    { by: "another one", change: letter(() => ({ language: "de" })), says: /lang is en/ },
  ],
  width: [
    {
      by: "a table of 640 px",
      change: added('<table width="640"><tr><td>x</td></tr></table>'),
      says: /fixed width of 640/,
    },
    { by: "a picture of 500 px", change: added('<img alt="x" style="width:500px">'), says: /no max-width: 100%/ },
    { by: "a minimum width", change: added('<p style="min-width:400px">x</p>'), says: /min-width of 400/ },
    { by: "a sheet without a maximum width", change: html("max-width:600px;", ""), says: /outside of any element/ },
    {
      by: "words that cannot break",
      change: letter((old) => ({ html: old.html.replaceAll(/(?:word-break|overflow-wrap|word-wrap):[^;"]+/g, "") })),
      says: /cannot break/,
    },
  ],
};
