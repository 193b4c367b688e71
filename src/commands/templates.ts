import { copyFile, mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { PaperboyError } from "../core/errors.js";
import { BUILT_IN } from "../render/files.js";
import { table } from "../core/text.js";
import type { CommandModule } from "./command.js";

/** The purpose of each template, by a prefix of its name. The first match applies. */
const PURPOSES: readonly { readonly of: string; readonly does: string }[] = [
  { of: "subject.hbs", does: "the subject, at most 78 characters" },
  { of: "preheader.hbs", does: "the text after the subject in an inbox" },
  { of: "letter.html.hbs", does: "the HTML part, with the styles for phones and dark mode" },
  { of: "letter.text.hbs", does: "the text part" },
  { of: "letter.md.hbs", does: "the Markdown shape" },
  { of: "partials/header.html.hbs", does: "the header with the name" },
  { of: "partials/lead.", does: "a paper at the top" },
  { of: "partials/paper.", does: "a paper with a summary" },
  { of: "partials/paper-texts.", does: "the summary, the votes and the links of a paper" },
  { of: "partials/paper-line.", does: "a paper in one line" },
  { of: "partials/revisit.", does: "earlier papers whose votes have jumped" },
  { of: "partials/footer.", does: "why you get this letter, links, the postal address of the sender" },
  { of: "themes/", does: "the styles of the HTML part" },
  { of: "messages/", does: "all texts of the letter in one language" },
  { of: "push/webhook.", does: "an edition as JSON, for a webhook" },
  { of: "push/slack.", does: "an edition for a Slack channel" },
  { of: "push/telegram.", does: "an edition for a Telegram chat" },
  { of: "site/mail.", does: "mails of the public site: confirmations and notices to subscribers" },
  { of: "site/messages/", does: "all texts of the public site in one language" },
  { of: "site/partials/", does: "shared parts of the public site's pages" },
  { of: "site/card.png", does: "the picture in previews of links to the public site" },
  { of: "site/search.js", does: "the search of the static archive" },
  { of: "site/site.css", does: "the styles of the public site" },
  { of: "site/", does: "a page of the public site" },
];

/** The pages of `paperboy preview`. An operator cannot replace them. */
const NOT_REPLACEABLE = /^studio\//;

/** `paperboy templates eject [DIR]`: copies the built-in templates into a folder. */
export const templates: CommandModule = {
  description:
    "Copy the built-in templates into a folder to customise them. Delete the files that you do not change, so that you get updates of them.",
  examples: ["paperboy templates eject my-templates", "paperboy preview --templates my-templates"],
  define: (command, run) => {
    command
      .command("eject")
      .summary("copy the built-in templates into a folder")
      .argument("[dir]", "the folder; created if missing", "templates")
      .option("--force", "overwrite existing files")
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

/** Returns the purpose of a template; an empty string if unknown. */
function purposeOf(name: string): string {
  return PURPOSES.find(({ of }) => name.startsWith(of))?.does ?? "";
}

/** Returns the sorted names of all templates that an operator may replace, with slashes. */
async function listTemplates(): Promise<string[]> {
  const entries = await readdir(BUILT_IN, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(BUILT_IN, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"))
    .filter((name) => !NOT_REPLACEABLE.test(name))
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
    message: `${dir} already contains ${first}${others}; nothing was copied`,
    hint: "Use another folder, or overwrite the files with --force.",
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
