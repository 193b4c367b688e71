import { describe, expect, it } from "vitest";
import { openResolver } from "../../../src/ops/doctor/dns/resolver.js";
import type { Sender } from "../../../src/ops/doctor/dns/sender.js";
import { SENDER_CHECKS } from "../../../src/ops/doctor/dns/checks.js";
import { providerOf } from "../../../src/send/providers/table.js";
import { startDns } from "../../support/dns.js";
import { startSite } from "../../support/site.js";
import { CASES, HOST } from "./dns-cases.js";
import type { Case } from "./dns-cases.js";
import { closeAfterTest } from "./setup.js";

async function runSenderCheck({ id, zone, sender = {} }: Pick<Case, "id" | "zone" | "sender">) {
  const dns = closeAfterTest(await startDns(zone));
  const smtp = { host: HOST, port: 587, secure: false, login: null, allowPlaintext: false };
  const subject: Sender = {
    dns: openResolver(dns.server),
    from: "papers@example.org",
    bounceDomain: null,
    dkim: [],
    smtp,
    provider: providerOf(sender.smtp?.host ?? HOST),
    policyOf: () => Promise.reject(new Error("unexpected request")),
    ...sender,
  };
  const finding = await SENDER_CHECKS.find((check) => check.id === id)?.run(subject);
  if (!finding) throw new Error(`no check ${id}`);
  return finding;
}

it.each(CASES)("$id reports '$result' for $of", async ({ result, detail, fix, ...rest }) => {
  const finding = await runSenderCheck(rest);
  expect(finding.detail).toMatch(detail);
  expect(finding.result).toBe(result);
  expect(finding.fix === null ? null : fix?.test(finding.fix)).toBe(fix === null ? null : true);
});

/** Serves a policy over HTTP, and returns the function that fetches it. */
async function policyFrom(lines: readonly string[]): Promise<Pick<Sender, "policyOf">> {
  const site = closeAfterTest(await startSite({ "/.well-known/mta-sts.txt": { body: lines.join("\r\n") } }));
  return { policyOf: async () => (await fetch(`${site.url}/.well-known/mta-sts.txt`)).text() };
}

describe("dns.mta-sts", () => {
  const zone = { "TXT _mta-sts.example.org": ["v=STSv1; id=1"], "MX example.org": [`10 ${HOST}`] };
  it.each([["mx: mail.example.org"], ["mx: *.example.org"]])(
    "passes when the policy lists the mail server: %s",
    async (line) => {
      const sender = await policyFrom(["version: STSv1", "mode: enforce", line, "max_age: 604800"]);
      expect((await runSenderCheck({ id: "dns.mta-sts", zone, sender })).result).toBe("ok");
    },
  );

  it.each([["mx: old.example.org"], ["mx: *.mail.example.org"]])(
    "fails when the policy lists other servers: %s",
    async (line) => {
      const sender = await policyFrom(["version: STSv1", "mode: enforce", line]);
      const finding = await runSenderCheck({ id: "dns.mta-sts", zone, sender });
      expect(finding.result).toBe("fail");
      expect(finding.fix).toContain("`mx: mail.example.org`");
    },
  );
});

it("reports a DNS server that does not respond", async () => {
  const dns = await startDns({});
  await dns.close();
  await expect(openResolver(dns.server).txt("example.org")).rejects.toMatchObject({
    code: "fetch-failed",
    message: expect.stringContaining("the DNS lookup of example.org failed") as string,
    hint: "Check this machine's DNS servers (/etc/resolv.conf), and try again.",
  });
});
