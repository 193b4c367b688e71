import { afterEach } from "vitest";
import { startSite } from "../support/site.js";
import type { Route, Site } from "../support/site.js";
import { startSmtp } from "../support/smtp.js";
import type { Smtp, SmtpOptions } from "../support/smtp.js";

/** Servers of one test: what it starts is closed behind it, last in first out, with whatever else it hands over. */
export function useServers() {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const part of open.splice(0).toReversed()) await part.close();
  });
  const keep = <T extends { close(): Promise<void> }>(part: T): T => {
    open.push(part);
    return part;
  };
  return {
    keep,
    site: async (routes: Record<string, Route>): Promise<Site> => keep(await startSite(routes)),
    smtp: async (options?: SmtpOptions): Promise<Smtp> => keep(await startSmtp(options)),
  };
}
