import { copyFile, mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { PaperboyError } from "../core/errors.js";
import { BUILT_IN } from "../render/files.js";
import { table } from "../app/terminal.js";
import type { CommandModule } from "./command.js";

/** What each template does; a row names a file, or a folder by the slash at its end. */
const PURPOSES: readonly { readonly of: string; readonly does: string }[] = [
  { of: "subject.hbs", does: "the subject, at most 78 characters" },
  { of: "preheader.hbs", does: "the line under the subject in an inbox" },
  { of: "letter.html.hbs", does: "the HTML part: its frame, and the styles for phones and dark colours" },
  { of: "letter.text.hbs", does: "the text part" },
  { of: "letter.md.hbs", does: "the Markdown shape" },
  { of: "partials/header.html.hbs", does: "the masthead" },
  { of: "partials/contents.", does: "the leading papers and the contents list" },
  { of: "partials/paper.", does: "a paper in full" },
  { of: "partials/paper-line.", does: "a paper in one line" },
  { of: "partials/revisit.", does: "earlier papers whose votes jumped since" },
  { of: "partials/footer.", does: "why you get this, links, the sender's postal line" },
  { of: "themes/", does: "the look of the HTML part" },
  { of: "messages/", does: "all words of the letter in one language" },
  { of: "push/webhook.", does: "an edition as JSON, for a webhook" },
  { of: "push/slack.", does: "an edition for a Slack channel" },
  { of: "push/telegram.", does: "an edition for a Telegram chat" },
  { of: "site/mail.", does: "the mails of the public site: to confirm, to a member" },
  { of: "site/messages/", does: "all words of the public site in one language" },
  { of: "site/partials/", does: "what the pages of the public site share" },
  { of: "site/site.css", does: "the look of the public site" },
  { of: "site/", does: "a page of the public site" },
];

/** Files that no letter is made of: the studio shows letters, and is not theirs to change. */
const NOT_OF_LETTERS = /^studio\//;

/** `paperboy templates eject [DIR]`: the built-in templates, copied out to be changed. */
export const templates: CommandModule = {
  description:
    "Copy the built-in templates into a folder, to be changed there. Keep only the files that you change: the others stay built in and up to date.",
  examples: ["paperboy templates eject my-templates", "paperboy preview --templates my-templates"],
  define: (command, run) => {
    command
      .command("eject")
      .summary("copy them into a folder")
      .argument("[dir]", "the folder; it is made when it is missing", "templates")
      .option("--force", "overwrite files that are there already")
      .action((dir, { force = false }) =>
        run(async (app) => {
          const folder = path.resolve(app.environment.directory, dir);
          const names = await listTemplates();
          const taken = force ? [] : await filesIn(folder, names);
          if (taken.length > 0) throw refuse(dir, taken);
          for (const name of names) await copyOut(name, folder);
          const message = `${names.length} templates copied to ${dir}; use them with \`--templates ${dir}\` or \`templates: ${dir}\` in paperboy.yaml`;
          return {
            message,
            data: `${table(names.map((name) => [name, purposeOf(name)]))}\n\n${message}\n`,
            result: { folder, files: names.map((name) => ({ name, does: purposeOf(name) })) },
          };
        }),
      );
  },
};

/** What a template does; empty for one that the table does not know. */
function purposeOf(name: string): string {
  return PURPOSES.find(({ of }) => name.startsWith(of))?.does ?? "";
}

/** The names of all templates of letters, with slashes, in the order of their names. */
async function listTemplates(): Promise<string[]> {
  const entries = await readdir(BUILT_IN, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(BUILT_IN, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"))
    .filter((name) => !NOT_OF_LETTERS.test(name))
    .toSorted();
}

async function filesIn(folder: string, names: readonly string[]): Promise<string[]> {
  const there = await readdir(folder, { recursive: true }).catch(() => []);
  const known = new Set(there.map((name) => name.replaceAll(path.sep, "/")));
  return names.filter((name) => known.has(name));
}

function refuse(dir: string, taken: readonly string[]): PaperboyError {
  const [first = ""] = taken;
  const others = taken.length > 1 ? ` and ${taken.length - 1} more` : "";
  return new PaperboyError("usage", {
    message: `${dir} holds ${first}${others} already; nothing was copied`,
    hint: "Name another folder, or overwrite them with --force.",
  });
}

async function copyOut(name: string, folder: string): Promise<void> {
  const file = path.join(folder, name);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await copyFile(path.join(BUILT_IN, name), file);
  } catch (cause) {
    throw new PaperboyError("usage", {
      message: `cannot write ${file}`,
      hint: "Check the folder and its permissions.",
      cause,
    });
  }
}
