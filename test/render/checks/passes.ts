import { makePaper, makePapers } from "../../support/papers-model.js";
import { added, both, letter, options, rendered, filler } from "./broken.js";
import type { Change } from "./broken.js";

/** Valid letters that resemble invalid ones. */
export const PASSES: readonly { readonly id: string; readonly by: string; readonly change: Change }[] = [
  { id: "html-nearly-full", by: "50 kB", change: added(filler(30_000)) },
  { id: "encoded-size", by: "plain ASCII close to the limit", change: added(filler(60_000)) },
  {
    id: "subject",
    by: "a paper with this title",
    change: both(
      rendered([makePaper({ title: "Daily Papers" })]),
      letter(() => ({ subject: "Daily Papers" })),
    ),
  },
  { id: "subject", by: "no paper to name", change: rendered([]) },
  {
    id: "unsubscribe",
    by: "no link where readers cannot unsubscribe",
    change: both(rendered(makePapers(2)), options({ unsubscribe: "none" })),
  },
  {
    id: "unsubscribe",
    by: "a paper about it",
    change: both(rendered([makePaper({ title: "Who Unsubscribes:" })]), options({ unsubscribe: "none" })),
  },
  {
    id: "text-parity",
    by: "an address in an abstract",
    change: rendered([makePaper({ abstract: "See https://lamps.example/x." })]),
  },
  { id: "text-parity", by: "a long title without blanks", change: rendered([makePaper({ title: "漢".repeat(120) })]) },
  {
    id: "text-parity",
    by: "papers that the size budget omits",
    change: rendered(makePapers(400, { abstract: "word ".repeat(300) })),
  },
  {
    id: "text-parity",
    by: "one project for two papers",
    change: rendered(makePapers(2, { projectUrl: "https://lamps.example/" })),
  },
  { id: "links", by: "a mail address", change: added('<a href="mailto:paperboy@letters.example">x</a>') },
  {
    id: "alt-texts",
    by: "a decoration",
    change: added('<img src="https://pictures.example/line.png" alt="" width="40">'),
  },
  {
    id: "contrast",
    by: "large text in a lighter colour",
    change: both(added('<p class="kicker" style="color:#8a8378;font-size:24px">x</p>'), (same) => same),
  },
  { id: "contrast", by: "a hidden element", change: added('<p style="display:none;color:#fff">x</p>') },
  { id: "heading-order", by: "a level up", change: added("<h2>x</h2><h3>x</h3><h2>x</h2>") },
  { id: "width", by: "a picture that shrinks", change: added('<img alt="x" width="560" style="max-width:100%">') },
  {
    id: "leaked-address",
    by: "an address that a paper published",
    change: rendered([makePaper({ abstract: "Write to ada@quill.example." })]),
  },
  {
    id: "leaked-address",
    by: "the sender, who is also a reader",
    change: both(options({ readers: ["Paperboy@Letters.example"] }), added("Write to paperboy@letters.example")),
  },
  {
    id: "leaked-address",
    by: "a longer address that ends or begins like a reader's",
    change: both(
      options({
        readers: ["a@b.co"],
        allowedAddresses: ["data@b.com", "a@b.co.example", "x.a@b.co", "a+a@b.co"],
      }),
      added("data@b.com a@b.co.example x.a@b.co a+a@b.co"),
    ),
  },
  { id: "leaked-address", by: "pass@1.5 and mAP@0.5", change: added("pass@1.5 and mAP@0.5") },
  {
    id: "tracking",
    by: "a paper's own address",
    change: rendered([makePaper({ projectUrl: "https://lamps.example/?utm_source=x" })]),
  },
  {
    id: "leftover-template",
    by: "a paper with braces",
    change: rendered([makePaper({ title: "Filling {{slots}} by Lamplight" })]),
  },
  {
    id: "leftover-template",
    by: "a paper about NaN",
    change: rendered([makePaper({ abstract: "Losses become NaN, behaviour undefined. NaN stays." })]),
  },
  { id: "leftover-tex", by: "money and file names", change: added("$5 and a_b for $6, US$7, read_me.txt, C:\\d") },
  {
    id: "encoding",
    by: "a character that the page lost",
    change: rendered([makePaper({ title: "M\uFFFDnchen by Lamplight" })]),
  },
  {
    id: "empty-abstracts",
    by: "one in five",
    change: rendered([...makePapers(4), makePaper({ title: "Without", abstract: null })]),
  },
  {
    id: "empty-abstracts",
    by: "cards, which have none",
    change: rendered(makePapers(3, { abstract: null }), { edition: { format: "cards" } }),
  },
];
