import { expect, it } from "vitest";
import { MAIL_CHOICES, PRESETS } from "../../../src/ops/setup/answers.js";
import type { MailProvider } from "../../../src/send/providers/provider.js";
import { providerOf, PROVIDERS } from "../../../src/send/providers/table.js";

const rows: readonly MailProvider[] = PROVIDERS;

it("offers the outbox, this machine, each preset once, and any other server", () => {
  expect(MAIL_CHOICES.slice(0, 3)).toEqual(["outbox", "local", "gmail"]);
  expect(MAIL_CHOICES.at(-1)).toBe("smtp");
  expect(new Set(MAIL_CHOICES).size).toBe(MAIL_CHOICES.length);
});

it.each(PRESETS)("reaches $preset over TLS: from the first byte on 465, by STARTTLS on 587", (preset) => {
  expect([465, 587]).toContain(preset.port);
  expect(preset.host).toMatch(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/);
  expect(preset.password).toMatch(/^[a-z].*[^.]$/);
});

it.each(rows)("finds $name by the host of its preset", ({ name, setup }) => {
  expect(setup === undefined ? name : providerOf(setup.host).name).toBe(name);
});

it.each(rows)("describes $name in plain data: a limit, lower-case fields, whole sentences", (provider) => {
  const { limit, rewrites, note, loginReplies = [], refusedLogin } = provider;
  expect(limit?.perDay ?? 1).toBeGreaterThan(0);
  expect(rewrites).toEqual(rewrites.map((field) => field.toLowerCase()));
  expect(note).toMatch(/^[A-Z].*\.$/);
  for (const { means, step } of [...loginReplies, ...(refusedLogin ? [refusedLogin] : [])]) {
    expect(means).toMatch(/^[A-Z].*\.$/);
    expect(step).toMatch(/^[A-Z].*\.$/);
  }
});
