import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { alertMail } from "../../src/app/alert-mail.js";
import type { AlertFacts } from "../../src/app/alert-mail.js";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";
import { startSmtp } from "../support/smtp.js";

const NO_COUNTS = {
  prepared: 0,
  pending: 0,
  claimed: 0,
  sent: 0,
  deferred: 0,
  refused: 0,
  uncertain: 0,
  suppressed: 0,
  expired: 0,
};

const alert = (facts: Partial<AlertFacts>) =>
  alertMail({
    reason: "layout-changed",
    message: "Paperboy does not recognise the page",
    hint: "",
    editions: [],
    replies: [],
    home: "/srv/paperboy",
    ...facts,
  });

describe("the subject of an alert", () => {
  it.each([
    [{}, "Paperboy: the page changed, no letters sent"],
    [{ editions: null }, "Paperboy: the page changed, no letters sent"],
    [{ reason: "store-failed", editions: null }, "Paperboy: the database failed"],
    [{ reason: "send-incomplete" }, "Paperboy: some letters were not sent"],
    [
      { editions: [{ id: "day:2026-03-09", counts: { ...NO_COUNTS, prepared: 40, sent: 40 } }] },
      "Paperboy: the page changed, 40 letters sent",
    ],
    [
      {
        reason: "send-incomplete",
        editions: [
          { id: "day:2026-03-09", counts: { ...NO_COUNTS, prepared: 40, sent: 37, refused: 1, deferred: 2 } },
          { id: "week:2026-W11", counts: { ...NO_COUNTS, prepared: 2, sent: 1, uncertain: 1 } },
        ],
      },
      "Paperboy: 38 of 42 letters sent, 2 deferred, 1 refused, 1 uncertain",
    ],
  ] as const)("of %j says what happened and whether letters were sent: %s", (facts, subject) => {
    expect(alert(facts).subject).toBe(subject);
  });
});

describe("the text of an alert", () => {
  it("has every sentence once and no line over 78 columns", () => {
    const { text } = alert({
      message: "the page of 2026-03-09 has no papers, and the page of the day before has 41: the site may be half-read",
      hint: "The page of 2026-03-09 has no papers\nRun `paperboy doctor --only site` to see which fields of the page are missing.",
      replies: [{ address: "y…@example.com", reply: `refused: 550 5.1.1 ${"no such user ".repeat(9)}` }],
    });
    expect(text.match(/has no papers/g)).toHaveLength(1);
    expect(text).toMatch(/^The page of 2026-03-09/);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(78);
    expect(text).toContain("  y…@example.com: refused: 550 5.1.1 no such user");
  });
});

describe("an alert", () => {
  it("masks the refused address and has no headers of a list", async () => {
    const server = await startSmtp({
      refuse: (to) => (to === "you@example.com" ? { code: 550, message: "5.1.1 <you@example.com> is no user" } : null),
    });
    const environment = {
      PAPERBOY_SMTP_URL: server.url,
      PAPERBOY_FROM: "Papers <papers@example.org>",
      PAPERBOY_ALERT_TO: "ops@example.org",
    };
    const args = ["run", fixture("pages/daily.html"), "--to", "you@example.com"];
    const { stderr } = await paperboy(args, { home: freshHome(), environment });
    const mail = await PostalMime.parse(server.messages[0]?.raw ?? "");
    await server.close();
    expect(mail.subject).toBe("Paperboy: 0 of 1 letters sent, 1 refused");
    expect(mail.text).toContain("y…@example.com: refused: 550 5.1.1 <y…@example.com> is no user");
    expect(`${mail.text ?? ""}${mail.html ?? ""}${stderr}`).not.toContain("you@example.com");
    const names = mail.headers.map(({ key }) => key);
    expect(names.filter((name) => name.startsWith("list-") || name === "precedence")).toEqual([]);
    expect(names).toContain("auto-submitted");
  });
});
