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

/** Closes a server after the test. */
export function closeAfterTest<T extends { close(): Promise<void> }>(server: T): T {
  closers.push(() => server.close());
  return server;
}

/** The result of one check in `doctor --json`. */
export interface Found {
  readonly id: string;
  readonly result: string;
  readonly detail: string;
  readonly fix: string | null;
}

export interface DoctorOptions {
  readonly home?: string;
  readonly yaml?: string;
  readonly environment?: Record<string, string>;
  readonly now?: string;
}

/** Runs `paperboy doctor --only ID --json`, and expects the exit status that fits the result. */
export async function runCheck(
  id: string,
  { home = freshHome(), yaml, environment = {}, now }: DoctorOptions,
): Promise<Found> {
  if (yaml !== undefined) writeFileSync(path.join(home, "paperboy.yaml"), yaml);
  const run = await paperboy(["doctor", "--only", id, "--json"], {
    home,
    environment,
    ...(now === undefined ? {} : { now }),
  });
  const [found] = run.json()["checks"] as Found[];
  if (found === undefined) throw new Error(`no check ${id}: ${run.stderr}`);
  const failed = found.id.startsWith("config.") ? 3 : 10;
  expect(run.exit).toBe(found.result === "fail" ? failed : 0);
  return found;
}

/** The name of a mail server that is not a loopback name, so that encryption is required. */
export const MAIL_HOST = "mail.example.org";
export const FROM = `Papers <papers@${MAIL_HOST}>`;

/** Returns the environment for mailing through `url`, with a DNS server for `zone`. */
export async function smtpEnvironment(
  url: string,
  zone: Zone = { [`A ${MAIL_HOST}`]: ["127.0.0.1"] },
): Promise<Record<string, string>> {
  const dns = closeAfterTest(await startDns(zone));
  return { PAPERBOY_SMTP_URL: url, PAPERBOY_FROM: FROM, PAPERBOY_TEST_DNS: dns.server };
}
