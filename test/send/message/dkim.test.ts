import { generateKeyPairSync } from "node:crypto";
import { dkimVerify } from "mailauth/lib/dkim/verify.js";
import { describe, expect, it } from "vitest";
import { composeMessage, type ComposeContext } from "../../../src/send/message/template.js";
import { dkimRecord, type DkimKey, loadDkimKey, SIGNED_HEADERS } from "../../../src/send/message/dkim.js";
import { CONTEXT, LETTER } from "./letters.js";

const rsaPem = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const edPem = generateKeyPairSync("ed25519").privateKey;
const domain = "example.org";

const rsa = loadDkimKey({
  domain,
  selector: "r1",
  privateKey: rsaPem.export({ type: "pkcs1", format: "pem" }).toString(),
});
const ed = loadDkimKey({
  domain,
  selector: "e1",
  privateKey: edPem.export({ type: "pkcs8", format: "pem" }).toString(),
});

const FULL: ComposeContext = {
  ...CONTEXT,
  replyTo: "help@example.org",
  dkim: [ed, rsa],
  listArchive: "https://papers.example.org/archive",
  links: ({ subscriberId }) => ({
    unsubscribeUrl: `https://papers.example.org/u/${"t".repeat(24)}${subscriberId}`,
    unsubscribeMailto: "mailto:unsub+token@example.org",
    preferencesUrl: null,
  }),
};

/** Resolves the records of these keys only. */
function dnsOf(keys: readonly DkimKey[]) {
  const records = new Map(keys.map((key) => [`${key.selector}._domainkey.${key.domain}`, dkimRecord(key)]));
  return async (name: string): Promise<string[][]> => {
    const record = records.get(name);
    if (record === undefined) {
      throw Object.assign(new Error("not found"), { code: "ENOTFOUND" });
    }
    // TXT records consist of strings of at most 255 bytes (RFC 1035 section 3.3).
    return [record.match(/.{1,255}/g) ?? []];
  };
}

interface Verified {
  readonly status: { readonly result: string };
  readonly signingHeaders?: { readonly keys: string };
}

async function verify(raw: Buffer | string): Promise<readonly Verified[]> {
  const { results } = await dkimVerify(Buffer.from(raw), { resolver: dnsOf([rsa, ed]) });
  return results;
}

async function resultsOf(raw: Buffer | string): Promise<string[]> {
  return (await verify(raw)).map(({ status }) => status.result);
}

