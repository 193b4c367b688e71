import { makeDigest, makePaper } from "../../support/papers-model.js";
import { added, both, digest, html, letter, options, text, filler } from "./broken.js";
import type { Breaks } from "./broken.js";

const accents = (bytes: number) => "é ".repeat(bytes / 3);
const unsubscribe = /<a [^>]*href="https:\/\/letters\.example\/unsubscribe"[^>]*>Unsubscribe<\/a>/;

/** Letters that fail the checks of the inbox texts and the sizes. */
export const INBOX_BREAKS: Breaks = {
  "html-size": [{ by: "90,001 bytes", change: added(filler(90_000)), says: /bytes, [\d,]+ over the limit of 90,000/ }],
  "html-nearly-full": [{ by: "75,001 bytes", change: added(filler(75_000)), says: /the HTML part is/ }],
  "encoded-size": [{ by: "80 kB of accents", change: added(accents(80_000)), says: /the encoded HTML part is/ }],
  "text-size": [
    { by: "60,001 bytes", change: letter((old) => ({ text: old.text + filler(60_000) })), says: /the text part is/ },
  ],
  subject: [
    { by: "nothing", change: letter(() => ({ subject: " " })), says: /empty/ },
    { by: "79 characters", change: letter(() => ({ subject: "Lantern".padEnd(79, "n") })), says: /79 characters/ },
    { by: "a line end", change: letter(() => ({ subject: "Lantern\r\nBcc: all" })), says: /control/ },
    { by: "a direction override", change: letter(() => ({ subject: "Lantern \u202Efdp" })), says: /direction/ },
    {
      by: "the words of any edition",
      change: letter(() => ({ subject: "Daily digest, Monday 9 March" })),
      says: /any edition/,
    },
  ],
  preheader: [
    { by: "nothing", change: letter(() => ({ preheader: "" })), says: /preheader is empty/ },
    { by: "the subject again", change: letter(({ subject }) => ({ preheader: subject })), says: /repeats/ },
    { by: "151 characters", change: letter(() => ({ preheader: "a".repeat(151) })), says: /151 characters/ },
    {
      by: "a template without it",
      change: html(/<div class="preheader".*?<\/div>/, ""),
      says: /does not contain/,
    },
  ],
  unsubscribe: [
    { by: "no link in the HTML part", change: html(unsubscribe, ""), says: /HTML part shows no/ },
    { by: "no link in the text part", change: text(/Unsubscribe: .*/, ""), says: /text part does not/ },
    {
      by: "a hidden link",
      change: html(unsubscribe, '<a style="display:none" href="https://letters.example/unsubscribe">Unsubscribe</a>'),
      says: /HTML part shows no/,
    },
    {
      by: "a link without an address where readers cannot unsubscribe",
      change: both(html(unsubscribe, '<a href="#">Unsubscribe</a>'), options({ unsubscribe: "none" })),
      says: /has no address/,
    },
    {
      by: "a label without an address",
      change: both(text(/Unsubscribe: .*/, "Unsubscribe:"), options({ unsubscribe: "none" })),
      says: /gives no address/,
    },
  ],
  "text-parity": [
    {
      by: "a paper that the text part lacks",
      change: letter((old) => ({ text: old.text.replaceAll("Lantern 5:", "Candle 5:") })),
      says: /only the HTML part/,
    },
    {
      by: "a paper that neither part has",
      change: digest(({ kept }) => ({ kept: [...kept, ...makeDigest([makePaper({ title: "Unseen" })]).kept] })),
      says: /neither part/,
    },
    {
      by: "a page of the reader that only papers lead to",
      change: text(/^Papers you like:.*\n/m, ""),
      says: /only the HTML part/,
    },
    {
      by: "a missing address",
      change: text("    https://huggingface.co/papers/2603.10004\n", ""),
      says: /papers' url/,
    },
    {
      by: "another order",
      change: letter((old) => ({
        text: old.text
          .replace("2603.10004?v=1", "?")
          .replace("2603.10005?v=1", "2603.10004?v=1")
          .replace("/?\n", "/2603.10005?v=1\n"),
      })),
      says: /papers' pdfUrl/,
    },
    {
      by: "a missing footer link",
      change: text("https://letters.example/unsubscribe", "-"),
      says: /only the HTML part/,
    },
    {
      by: "an additional footer link",
      change: text("Unsubscribe:", "https://huggingface.co/more"),
      says: /only the text part/,
    },
  ],
};
