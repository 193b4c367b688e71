import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { DELIVERY } from "../../src/core/delivery-phrases.js";
import { NO_MAILBOX_PHRASES, AMBIGUOUS_PHRASES, NO_MAILBOX } from "../../src/core/mailbox-phrases.js";
import { SENDER } from "../../src/core/refusal-phrases.js";
import { classifyRefusal } from "../../src/core/refusals.js";
import type { Refusal } from "../../src/core/refusals.js";

/** A delivery report about one recipient. */
function report(status: string | null, words: string, parts: Partial<Refusal> = {}) {
  return classifyRefusal({ action: "failed", status, words, context: "", command: null, ...parts });
}

/** A reply to RCPT while sending. */
function reply(words: string, command: Refusal["command"] = "RCPT") {
  return classifyRefusal({ action: null, status: null, words, context: "", command });
}

describe("a refusal caused by the sender is not evidence about the reader", () => {
  it.each([
    ["the sender's daily limit", "5.1.90", "550 5.1.90 the sender reached its daily limit", "limit"],
    ["Gmail's daily limit", "5.4.5", "550 5.4.5 Daily user sending limit exceeded", "limit"],
    ["Gmail's rate for an address", "4.7.28", "421 4.7.28 unusual rate of mail from your IP", "limit"],
    ["Microsoft's daily limit of a tenant", "5.7.232", "550 5.7.232 the tenant exceeded its limit", "limit"],
    ["SES's daily quota", null, "454 Throttling failure: Daily message quota exceeded", "limit"],
    ["a rejected sender", "5.1.0", "550 5.1.0 <papers@example.org> sender rejected", "sender"],
    ["a status that the reply contradicts", "5.1.1", "550 5.7.1 IP address is on a block list", "sender"],
    ["a status that the words contradict", "5.1.1", "550 IP address is on a block list", "sender"],
    ["authentication", "5.7.26", "550 5.7.26 this mail is unauthenticated", "sender"],
    ["a bad sender's domain", "5.1.8", "553 5.1.8 unknown", "sender"],
    ["content", "5.6.0", "554 5.6.0 message looks like junk", "content"],
    ["a letter that is too long", "5.2.3", "552 5.2.3 no", "content"],
    ["too many messages", "5.2.0", "550 too many connections from here", "rate"],
    ["OVH's limit", "5.2.2", "552 5.2.2 exceeded the number of recipients per day", "limit"],
    ["cPanel's limit", null, "550 You have exceeded your hourly quota", "limit"],
    ["Exchange's limit", "5.2.0", "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceeded", "limit"],
    ["Gmail's limit", "5.5.2", "550 5.5.2 You have reached a limit for sending mail", "limit"],
    ["QQ Mail's rate", null, "550 Ip frequency limited", "rate"],
    ["an unverified sender", null, "554 Message rejected: Email address is not verified", "sender"],
    ["a gateway's rule", "5.1.1", "550 5.1.1 rejected because the sending domain is new", "sender"],
    ["an IP address, in German", null, "554 Ihre IP-Adresse ist gesperrt", "sender"],
    ["a sender, in French", null, "550 5.1.1 adresse de l'expéditeur inconnue", "sender"],
    ["a sender, in Chinese", "5.1.1", "550 5.1.1 发件人不存在", "sender"],
    ["QQ Mail's filter", null, "550 Mail content denied", "content"],
  ])("%s", (_, status, words, cause) => {
    expect(report(status, words)).toMatchObject({ cause, effect: "none" });
  });
});

describe("a report that a mail was delivered or is delayed is not a bounce", () => {
  it.each(["delivered", "relayed", "expanded", "delayed"])("%s", (action) => {
    expect(report("4.4.1", "450 4.2.0 try again", { action })).toMatchObject({ cause: "progress", effect: "none" });
  });
});

