import { savedEditionId } from "../app/records.js";
import type { App } from "../app/app.js";
import { PaperboyError } from "../core/errors.js";
import { readEdition } from "../editions/read-edition.js";
import type { PushRow } from "../store/store.js";
import { fit, table } from "../core/text.js";
import type { CommandModule, Outcome } from "./command.js";
import { pushContext } from "../app/pushes.js";
import { pushSummary } from "../ops/status/pushes.js";
import { EDITION } from "./options.js";

const MAX_ROWS = 200;

/** The time until the deadline of a push that is queued again, as for an edition that is prepared now. */
const SEND_WITHIN_MS = 44 * 3_600_000;

/** `paperboy push list|retry|test`: pushes of editions to webhooks and chats. */
export const push: CommandModule = {
  description:
    "List pushes to webhooks, Slack and Telegram, queue a push again, or test a target. `paperboy run` sends the pushes.",
  examples: ["paperboy push list", "paperboy push retry team day:2026-10-02", "paperboy push test team yesterday"],
  define: (command, run) => {
    command
      .command("list")
      .summary("list the last pushes and their states")
      .argument("[edition]", EDITION)
      .action((edition) => run((app) => list(app, edition)));
    command
      .command("retry")
      .summary("queue a failed or uncertain push again")
      .argument("<name>", "a target's name in the configuration")
      .argument("<edition>", EDITION)
      .action((name, edition) => run((app) => retry(app, name, edition)));
    command
      .command("test")
      .summary("push a source to one target immediately, marked as a test")
      .argument("<name>", "a target's name in the configuration")
      .argument("<source>", "the source to push; see `paperboy --help`")
      .action((name, source) => run((app) => testTarget(app, name, source)));
  },
};

async function list(app: App, edition: string | undefined): Promise<Outcome> {
  const store = await app.store();
  const editionId = edition === undefined ? undefined : await savedEditionId(app, edition);
  const rows = await store.pushes.list({ limit: MAX_ROWS, ...(editionId === undefined ? {} : { editionId }) });
  const message = rows.length === 0 ? "no pushes" : `${rows.length} pushes`;
  return {
    message,
    data: `${rows.length === 0 ? message : tableOf(rows)}\n`,
    result: { pushes: rows.map(pushSummary) },
  };
}

function tableOf(rows: readonly PushRow[]): string {
  return table(
    rows.map(({ editionId, target, state, attempts, nextAt, changedAt, detail }) => [
      fit(editionId, 40),
      target,
      state,
      attempts === 1 ? "1 attempt" : `${attempts} attempts`,
      changedAt.toISOString().slice(0, 16),
      `${nextAt === null ? "" : `next attempt at ${nextAt.toISOString().slice(0, 16)}: `}${fit(detail ?? "", 80)}`,
    ]),
  );
}

async function retry(app: App, name: string, edition: string): Promise<Outcome> {
  assertTarget(app, name);
  const store = await app.store();
  const editionId = await savedEditionId(app, edition);
  const sendBefore = new Date(Number(app.clock()) + SEND_WITHIN_MS);
  if (await store.pushes.retry({ editionId, target: name, sendBefore }, app.clock())) {
    return {
      message: `${editionId} is queued for ${name}; the next \`paperboy run\` pushes it`,
      result: { retried: 1 },
    };
  }
  const row = (await store.pushes.list({ editionId, limit: MAX_ROWS })).find(({ target }) => target === name);
  throw new PaperboyError("usage", {
    message:
      row === undefined
        ? `${editionId} was never queued for ${name}`
        : `the push of ${editionId} to ${name} is ${row.state}`,
    hint: "List the pushes with `paperboy push list`.",
  });
}

async function testTarget(app: App, name: string, sourceText: string): Promise<Outcome> {
  const target = assertTarget(app, name);
  const [{ attempt }, { attemptParts, pushBody }] = await Promise.all([
    import("../send/webhook/attempt.js"),
    import("../app/push-parts.js"),
  ]);
  const read = await readEdition({ source: app.source(sourceText), early: true }, await app.parts());
  if ("reason" in read) return read;
  const { edition } = read;
  const context = pushContext(app);
  const body = await pushBody(context, name, { edition, isTest: true });
  if (body === null)
    return { reason: "nothing-due", message: `no paper of ${edition.source} matches the view of ${name}` };
  // A unique key, so that no receiver confuses the test with the edition.
  const testPush = { editionId: `test:${app.clock().toISOString()}`, name, target, body, attempt: 1 };
  const result = await attempt(testPush, attemptParts(context), () => Promise.resolve(true));
  if (result?.state === "sent") return { reason: "sent", message: `a test was pushed to ${name}: ${result.detail}` };
  const message = `the test was not pushed to ${name}: ${result?.detail ?? ""}`;
  return { reason: "send-incomplete", message, hint: "docs/pushes.md explains the responses." };
}

function assertTarget(app: App, name: string) {
  const targets = app.config.settings.push;
  const target = Object.hasOwn(targets, name) ? targets[name] : undefined;
  if (target !== undefined) return target;
  const names = Object.keys(targets);
  throw new PaperboyError("usage", {
    message: `there is no push target named ${name}`,
    hint:
      names.length === 0
        ? "Configure a target in paperboy.yaml; see docs/pushes.md."
        : `The configured targets are: ${names.join(", ")}.`,
  });
}
