import { expect, it } from "vitest";
import { PaperboyError } from "../../../src/core/errors.js";
import type { Digest } from "../../../src/core/model.js";
import { configReader } from "../../../src/config/config.js";
import { parseSource } from "../../../src/fetch/sources.js";
import { doctorContext } from "../../../src/ops/doctor/context.js";
import type { DoctorParts } from "../../../src/ops/doctor/context.js";
import { checksOf } from "../../../src/ops/doctor/table.js";
import { freshHome } from "../../support/paperboy.js";

const now = () => new Date("2026-10-05T07:00:00Z");

async function parts(more: Partial<DoctorParts> = {}, environment: Record<string, string> = {}): Promise<DoctorParts> {
  const home = freshHome();
  return {
    home,
    clock: now,
    wall: now,
    environment: {},
    signal: new AbortController().signal,
    config: await configReader({ home, environment }),
    source: (text) => parseSource(text, { site: "https://huggingface.co", now: now(), exists: () => false }),
    readParts: () => Promise.reject(new Error("no check asks for it")),
    openStore: () => Promise.reject(new Error("no store in this test")),
    checkTransport: () => Promise.resolve(),
    messageContext: () => Promise.resolve({ from: { name: "Papers", address: "papers@example.org" } }),
    renderLetter: () => Promise.resolve(),
    enrichProgram: () => null,
    countUnread: () => Promise.resolve(1),
    ...more,
  };
}

function refuse(): Promise<never> {
  return Promise.reject(new Error("a part was used before a check ran"));
}

function misconfigured(): never {
  throw new PaperboyError("config-invalid", { message: "paperboy.yaml:1:1: unknown setting" });
}

async function run(id: string, given: DoctorParts): Promise<string> {
  const found = checksOf(await doctorContext(given)).find((check) => check.id === id);
  if (found === undefined) throw new Error(`no check ${id}`);
  const { result, detail } = await found.run();
  return `${result}: ${detail}`;
}

it("does not connect or open a database before a check runs", async () => {
  const context = await doctorContext(
    await parts({ checkTransport: refuse, renderLetter: refuse, countUnread: refuse }),
  );
  expect(context.mailbox).toEqual({ absent: "no `inbox.imap` is configured" });
});

it("skips all other checks when the configuration is invalid", async () => {
  const given = await parts({ config: misconfigured });
  expect(await run("config.settings", given)).toBe("fail: paperboy.yaml:1:1: unknown setting");
  expect(await run("config.sender", given)).toMatch(/^skipped: /);
});

it("renders the sample letter in the configured language", async () => {
  const letters: Digest[] = [];
  const renderLetter = (digest: Digest) => Promise.resolve(void letters.push(digest));
  await run("config.templates", await parts({ renderLetter }, { PAPERBOY_VIEW_LANGUAGE: "de" }));
  expect(letters.map(({ view }) => view.language)).toEqual(["de"]);
});

it("counts the unread mails of the configured mailbox", async () => {
  const environment = {
    PAPERBOY_INBOX_IMAP_HOST: "imap.example.org",
    PAPERBOY_INBOX_IMAP_USER: "me",
    PAPERBOY_INBOX_IMAP_PASSWORD: "hunter 22",
  };
  const folders: string[] = [];
  const countUnread: DoctorParts["countUnread"] = ({ folder }) => Promise.resolve(folders.push(folder));
  expect(await run("mailbox.open", await parts({ countUnread }, environment))).toBe(
    "ok: imap.example.org: INBOX, 1 unread mail",
  );
  expect(folders).toEqual(["INBOX"]);
});
