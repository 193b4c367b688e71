import type { Digest, Letter } from "../core/model.js";
import { bibTex, ris } from "./bibliography.js";
import type { Branding } from "./branding.js";
import { fit, trimmedBy } from "./budget.js";
import type { PaperCounts } from "./budget.js";
import { clip } from "./clip.js";
import { openFiles } from "./files.js";
import { createHelpers } from "./helpers.js";
import { letterWriter } from "./letter-data.js";
import type { LetterData } from "./letter-data.js";
import { openTemplates, readTheme } from "./templates.js";
import { openWords } from "./words.js";
import { tidy } from "./wrap.js";

export type { Branding } from "./branding.js";
export { brandingFrom, DEFAULT_BRANDING, placeholderLinks, sampleLinks } from "./branding.js";
export { describeReason } from "./reasons.js";

/** The formats in which a letter can be exported, apart from mail. */
type Shape = "md" | "json" | "bib" | "ris";

/** Renders digests as letters. */
export interface Renderer {
  /**
   * Returns the letter of a digest, within the size budget.
   * @throws PaperboyError `config-invalid` for a mistake in a template or messages file.
   */
  letter(digest: Digest): Letter;
  /** Returns the papers in another format. */
  shape(digest: Digest, shape: Shape): string;
}

/** The templates and the branding. */
export interface RendererOptions {
  /** A folder whose files replace the built-in templates of the same relative name. */
  readonly templatesDir?: string | null;
  readonly branding: Branding;
}

/** RFC 5322, section 2.1.1: lines should have no more than 78 characters. Phones show about half of that. */
const LONGEST_SUBJECT = 78;
const LONGEST_PREHEADER = 150;

/** Creates a renderer. It reads each template on first use and keeps it. */
export function createRenderer({ templatesDir = null, branding }: RendererOptions): Renderer {
  const files = openFiles(templatesDir);
  const templates = openTemplates(files, { partials: "partials", css: readTheme(files, branding.theme) });

  const opened = (digest: Digest) => {
    const words = openWords(files, digest.view.language);
    const helpers = createHelpers(words);
    const data = letterWriter({ digest, branding, words });
    return { data, render: (name: string, given: LetterData) => templates.render(name, given, helpers) };
  };

  return {
    letter: (digest) => {
      const { data, render } = opened(digest);
      const whole = data();
      const subject = oneLine(render("subject.hbs", whole), LONGEST_SUBJECT);
      const preheader = oneLine(render("preheader.hbs", whole), LONGEST_PREHEADER);
      const { html, text, cut } = fit(countPapers(digest), {
        html: (cut) => compact(render("letter.html.hbs", { ...data(cut), preheader })),
        text: (cut) => tidy(render("letter.text.hbs", { ...data(cut), preheader })),
      });
      return {
        editionId: digest.edition.id,
        subject,
        preheader,
        html,
        text,
        language: digest.view.language,
        trimmed: trimmedBy(cut, digest),
      };
    },
    shape: (digest, shape) => {
      const { data, render } = opened(digest);
      const papers = digest.kept.map(({ paper }) => paper);
      const shapes: Readonly<Record<Shape, () => string>> = {
        md: () => tidy(render("letter.md.hbs", data())),
        json: () => `${JSON.stringify(digest, null, 2)}\n`,
        bib: () => bibTex(papers),
        ris: () => ris(papers),
      };
      return shapes[shape]();
    },
  };
}

function countPapers({ kept, revisit }: Digest): PaperCounts {
  return { papers: kept.length, revisit: revisit?.kept.length ?? 0 };
}

/** Makes a text one line without control characters, clipped at a word. */
function oneLine(text: string, most: number): string {
  return clip(text.replaceAll(/[\s\p{C}]+/gu, " ").trim(), most);
}

/** Removes empty lines and indentation. */
function compact(html: string): string {
  return `${html.replaceAll(/\n\s*/g, "\n").trim()}\n`;
}
