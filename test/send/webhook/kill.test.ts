import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { fixture, freshHome, paperboy, projectRoot } from "../../support/paperboy.js";
import { startReceiver } from "../../support/receiver.js";
import { startSite } from "../../support/site.js";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const TARGETS = {
  slack: (url: string) => ({ kind: "slack", url }),
  telegram: (url: string) => ({ kind: "telegram", url, token: `1:${"a".repeat(30)}`, chat: 5 }),
  webhook: (url: string) => ({ kind: "webhook", url }),
} as const;

const RUN = ["run", "2026-10-02", "--json", "--now", "2026-10-05T07:00:00Z"];

/** Runs `paperboy run` as a process of its own. */
function start(home: string) {
  const program = path.join(projectRoot, "bin/paperboy.js");
  const child = spawn(process.execPath, [program, ...RUN], {
    env: { ...process.env, PAPERBOY_HOME: home },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let said = "";
  child.stdout.on("data", (text: Buffer) => {
    said += text.toString("utf8");
  });
  const ended = once(child, "close");
  return { child, ended, result: () => JSON.parse(said) as { exit: number; pushes?: unknown } };
}

it.each([
  ["slack", "uncertain", 1, 7],
  ["telegram", "uncertain", 1, 7],
  ["webhook", "sent", 2, 0],
] as const)(
  "a push to %s is not sent twice when its sender is killed before the response (%s)",
  async (kind, state, requests, exit) => {
    const asked = new EventEmitter();
    const arrived = once(asked, "request");
    const receiver = await startReceiver((turn) => {
      asked.emit("request");
      return turn === 0 ? "silence" : { status: 200 };
    });
    const body = readFileSync(fixture("pages/daily.html"), "utf8");
    const site = await startSite({ "/papers/date/2026-10-02": { body } });
    closers.push(
      () => receiver.close(),
      () => site.close(),
    );
    const home = freshHome();
    const settings = { site: site.url, push: { team: TARGETS[kind](receiver.url) } };
    writeFileSync(path.join(home, "paperboy.json"), JSON.stringify(settings));

    const killed = start(home);
    await arrived;
    killed.child.kill("SIGKILL");
    await killed.ended;
    const next = await paperboy(RUN, { home });
    expect(next.json()).toMatchObject({ exit, pushes: [{ target: "team", state }] });
    const last = await paperboy(RUN, { home });
    expect(last.json()).toMatchObject({ exit: 0 });
    expect(receiver.received).toHaveLength(requests);
    const keys = new Set(receiver.received.map(({ headers }) => headers["idempotency-key"]));
    expect(keys.size).toBe(1);
  },
);

it("two concurrent runs push an edition once", async () => {
  const receiver = await startReceiver();
  const body = readFileSync(fixture("pages/daily.html"), "utf8");
  const site = await startSite({ "/papers/date/2026-10-02": { body } });
  closers.push(
    () => receiver.close(),
    () => site.close(),
  );
  const home = freshHome();
  const push = { team: TARGETS.slack(receiver.url), hook: TARGETS.webhook(receiver.url) };
  writeFileSync(path.join(home, "paperboy.json"), JSON.stringify({ site: site.url, push }));
  const both = [start(home), start(home)];
  await Promise.all(both.map(({ ended }) => ended));
  expect(both.map(({ result }) => result().exit)).toEqual([0, 0]);
  expect(receiver.received).toHaveLength(2);
});
