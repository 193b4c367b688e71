import path from "node:path";
import type { App } from "../app/app.js";
import { readDigest } from "../app/digest.js";
import { letterOf } from "../app/letter.js";
import type { Digest, Letter } from "../core/model.js";
import type { Renderer } from "../render/renderer.js";
import type { CommandModule } from "./command.js";
import { saveTo } from "./fetch.js";
import { oneOf, TEMPLATES, viewOf, withViewOptions } from "./options.js";

interface Parts {
  readonly app: App;
  readonly templates: string | undefined;
}

type Write = (digest: Digest, parts: Parts) => Promise<string>;

const letter = async (digest: Digest, { app, templates }: Parts): Promise<Letter> =>
  letterOf(app, digest, { templates });
const shapeIn =
  (shape: Parameters<Renderer["shape"]>[1]): Write =>
  async (digest, { app, templates }) =>
    (await app.renderer({ templates })).shape(digest, shape);

/** The functions that write a digest, by format. */
const SHAPES = {
  html: async (digest, parts) => (await letter(digest, parts)).html,
  text: async (digest, parts) => (await letter(digest, parts)).text,
  subject: async (digest, parts) => `${(await letter(digest, parts)).subject}\n`,
  eml: async (digest, parts) => {
    const { composerOf } = await import("../app/recipients.js");
    const composer = await composerOf(parts.app.readOnly);
    const [to = "reader@localhost"] = parts.app.config.settings.to;
    return (await composer.compose(await letter(digest, parts), to)).raw.toString("utf8");
  },
  md: shapeIn("md"),
  json: shapeIn("json"),
  bib: shapeIn("bib"),
  ris: shapeIn("ris"),
} as const satisfies Record<string, Write>;

type Shape = keyof typeof SHAPES;
const SHAPE_NAMES = Object.keys(SHAPES) as Shape[];

/** `paperboy render SOURCE`: prints a letter in one of its formats. */
export const render: CommandModule = {
  description: "Render the letter to standard output. Mails nothing.",
  examples: [
    "paperboy render yesterday --as html > letter.html",
    "paperboy render page.html --as text --abstracts short",
  ],
  define: (command, run) =>
    withViewOptions(command.argument("<source>", "the source to render; see `paperboy --help`"))
      .option("--as <format>", `the format: ${SHAPE_NAMES.join(", ")}`, oneOf(SHAPE_NAMES), "html")
      .option(...TEMPLATES)
      .option("-o, --output <file>", "write to a file instead of standard output")
      .action((source, { as, output, templates, ...flags }) =>
        run(async (app) => {
          const read = await readDigest(app, source, await viewOf(app, flags));
          if ("reason" in read) return read;
          const { digest } = read;
          const text = await SHAPES[as](digest, { app, templates });
          const message = `${digest.kept.length} of ${digest.edition.papers.length} papers, ${Buffer.byteLength(text)} bytes of ${as}`;
          if (output === undefined) return { message, data: text, result: { data: text } };
          await saveTo(path.resolve(app.environment.directory, output), text);
          return { message: `${message}, written to ${output}`, result: { edition: digest.edition.id, file: output } };
        }),
      ),
};
