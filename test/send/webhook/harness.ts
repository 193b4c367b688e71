import type { HttpConnection } from "../../../src/send/webhook/connection.js";
import { openHttpConnection } from "../../../src/send/webhook/connection.js";
import { drainPushes } from "../../../src/send/webhook/drain.js";
import type { Pushed, PushParts } from "../../../src/send/webhook/drain.js";
import { endpointOf } from "../../../src/send/webhook/target.js";
import type { PushTarget } from "../../../src/send/webhook/target.js";
import type { PushRow, Store } from "../../../src/store/store.js";
import { HOUR, later, NOW } from "../../contract/store/fixtures.js";
import { openTemporary } from "../../store/temporary.js";
import { startReceiver } from "../../support/receiver.js";
import type { Reaction, Receiver } from "../../support/receiver.js";

export const EDITION = "day:2026-03-09";
export const TOKEN = "123456:abcdefghijklmnopqrstuvwxyz";
const LIMITS = { connectMs: 5_000, responseMs: 5_000 };

/** A store, a receiver and a clock that only `sleep` and `pass` move. */
export interface Harness {
  readonly store: Store;
  readonly receiver: Receiver;
  /** The durations of all sleeps, in ms. */
  readonly slept: readonly number[];
  target(kind: PushTarget["kind"]): PushTarget;
  plan(target: string, sendBefore?: Date): Promise<void>;
  drain(target: PushTarget, parts?: Partial<PushParts> & { readonly responseMs?: number }): Promise<readonly Pushed[]>;
  rows(): Promise<readonly PushRow[]>;
  pass(ms: number): void;
  /** Opens the same store, like another process. */
  reopen(): Promise<Store>;
  close(): Promise<void>;
}

/** Opens a harness. `react` gets the index of each request, from 0. */
export async function openHarness(react?: (turn: number) => Reaction): Promise<Harness> {
  const opened = await openTemporary();
  const receiver = await startReceiver(react);
  let now = NOW;
  const slept: number[] = [];
  const urls: Readonly<Record<PushTarget["kind"], PushTarget>> = {
    webhook: { kind: "webhook", url: `${receiver.url}/hook/secret-path`, secret: "a secret of some length" },
    slack: { kind: "slack", url: `${receiver.url}/services/T0SECRET/B0SECRET` },
    telegram: { kind: "telegram", url: receiver.url, token: TOKEN, chat: "-100" },
  };
  return {
    store: opened.store,
    receiver,
    slept,
    target: (kind) => urls[kind],
    plan: async (target, sendBefore = later(44 * HOUR)) =>
      void (await opened.store.pushes.plan({ editionId: EDITION, targets: [target], sendBefore }, NOW)),
    drain: (target, { responseMs, ...parts } = {}) =>
      drainPushes({
        pushes: opened.store.pushes,
        targets: new Map([["team", target]]),
        payload: () => Promise.resolve('{"hello":"papers"}'),
        open: (to): Promise<HttpConnection> =>
          openHttpConnection(endpointOf(to), { ...LIMITS, ...(responseMs ? { responseMs } : {}) }),
        clock: () => now,
        sleep: async (ms) => {
          slept.push(ms);
          now = later(ms, now);
        },
        signal: new AbortController().signal,
        maxWaitMs: 0,
        userAgent: "paperboy-test",
        ...parts,
      }),
    rows: () => opened.store.pushes.list({ limit: 10 }),
    pass: (ms) => {
      now = later(ms, now);
    },
    reopen: () => opened.reopen(),
    close: async () => {
      await receiver.close();
      await opened.destroy();
    },
  };
}
