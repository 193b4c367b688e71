import type { App } from "./app.js";
import { PaperboyError } from "../core/errors.js";
import type { Edition } from "../core/model.js";
import { compose } from "./pipeline.js";
import { rank } from "../rank/digest.js";
import { addDays, utcDay } from "../core/calendar.js";
import type { Outcome } from "../commands/command.js";
import { tellDigest, tellLetter, tellReading } from "./progress.js";
import { renderCheckedLetter } from "./letter.js";
import { hasStore, withRevisit } from "./with-revisit.js";
import { namedBy } from "./recipients.js";
import { viewOf } from "../commands/options.js";
import type { RunFlags } from "../commands/run.js";

/**
 * What a run would do, without a connection for mail and without writing anything, not even the page cache. Without SOURCE
 * it takes yesterday. Subscribers are counted where a database stands.
 */
export async function rehearse(app: App, sourceText: string | undefined, flags: RunFlags): Promise<Outcome> {
  const source = app.source(sourceText ?? addDays(utcDay(app.clock()), -1));
  const named = namedBy(app, flags.to);
  const wish = { source, view: await viewOf(app, flags), early: flags.early ?? false };
  const { reading, edition: asRead } = await compose(wish, await app.parts({ readOnly: true }));
  const { edition } = await withRevisit(app, asRead, { view: wish.view, readOnly: true });
  const digest = rank(edition, wish.view);
  tellReading(app.terminal, reading);
  tellDigest(app.terminal, digest);
  if (digest.kept.length === 0) {
    throw new PaperboyError("nothing-due", {
      message: `none of the ${edition.papers.length} papers of ${edition.source} fits the view`,
      hint: `See why with: paperboy explain ${edition.source}`,
    });
  }
  const letter = await renderCheckedLetter(app, digest, {
    readers: named,
    templates: flags.templates,
    placeholders: true,
  });
  tellLetter(app.terminal, letter, digest);
  const readers = named.length + (flags.to ? 0 : await subscribersOf(app));
  if (readers === 0) {
    throw new PaperboyError("config-invalid", {
      message: "nobody to mail: no reader was ever configured",
      hint: "Name one with --to you@example.com, or set `to:` in paperboy.yaml.",
    });
  }
  return {
    reason: "sent",
    message: `dry run: ${readers} ${readers === 1 ? "letter" : "letters"} would go out: ${letter.subject}`,
    result: { dryRun: true, editions: [rehearsed(edition, readers)], warnings: app.terminal.warnings },
  };
}

function rehearsed({ id, source, date, papers }: Edition, readers: number) {
  const none = { sent: 0, deferred: 0, refused: 0, uncertain: 0, suppressed: 0, expired: 0 };
  return { id, source, date, papers: papers.length, counts: { prepared: readers, ...none, pending: readers } };
}

async function subscribersOf(app: App): Promise<number> {
  if (!hasStore(app)) return 0;
  const { active } = await (await app.store()).subscribers.count();
  return active;
}