describe("DKIM signatures", () => {
  it.each([
    ["plain", LETTER.html, LETTER.text],
    ["spaces of all kinds, and none at the end", "a  b\t \tc \n\n d\t\n\n\n\n", "  x  "],
    ["nothing", "", ""],
    ["dots and long lines", `.\n..\n.${"x".repeat(3000)}`, ".\n"],
    ["Chinese in base64", "小模型学会等待。".repeat(200), "小模型学会等待。".repeat(200)],
    ["placeholders", '<a href="{link:unsubscribe}">leave</a>', "Leave: {link:unsubscribe}"],
    [
      "placeholders in base64",
      `${"小模型".repeat(200)}{link:unsubscribe}${"学会".repeat(99)}`,
      "学会{link:unsubscribe}",
    ],
  ])("verify with RSA and Ed25519: %s", async (_, html, text) => {
    for (const subscriberId of [1, 12, 123]) {
      const reader = { address: `reader${subscriberId}@example.com`, subscriberId };
      const { raw } = await composeMessage({ ...LETTER, html, text }, reader, FULL);
      expect(await resultsOf(raw)).toEqual(["pass", "pass"]);
    }
  });

  it.each([
    ["a subject in many encoded words", { subject: "小模型学会等待".repeat(20) }],
    ["a subject with odd spaces", { subject: "a   b\t\tc" }],
  ])("verify with %s", async (_, letter) => {
    const { raw } = await composeMessage({ ...LETTER, ...letter }, { address: "you@example.com" }, FULL);
    expect(await resultsOf(raw)).toEqual(["pass", "pass"]);
  });

  it("survive relays that change spaces and folding", async () => {
    const { raw } = await composeMessage(LETTER, { address: "you@example.com" }, FULL);
    const relayed = raw
      .toString()
      .replace("Subject: ", "SUBJECT:   ")
      .replace(/(Feedback-ID: \S+)/, "$1  ")
      .replace(",\r\n <mailto", ", <mailto");
    expect(relayed).not.toBe(raw.toString());
    expect(await resultsOf(`Received: from a by b; Tue, 10 Mar 2026 06:00:00 +0000\r\n${relayed}`)).toEqual([
      "pass",
      "pass",
    ]);
  });

  it("cover every relevant header field, and one more of each than is present", async () => {
    const { raw } = await composeMessage(LETTER, { address: "you@example.com" }, FULL);
    const text = raw.toString();
    const named = /\bh=([^;]*);/.exec(text)?.[1]?.replaceAll(/\s/g, "").split(":") ?? [];
    for (const name of SIGNED_HEADERS) {
      const there = text.split("\r\n\r\n")[0]?.match(new RegExp(`^${name}:`, "gim"))?.length ?? 0;
      expect([name, named.filter((entry) => entry === name).length]).toEqual([name, there + 1]);
    }
    // RFC 8058 section 4.
    expect(named).toEqual(expect.arrayContaining(["list-unsubscribe", "list-unsubscribe-post", "feedback-id"]));
  });

  const ABSENT = new Set(["cc", "list-help", "list-owner", "content-transfer-encoding"]);
  const PRESENT = SIGNED_HEADERS.filter((name) => !ABSENT.has(name));

  it.each(PRESENT)("fail when %s is changed", async (name) => {
    const { raw } = await composeMessage(LETTER, { address: "you@example.com", subscriberId: 5 }, FULL);
    const changed = raw.toString().replace(new RegExp(`^(${name}: ?.*?)(\\S)(\r\n(?![ \t]))`, "ims"), "$1$2x$3");
    expect(changed).not.toBe(raw.toString());
    expect(await resultsOf(changed)).not.toContain("pass");
  });

  it.each(SIGNED_HEADERS)("fail when another %s is added", async (name) => {
    const { raw } = await composeMessage(LETTER, { address: "you@example.com", subscriberId: 5 }, FULL);
    expect(await resultsOf(`${name}: added\r\n${raw.toString()}`)).not.toContain("pass");
    const [head = "", ...body] = raw.toString().split("\r\n\r\n");
    expect(await resultsOf([`${head}\r\n${name}: added`, ...body].join("\r\n\r\n"))).not.toContain("pass");
  });

  it("fail when the body is changed or cut", async () => {
    const { raw } = await composeMessage(LETTER, { address: "you@example.com" }, FULL);
    for (const changed of [
      raw.toString().replace("patience", "haste").replace("wait</h1>", "run</h1>"),
      `${raw.toString()}more\r\n`,
    ]) {
      expect(await resultsOf(changed)).not.toContain("pass");
    }
  });

  it("leave out header fields that a provider rewrites", async () => {
    const context = { ...FULL, rewritten: ["date", "message-id"] };
    const { raw } = await composeMessage(LETTER, { address: "you@example.com" }, context);
    const relayed = raw
      .toString()
      .replace(/^Message-ID: .*$/m, "Message-ID: <0100-new@email.relay.example>")
      .replace(/^Date: .*$/m, "Date: Wed, 11 Mar 2026 07:00:00 +0000");
    expect(await resultsOf(relayed)).toEqual(["pass", "pass"]);
  });

  it("are the same for the same message, so that a retry sends the same bytes", async () => {
    const reader = { address: "you@example.com", subscriberId: 1 };
    const messages = [await composeMessage(LETTER, reader, FULL), await composeMessage(LETTER, reader, FULL)];
    expect(messages[1]?.raw).toEqual(messages[0]?.raw);
  });

  it("are not made without a key", async () => {
    const { raw } = await composeMessage(LETTER, { address: "you@example.com" }, CONTEXT);
    expect(raw.toString()).not.toContain("DKIM-Signature");
  });
});

/** Removes what may differ between readers from a message. */
function neutral(raw: Buffer): string {
  return raw
    .toString()
    .replaceAll(/^DKIM-Signature:.*?\r\n(?![ \t])/gms, "")
    .replaceAll(/^To: .*\r\n|^Message-ID: .*\r\n/gm, "")
    .replaceAll(/t{24}\d/g, "TOKEN");
}

describe("messages of one letter to two readers", () => {
  it("differ only in To, Message-ID, links and signatures", async () => {
    const letter = { ...LETTER, html: '<a href="{link:unsubscribe}">leave</a>', text: "Leave: {link:unsubscribe}\n" };
    const one = await composeMessage(letter, { address: "me@example.com", subscriberId: 1 }, FULL);
    const two = await composeMessage(letter, { address: "other@example.net", subscriberId: 2 }, FULL);
    expect(one.raw).not.toEqual(two.raw);
    expect(neutral(one.raw)).toBe(neutral(two.raw));
    expect(one.html).toContain(`/u/${"t".repeat(24)}1"`);
  });
});

describe("loadDkimKey", () => {
  const weak = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
  const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const locked = rsaPem.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" });

  it.each([
    ["no key", "hello"],
    ["a public key", rsaPem.export({ type: "pkcs8", format: "pem" }).toString().replaceAll("PRIVATE", "PUBLIC")],
    ["RSA with 1024 bits", weak.export({ type: "pkcs8", format: "pem" }).toString()],
    ["a key of another type", elliptic.export({ type: "pkcs8", format: "pem" }).toString()],
    ["a key with a passphrase", locked.toString()],
  ])("refuses %s without quoting it", (_, privateKey) => {
    const load = () => loadDkimKey({ domain, selector: "s", privateKey });
    expect(load).toThrow(expect.objectContaining({ code: "config-invalid" }));
    expect(load).not.toThrow(privateKey.slice(0, 40) === "hello" ? "hello" : privateKey.slice(40, 80));
  });

  it.each(["exa mple.org", "example.org; x=y", ""])("refuses %j as a domain", (name) => {
    const privateKey = edPem.export({ type: "pkcs8", format: "pem" }).toString();
    expect(() => loadDkimKey({ domain: name, selector: "s", privateKey })).toThrow("not a valid DNS name");
  });
});
