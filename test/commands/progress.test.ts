import { describe, expect, it } from "vitest";
import { createMasker } from "../../src/core/mask.js";
import type { App } from "../../src/app/app.js";
import { printDeliveries } from "../../src/app/progress.js";
import type { DeliveryState } from "../../src/core/model.js";
import { createTerminal } from "../../src/app/terminal.js";
import { fixture, paperboy } from "../support/paperboy.js";
import { startSmtp } from "../support/smtp.js";

const daily = fixture("pages/daily.html");
const people = Array.from({ length: 8 }, (_, index) => `r${index}@example.com`);
const toAll = people.flatMap((address) => ["--to", address]);

/** Returns what a command prints about these deliveries. */
function printed(state: DeliveryState, details: readonly string[], stopped: { message: string } | null = null): string {
  let written = "";
  const stderr = { isTTY: true, write: (text: string) => void (written += text) };
  const terminal = createTerminal({ stderr, quiet: false, verbose: false, mask: createMasker() });
  const progress = printDeliveries({ terminal, environment: { directory: "/home" } } as App);
  details.forEach((detail, index) => progress.add({ to: `r${index}@example.com`, state, detail }));
  progress.end(stopped);
  return written;
}

describe("printDeliveries, for sent letters", () => {
  it("lists up to five, and prints where to open them once, at the end", async () => {
    const { stderr } = await paperboy(["run", daily, ...toAll], { isTTY: true });
    const lines = stderr.trimEnd().split("\n");
    expect(lines.filter((line) => line.startsWith("wrote"))).toHaveLength(5);
    expect(lines.slice(-3)).toEqual([
      "          and 3 more",
      expect.stringMatching(/^open +file:\/\/.+\.html$/),
      expect.stringMatching(/^next, /),
    ]);
    expect(stderr.match(/^(?:open|next)/gm)).toHaveLength(2);
  });

  it("prints no next step for mail", () => {
    expect(printed("sent", ["250 ok"])).not.toMatch(/open|next,/);
  });
});

describe("printDeliveries, for faults", () => {
  it("prints the same fault once, with the first three masked addresses", () => {
    expect(printed("deferred", Array<string>(5).fill("451 come back"))).toBe(
      "warning: r…@example.com and 4 more: deferred: 451 come back\n",
    );
  });

  it("prints up to twenty different faults", () => {
    const written = printed(
      "refused",
      Array.from({ length: 25 }, (_, index) => `550 no ${index}`),
    );
    expect(written.trimEnd().split("\n")).toHaveLength(21);
    expect(written).toContain("and 5 more; `paperboy status`");
  });

  it("omits the fault that the result reports", () => {
    expect(printed("pending", ["cannot mail", "not tried: cannot mail", "451 other"], { message: "cannot mail" })).toBe(
      "warning: r…@example.com: pending: 451 other\n",
    );
  });

  it.each(["send", "run"])("prints a connection fault once in %s", async (command) => {
    const server = await startSmtp();
    await server.close();
    const environment = { PAPERBOY_SMTP_URL: server.url, PAPERBOY_FROM: "digest@example.org" };
    const { exit, stderr } = await paperboy([command, daily, ...toAll], { environment });
    expect(exit).toBe(7);
    expect(stderr.match(/cannot send mail through/g)).toHaveLength(1);
  });
});

it.each([
  [[], "by votes"],
  [["--include", "agents"], "by relevance"],
])("prints the order that was used, with %j", async (flags, order) => {
  const args = ["run", daily, "--to", "you@example.com", "--order", "relevance", ...flags];
  const { stderr } = await paperboy(args, { isTTY: true });
  expect(stderr).toMatch(new RegExp(`^kept .*${order}$`, "m"));
});

describe("an invalid address", () => {
  it.each([
    [{ PAPERBOY_TO: "a@example.com, invalid" }, "PAPERBOY_TO: to.1: "],
    [{ PAPERBOY_REPLY_TO: "invalid" }, "PAPERBOY_REPLY_TO: replyTo: "],
    [{ PAPERBOY_ALERT_TO: "invalid" }, "PAPERBOY_ALERT_TO: alertTo: "],
    [{ PAPERBOY_UNSUBSCRIBE_ADDRESS: "invalid" }, "PAPERBOY_UNSUBSCRIBE_ADDRESS: unsubscribeAddress: "],
    [{ PAPERBOY_FROM: "invalid" }, "PAPERBOY_FROM: from: "],
    [
      { PAPERBOY_SMTP_URL: "smtp://user@mail.example.org", PAPERBOY_FROM: "a@example.org" },
      "PAPERBOY_SMTP_URL: smtp: ",
    ],
  ])("is reported with the name of its setting: %j", async (wrong, place) => {
    const environment = { PAPERBOY_TO: "you@example.com", ...wrong };
    const { exit, stderr } = await paperboy(["run", daily], { environment });
    expect(exit).toBe(3);
    expect(stderr.trimEnd().split("\n").at(-1)).toContain(`config-invalid: ${place}`);
  });
});
