import { fromCode } from "./macro-table.js";
import type { Rule } from "./rule.js";

const HUES =
  "red|green|blue|teal|orange|purple|magenta|cyan|violet|pink|gr[ae]y|brown|black|olive|yellow|maroon|crimson|salmon|indigo";
const SHADES = "my|dark|light|bright|deep|pale|navy|royal|sky|forest|midnight|brick";

/** A color of LaTeX or of an author, whose command is lost: `blue{text}`, `mypink{text}`, `blue!60{text}`. */
export const COLOR = String.raw`(?<![\p{L}\p{N}\\])(?:${SHADES})?(?:${HUES})(?:![\d!a-z]{1,20})?`;
const COLOR_NAME = new RegExp(String.raw`\{(?<=(?:${HUES})[\d!a-z]{0,20}\{)`, "i");

/** Names of events and data with a year, which look like the key of a citation. */
const EVENTS =
  "aaai|acl|arxiv|clef|coco|colm|cvpr|eccv|emnlp|eval|iccv|iclr|icml|ijcai|imagenet|kdd|mlperf|naacl|neurips|nips|semeval|sigir|task|trec|wmt|workshop|www";

const CITE_KEY = /[a-z]-?(?:19|20)\d\d-?[a-z]/;

/** A key of BibTeX or of the ACL Anthology: the name of an author, the year, words of the title. */
const KEY = String.raw`(?!${EVENTS})([a-z]{2,20}?)(?:-etal-)?-?((?:19|20)\d\d)-?[a-z][a-z\d]{2,60}`;
const AFTER_KEY = String.raw`(?![\p{L}\p{N}_@/-]|\.\p{L})`;
const BEFORE_A_NAME = "and|as|by|following|from|in|like|of|see|than|to|unlike|with";

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** Rules for markup other than TeX, and for what remains of citations and colors. */
export const MARKUP_RULES: readonly Rule[] = [
  {
    why: "a color command lost its backslash: blue{text}",
    needs: COLOR_NAME,
    pattern: () => new RegExp(String.raw`${COLOR}\{([^{}]{0,300})\}`, "giu"),
    replace: "$1",
  },
  {
    why: "the same, never closed",
    needs: COLOR_NAME,
    pattern: () => new RegExp(String.raw`${COLOR}\{(?=[^{}]*$)`, "giu"),
    replace: "",
  },
  {
    why: "the code of a dash or a quotation mark, whose command is lost: jailbreaksx2013methods",
    needs: /x20[12][0-9a-f]/,
    pattern: () => /(?<=[\p{L}\p{N})\].,])x(20(?:1[0-9a-d]|2[0-6]))(?=[\p{L}\s]|$)/gu,
    replace: (_, code) => fromCode(code),
  },
  {
    why: "the key of a citation that is a part of its sentence: as in wang2025memento2",
    needs: CITE_KEY,
    pattern: () =>
      new RegExp(
        String.raw`(?<=(?:^|[.!?]|\b(?:${BEFORE_A_NAME}))[ ~]?)(?<![\p{L}\p{N}_@./-])${KEY}${AFTER_KEY}`,
        "gu",
      ),
    replace: (_, name, year) => `${capitalized(name)} (${year})`,
  },
  {
    why: "the key of a citation whose command is lost: Memento 2 wang2025memento2",
    needs: CITE_KEY,
    pattern: () => {
      const keys = String.raw`(?<![\p{L}\p{N}_@./-])${KEY}(?:[,;] ?${KEY})*`;
      return new RegExp(String.raw`(?:[,;] ?|[ ~])?(?:\[${keys}\]|\(${keys}\)|${keys}${AFTER_KEY})`, "gu");
    },
    replace: "",
  },
  {
    why: "such a key without a name, after its no-break space: Quill~2023quill",
    needs: /~(?:19|20)\d\d[a-z]/,
    pattern: () => /~(?:19|20)\d\d[a-z]{3,40}\d{0,2}(?![\p{L}\p{N}])/gu,
    replace: "",
  },
  {
    why: "bold of Markdown: **Name**, **C**hinese; x**2 is code",
    needs: ["**"],
    pattern: () => /(?<![\p{L}\p{N}*)\]])\*{2,3}(?=[^\s*])([^*]{1,200}?)(?<=[^\s*])\*{2,3}(?!\*)/gu,
    replace: "$1",
  },
  {
    why: "italics of Markdown: *word*; A* and *args are names",
    needs: /\*\p{L}/u,
    pattern: () =>
      /(?<=^|[\s([“"'‘])\*(?=\p{L})([\p{L}\p{M}\p{N}\p{Co} .,:;!?'’()/-]{1,150}?)(?<=[\p{L}\p{N}.,!?)])\*(?=[\s.,;:!?)\]”"'’-]|$)/gu,
    replace: "$1",
  },
  {
    why: "emphasis of Markdown: _two words_, __two words__; __name__ is code",
    needs: /_\p{L}/u,
    pattern: () =>
      /(?<=^|[\s(“"])(?:_(\p{L}[^_\n{}]{0,160}[\p{L}.!?])_|__(\p{L}[^_\n{}]{0,80} [^_\n{}]{0,80}[\p{L}.!?])__)(?=[\s.,;:!?)”"]|$)/gu,
    replace: "$1$2",
  },
  {
    why: "the start of a comment of TeX, after a sentence",
    needs: [" % "],
    pattern: () => /(?<=[.!?]) % (?=\p{Lu}|\\)/gu,
    replace: " ",
  },
];

/**
 * Rules for the dashes, quotation marks and no-break spaces (`~`) that TeX writes in ASCII, in the order of their application.
 */
export const PUNCTUATION_RULES: readonly Rule[] = [
  {
    why: "`~` after a word is a no-break space; in `~5`, `5~10`, `75%~89%` and `x~N(0,1)` it means about, to, and distributed as",
    needs: ["~"],
    pattern: () =>
      /~(?<=[\p{L}\p{N}\p{Co}.,;:)\]}%”’]~)(?<!(?<![\p{L}\p{N}])\p{L}~(?=\p{L}(?:[([]|(?![\p{L}\p{N}])))|\d[%KMBkx]?~(?=\d))(?=[\p{L}\p{N}\p{Co}([\\"“‘])/gu,
    replace: " ",
  },
  {
    why: "`quotes' after a space and before one",
    needs: ["`"],
    pattern: () => /(?<![^\s(“[])`([^`'\n]{1,120})'(?![\p{L}\p{N}`])/gu,
    replace: "‘$1’",
  },
  {
    why: "``quotes''",
    needs: ["``"],
    pattern: () => /``([^`]{0,400}?)(?:''|"|”)/g,
    replace: "“$1”",
  },
  {
    why: "''quotes'' opened with the closing mark",
    needs: ["''"],
    pattern: () => /(?<![\p{L}\p{N}'])''(?=[\p{L}\p{N}])([^'"\n]{1,200})(?:''|")(?!['\p{L}\p{N}])/gu,
    replace: "“$1”",
  },
  {
    why: "\"quotes'' opened with the plain mark",
    needs: ["''"],
    pattern: () => /"(?<![\p{L}\p{N}]")(?=[\p{L}\p{N}])([^"\n]{1,400}?)''(?!['\p{L}\p{N}])/gu,
    replace: "“$1”",
  },
  { why: "--- is an em dash", needs: ["---"], pattern: () => /---(?<![-<!|]---)(?![->|])/g, replace: "—" },
  {
    why: "-- is an en dash, between words, numbers or spaces; `--flag` is code",
    needs: ["--"],
    pattern: () => /--(?<=[\p{L}\p{N}\p{Co})\]}%×”’"'.,?!…]--)(?=[\p{L}\p{N}\p{Co}([{“‘"'$+]|\s|$)|--(?<=\s--)(?=\s)/gu,
    replace: "–",
  },
];
