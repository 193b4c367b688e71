import path from "node:path";
import type { App } from "../app/app.js";
import type { Digest } from "../core/model.js";
import { readEdition } from "../editions/read-edition.js";
import { rank } from "../rank/digest.js";
import type { Renderer } from "../render/renderer.js";
import type { CommandModule } from "./command.js";
import { saveTo } from "./fetch.js";
import { withRevisit } from "../app/revisit.js";
import { oneOf, viewOf, withViewOptions } from "./options.js";

type Write = (digest: Digest, renderer: Renderer, app: App) => string | Promise<string>;

/** The shapes of a letter. */
const SHAPES = {
  html: (digest, renderer) => renderer.letter(digest).html,
  text: (digest, renderer) => renderer.letter(digest).text,
  subject: (digest, renderer) => `${renderer.letter(digest).subject}\n`,
  eml: async (digest, renderer, app) => {
    const { composerOf } = await import("../app/recipients.js");
    const composer = await composerOf(app, { readOnly: true });
    const [to = "reader@localhost"] = app.config.settings.to;
    return (await composer.compose(renderer.letter(digest), to)).raw.toString("utf8");
  },
  md: (digest, renderer) => renderer.shape(digest, "md"),
  json: (digest, renderer) => renderer.shape(digest, "json"),
  bib: (digest, renderer) => renderer.shape(digest, "bib"),
  ris: (digest, renderer) => renderer.shape(digest, "ris"),
} as const satisfies Record<string, Write>;

type Shape = keyof typeof SHAPES;
const SHAPE_NAMES = Object.keys(SHAPES) as Shape[];

/** `paperboy render SOURCE`: prints a letter in one of its shapes. */
export const render: CommandModule = {
  description: "Render the letter to standard output; nothing is mailed.",
  examples: [
    "paperboy render yesterday --as html > letter.html",
    "paperboy render page.html --as text --abstracts short",
  ],
  define: (command, run) =>
    withViewOptions(command.argument("<source>", "what to render; see `paperboy --help`"))
      .option("--as <shape>", `the shape: ${SHAPE_NAMES.join(", ")}`, oneOf(SHAPE_NAMES), "html")
      .option("--templates <dir>", "a folder whose files replace the built-in templates of the same name")
      .option("-o, --output <file>", "write to a file instead of standard output")
      .action((source, { as, output, templates, ...flags }) =>
        run(async (app) => {
          const view = await viewOf(app, flags);
          const read = await readEdition({ source: app.source(source), early: true }, await app.parts());
          if ("reason" in read) return read;
          const digest = rank((await withRevisit(app, read.edition, { view })).edition, view);
          const text = await SHAPES[as](digest, await app.renderer({ templates }), app);
          const message = `${digest.kept.length} of ${digest.edition.papers.length} papers, ${Buffer.byteLength(text)} bytes of ${as}`;
          if (output === undefined) return { message, data: text, result: { data: text } };
          await saveTo(path.resolve(app.environment.directory, output), text);
          return { message: `${message}, written to ${output}`, result: { edition: digest.edition.id, file: output } };
        }),
      ),
};
