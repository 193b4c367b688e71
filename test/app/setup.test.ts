import { expect, it } from "vitest";
import { PaperboyError } from "../../src/core/errors.js";
import type { Outcome } from "../../src/core/outcome.js";
import { completeAnswers } from "../../src/ops/setup/answers.js";
import type { GivenAnswers } from "../../src/ops/setup/answers.js";
import { finish } from "../../src/app/setup.js";
import { minuteOf } from "../../src/ops/setup/schedule.js";

const NO_PAPERS: Outcome = { reason: "no-papers", message: "no papers" };

/** Finishes a home whose test letters end as given, and records what was done in it. */
async function finished(given: GivenAnswers, letter: (day: string) => Promise<Outcome>) {
  const done: string[] = [];
  const outcome = await finish(completeAnswers({ mail: "outbox", to: ["you@example.com"], ...given }), {
    job: { node: "/usr/bin/node", program: "/opt/paperboy.js", home: "/srv/paperboy", version: "1.2.3", fromHour: 0 },
    files: ["paperboy.yaml"],
    today: "2026-10-05",
    addSubscribers: (addresses, frequency) => Promise.resolve(done.push(`${addresses.join()} ${frequency}`)),
    sendTestLetter: (day) => {
      done.push(day);
      return letter(day);
    },
  });
  return { outcome, done };
}

it("adds no subscriber and sends nothing for daily letters", async () => {
  const { outcome, done } = await finished({}, () => Promise.resolve(NO_PAPERS));
  expect(done).toEqual([]);
  expect(outcome).toMatchObject({ message: "wrote paperboy.yaml to /srv/paperboy" });
});

it("ends with the exact line for the crontab", async () => {
  const { outcome } = await finished({}, () => Promise.resolve(NO_PAPERS));
  const line = `${minuteOf("/srv/paperboy")} * * * * /usr/bin/node /opt/paperboy.js --home /srv/paperboy run --quiet >/dev/null`;
  expect(outcome.data?.trimEnd().split("\n").at(-1)).toBe(line);
  expect(outcome.result).toEqual({ home: "/srv/paperboy", files: ["paperboy.yaml"], schedule: line });
});

it("ends with the command that prints any other schedule", async () => {
  const { outcome } = await finished({ schedule: "systemd" }, () => Promise.resolve(NO_PAPERS));
  expect(outcome.data).toMatch(
    /\n\/usr\/bin\/node \/opt\/paperboy.js --home \/srv\/paperboy schedule print systemd\n$/,
  );
});

it("adds subscribers of weekly letters", async () => {
  expect((await finished({ every: "week" }, () => Promise.resolve(NO_PAPERS))).done).toEqual([
    "you@example.com weekly",
  ]);
});

it("sends the test letter of the last day with papers", async () => {
  const sent: Outcome = { reason: "sent", message: "1 of 1 test letters written to outbox/" };
  const { outcome, done } = await finished({ testLetter: true }, (day) =>
    Promise.resolve(day === "2026-10-02" ? sent : NO_PAPERS),
  );
  expect(done).toEqual(["2026-10-04", "2026-10-03", "2026-10-02"]);
  expect(outcome.reason).toBe("sent");
  expect(outcome.data).toMatch(/^wrote .*\n1 of 1 test letters written to outbox\/\n/);
});

it("reports after four days without papers", async () => {
  const { outcome, done } = await finished({ testLetter: true }, () => Promise.resolve(NO_PAPERS));
  expect(done).toHaveLength(4);
  expect(outcome.message).toMatch(/the test letter was not sent: no papers$/);
});

it("reports a test letter that failed, with its hint", async () => {
  const error = new PaperboyError("fetch-failed", { message: "HTTP 503", hint: "Try again later." });
  const { outcome } = await finished({ testLetter: true }, () => Promise.reject(error));
  expect(outcome).toMatchObject({
    reason: "fetch-failed",
    message: "wrote paperboy.yaml to /srv/paperboy; the test letter was not sent: HTTP 503",
  });
  expect(outcome.hint).toMatch(/^Try again later\.\nTo run Paperboy every hour/);
});