describe("only a clear 'no such mailbox' is hard", () => {
  it.each([
    ["5.1.1", "550 5.1.1 no such user"],
    ["5.1.1", ""],
    ["5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound"],
    ["5.2.1", "550 5.2.1 user unknown"],
    ["5.4.1", "550 5.4.1 Recipient address rejected: Access denied"],
    ["5.0.0", "550 host unknown"],
    ["5.4.310", "550 5.4.310 DNS domain does not exist [Message=InfoDomainNonexistent]"],
    ["5.7.1", "550 5.7.1 No such user!"],
    ["5.7.1", "553 sorry, this recipient is not in my validrcptto list (#5.7.1)"],
  ])("%s %s", (status, words) => {
    expect(report(status, words)).toMatchObject({ cause: "no-mailbox", effect: "hard" });
  });

  it("is found in an answer to RCPT without a status", () => {
    expect(reply("550 no such user")).toMatchObject({ effect: "hard" });
    expect(reply("550 no such user", "DATA")).toMatchObject({ effect: "permanent" });
  });

  it.each([
    "Benutzer existiert nicht",
    "Utilisateur inconnu",
    "Usuario desconocido",
    "Utente sconosciuto",
    "Usuário desconhecido",
    "Пользователь не найден",
    "该用户不存在",
    "宛先が存在しません",
    "<a@example.com>: Recipient address rejected.",
  ])("is found in an answer to RCPT in other languages: %s", (words) => {
    expect(reply(`550 ${words}`)).toMatchObject({ cause: "no-mailbox", effect: "hard" });
  });

  it("ignores a status elsewhere in the text", () => {
    expect(reply("550 seen 5.1.1 too often")).toMatchObject({ cause: "unknown", effect: "soft" });
  });
});

describe("a refusal about the mailbox that is not clear", () => {
  it.each([
    ["full", "5.2.2", "552 5.2.2 over quota", "full", "soft"],
    ["full, in Exchange's words", "5.2.2", "550 5.2.2 Mailbox size limit exceeded", "full", "soft"],
    ["full, in Spanish", "5.1.1", "550 5.1.1 buzón lleno", "full", "soft"],
    ["full, in Japanese", "5.1.1", "550 5.1.1 メールボックスの容量を超えています", "full", "soft"],
    ["full under a harder status", "5.1.1", "552 5.2.2 over quota", "full", "soft"],
    ["disabled", "5.2.1", "550 5.2.1 this account is disabled", "disabled", "permanent"],
    ["an unknown user, for now", "4.1.1", "450 4.1.1 user unknown", "network", "soft"],
    ["an unknown user after the data", null, "550 user unknown", "no-mailbox", "permanent"],
    ["unreachable", "5.4.7", "delivery time expired", "network", "soft"],
    [
      "a mailbox that gets too much",
      "5.2.1",
      "550 5.2.1 receiving mail at a rate that prevents delivery",
      "full",
      "soft",
    ],
    ["words that no phrase knows", null, "550 computer says no", "unknown", "soft"],
  ])("%s", (_, status, words, cause, effect) => {
    expect(report(status, words)).toMatchObject({ cause, effect });
  });

  it("counts the rest of the report against a clear reply", () => {
    const words = "550 5.1.1 user unknown";
    expect(report("5.1.1", words, { context: "The mailbox is full." })).toMatchObject({
      cause: "full",
      effect: "soft",
    });
  });
});

it("every phrase is normalised, cites where it was seen, and is listed once", () => {
  const rows = [...NO_MAILBOX_PHRASES, ...SENDER, ...DELIVERY, ...NO_MAILBOX];
  expect(rows.filter(({ seen }) => seen === "")).toEqual([]);
  expect(new Set(rows.map(({ says }) => says)).size).toBe(rows.length);
  expect(rows.filter(({ says }) => says !== says.toLowerCase() || /\s\s|[()<>:@]/.test(says))).toEqual([]);
  expect(AMBIGUOUS_PHRASES.every(({ seen }) => seen !== "")).toBe(true);
});

describe("docs/inbox.md, What ends a subscription", () => {
  const docs = readFileSync(path.join(import.meta.dirname, "../../docs/inbox.md"), "utf8");
  const rows = [...docs.matchAll(/^\| (.+?) +\| `([\w-]+)` +\| `(\w+)` +\|$/gm)].map(
    ([, example = "", cause = "", effect = ""]) => ({ example, cause, effect }),
  );

  it("has a row for each cause and each effect", () => {
    const causes = [
      "limit",
      "rate",
      "sender",
      "content",
      "full",
      "disabled",
      "network",
      "no-mailbox",
      "progress",
      "unknown",
    ];
    expect(new Set(rows.map(({ cause }) => cause))).toEqual(new Set(causes));
    expect(new Set(rows.map(({ effect }) => effect))).toEqual(new Set(["hard", "permanent", "soft", "none"]));
  });

  it.each(rows)("gives the cause $cause and the effect $effect for $example", ({ example, cause, effect }) => {
    const words = /`(.+)`/.exec(example)?.[1] ?? "";
    const action = words === "" ? "delayed" : null;
    const command = example.includes("after the letter's data") ? "DATA" : "RCPT";
    expect(classifyRefusal({ action, status: null, words, context: "", command })).toMatchObject({ cause, effect });
  });
});
