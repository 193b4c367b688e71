import type { App } from "../app/app.js";
import { PaperboyError } from "../core/errors.js";
import { readEdition } from "../editions/read-edition.js";
import type { PushRow } from "../store/store.js";
import { fit, table } from "../app/terminal.js";
import type { CommandModule, Outcome } from "./command.js";
import { pushResult } from "../app/pushes.js";

const MOST_ROWS = 200;

/** A push that was put back in line may go out so long, like an edition that was prepared now. */
const SEND_WITHIN_MS = 44 * 3_600_000;

/** `paperboy push list|retry|test`: editions on their way to webhooks and chats. */
export const push: CommandModule = {
  description:
    "See what was pushed to webhooks, Slack and Telegram, put a push back in line, or try a target. `paperboy run` is what pushes.",
  examples: ["paperboy push list", "paperboy push retry team day:2026-10-02", "paperboy push test team yesterday"],
  define: (command, run) => {
    command
      .command("list")
      .summary("the last pushes, and how each ended")
      .argument("[edition]", "an edition's id, such as day:2026-10-02")
      .action((editionId) => run((app) => list(app, editionId)));
    command
      .command("retry")
      .summary("put one back in line that did not go, or may not have")
      .argument("<name>", "a target's name in the configuration")
      .argument("<edition>", "an edition's id")
      .action((name, editionId) => run((app) => retry(app, name, editionId)));
    command
      .command("test")
      .summary("push a source to one target now, marked as a test")
      .argument("<name>", "a target's name in the configuration")
      .argument("<source>", "what to push; see `paperboy --help`")
      .action((name, source) => run((app) => tryTarget(app, name, source)));
  },
};

async function list(app: App, editionId: string | undefined): Promise<Outcome> {
  const store = await app.store();
  const rows = await store.pushes.list({ limit: MOST_ROWS, ...(editionId === undefined ? {} : { editionId }) });
  const message = rows.length === 0 ? "nothing was pushed" : `${rows.length} pushes`;
  return {
    message,
    data: `${rows.length === 0 ? message : tableOf(rows)}\n`,
    result: { pushes: rows.map(pushResult) },
  };
}

function tableOf(rows: readonly PushRow[]): string {
  return table(
    rows.map(({ editionId, target, state, attempts, nextAt, changedAt, detail }) => [
      fit(editionId, 40),
      target,
      state,
      attempts === 1 ? "1 try" : `${attempts} tries`,
      changedAt.toISOString().slice(0, 16),
      `${nextAt === null ? "" : `again from ${nextAt.toISOString().slice(0, 16)}: `}${fit(detail ?? "", 80)}`,
    ]),
  );
}

async function retry(app: App, name: string, editionId: string): Promise<Outcome> {
  assertTarget(app, name);
  const store = await app.store();
  const sendBefore = new Date(Number(app.clock()) + SEND_WITHIN_MS);
  if (await store.pushes.retry({ editionId, target: name, sendBefore }, app.clock())) {
    return {
      message: `${editionId} is in line for ${name}; the next \`paperboy run\` pushes it`,
      result: { retried: 1 },
    };
  }
  const row = (await store.pushes.list({ editionId, limit: MOST_ROWS })).find(({ target }) => target === name);
  throw new PaperboyError("usage", {
    message:
      row === undefined ? `${editionId} was never in line for ${name}` : `${editionId} to ${name} is ${row.state}`,
    hint: "See `paperboy push list`.",
  });
}

async function tryTarget(app: App, name: string, sourceText: string): Promise<Outcome> {
  const target = assertTarget(app, name);
  const [{ attempt }, { bodyFor, sendingParts }] = await Promise.all([
    import("../send/webhook/attempt.js"),
    import("../app/push-parts.js"),
  ]);
  const read = await readEdition({ source: app.source(sourceText), early: true }, await app.parts());
  if ("reason" in read) return read;
  const { edition } = read;
  const body = await bodyFor(app, name, { edition, isTest: true });
  if (body === null)
    return { reason: "nothing-due", message: `no paper of ${edition.source} fits the view of ${name}` };
  // A key of its own, so that no receiver takes the test for the edition.
  const sending = { editionId: `test:${app.clock().toISOString()}`, name, target, body, attempt: 1 };
  const settled = await attempt(sending, sendingParts(app), () => Promise.resolve(true));
  if (settled?.state === "sent") return { reason: "sent", message: `a test was pushed to ${name}: ${settled.detail}` };
  const message = `the test for ${name} did not go: ${settled?.detail ?? ""}`;
  return { reason: "send-incomplete", message, hint: "docs/pushes.md says what the answers mean." };
}

function assertTarget(app: App, name: string) {
  const targets = app.config.settings.push;
  const target = Object.hasOwn(targets, name) ? targets[name] : undefined;
  if (target !== undefined) return target;
  const names = Object.keys(targets);
  throw new PaperboyError("usage", {
    message: `no push target is called ${name}`,
    hint: names.length === 0 ? "Name one in paperboy.yaml: docs/pushes.md." : `There are: ${names.join(", ")}.`,
  });
}
