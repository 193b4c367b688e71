import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { CERTAIN, DOUBTS, NO_MAILBOX } from "../../src/core/mailbox-phrases.js";
import { MILD } from "../../src/core/refusal-phrases.js";
import { judgeRefusal } from "../../src/core/refusals.js";
import type { Refusal } from "../../src/core/refusals.js";

/** A delivery report about one recipient. */
function report(status: string | null, words: string, parts: Partial<Refusal> = {}) {
  return judgeRefusal({ action: "failed", status, words, context: "", command: null, ...parts });
}

/** A reply to RCPT while sending. */
function reply(words: string, command: Refusal["command"] = "RCPT") {
  return judgeRefusal({ action: null, status: null, words, context: "", command });
}

describe("the sender's own trouble is no evidence about the reader", () => {
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
  ])("%s", (_, status, words, cause) => {
    expect(report(status, words)).toMatchObject({ cause, effect: "none" });
  });
});

describe("a mail that is delivered, or still being tried, is no bounce", () => {
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
  ])("%s %s", (status, words) => {
    expect(report(status, words)).toMatchObject({ cause: "no-mailbox", effect: "hard" });
  });

  it("is found in an answer to RCPT without a status", () => {
    expect(reply("550 no such user")).toMatchObject({ effect: "hard" });
    expect(reply("550 no such user", "DATA")).toMatchObject({ effect: "permanent" });
  });

  it("does not read a status that stands elsewhere in the words", () => {
    expect(reply("550 seen 5.1.1 too often")).toMatchObject({ cause: "unknown", effect: "soft" });
  });
});

describe("a refusal about the mailbox that is not clear", () => {
  it.each([
    ["full", "5.2.2", "552 5.2.2 over quota", "full", "soft"],
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
  const rows = [...CERTAIN, ...MILD, ...NO_MAILBOX];
  expect(rows.filter(({ seen }) => seen === "")).toEqual([]);
  expect(new Set(rows.map(({ says }) => says)).size).toBe(rows.length);
  expect(rows.filter(({ says }) => says !== says.toLowerCase() || /\s\s|[()<>:@]/.test(says))).toEqual([]);
  expect(DOUBTS.every(({ seen }) => seen !== "")).toBe(true);
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

  it.each(rows)("$example is judged as $cause, $effect", ({ example, cause, effect }) => {
    const words = /`(.+)`/.exec(example)?.[1] ?? "";
    const action = words === "" ? "delayed" : null;
    const command = example.includes("after the letter's data") ? "DATA" : "RCPT";
    expect(judgeRefusal({ action, status: null, words, context: "", command })).toMatchObject({ cause, effect });
  });
});
