import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect } from "vitest";
import { startDns } from "../../support/dns.js";
import type { Zone } from "../../support/dns.js";
import { freshHome, paperboy } from "../../support/paperboy.js";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Closes a server when its test is over. */
export function kept<T extends { close(): Promise<void> }>(server: T): T {
  closers.push(() => server.close());
  return server;
}

/** What the doctor found of one check. */
export interface Found {
  readonly id: string;
  readonly result: string;
  readonly detail: string;
  readonly fix: string | null;
}

export interface Visit {
  readonly home?: string;
  readonly yaml?: string;
  readonly environment?: Record<string, string>;
  readonly now?: string;
}

/** Runs `paperboy doctor --only ID --json`, and holds its exit status to what it found. */
export async function examined(id: string, { home = freshHome(), yaml, environment = {}, now }: Visit): Promise<Found> {
  if (yaml !== undefined) writeFileSync(path.join(home, "paperboy.yaml"), yaml);
  const run = await paperboy(["doctor", "--only", id, "--json"], {
    home,
    environment,
    ...(now === undefined ? {} : { now }),
  });
  const [found] = run.json()["checks"] as Found[];
  if (found === undefined) throw new Error(`no check ${id}: ${run.stderr}`);
  expect(run.exit).toBe(found.result === "fail" ? 3 : 0);
  return found;
}

/** A mail server's name that is not this machine's own, so that encryption is asked for. */
export const MAIL_HOST = "mail.example.org";
export const FROM = `Papers <papers@${MAIL_HOST}>`;

/** The environment of somebody who mails through a server of that name on this port, as this zone has it. */
export async function mailingThrough(
  url: string,
  zone: Zone = { [`A ${MAIL_HOST}`]: ["127.0.0.1"] },
): Promise<Record<string, string>> {
  const dns = kept(await startDns(zone));
  return { PAPERBOY_SMTP_URL: url, PAPERBOY_FROM: FROM, PAPERBOY_TEST_DNS: dns.server };
}
