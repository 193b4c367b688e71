import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import PostalMime from "postal-mime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { composeMessage } from "../../src/send/message/template.js";
import { openMailer } from "../../src/send/mailer.js";
import { outboxTransport } from "../../src/send/outbox.js";
import { CONTEXT, LETTER, messageFor } from "./message/letters.js";
import { drainSetup, readers } from "./worker/draining.js";

const STEM = "day-2026-03-09--you@example.com";

let home = "";
let folder = "";

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "paperboy-outbox-"));
  folder = path.join(home, "deep", "outbox");
});

afterEach(async () => {
  await chmod(home, 0o700);
  await rm(home, { recursive: true, force: true });
});

async function contents(): Promise<Record<string, string>> {
  const names = (await readdir(folder)).toSorted();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name), "latin1")])),
  );
}

const outbox = (directory: string) => openMailer(outboxTransport(directory));

describe("openMailer over the outbox", () => {
  it("writes the message, and its HTML next to it", async () => {
    const message = await messageFor("you@example.com");
    const delivery = await outbox(folder).send(message);
    expect(delivery).toEqual({ to: "you@example.com", state: "sent", detail: path.join(folder, `${STEM}.eml`) });
    expect(Object.keys(await contents())).toEqual([`${STEM}.eml`, `${STEM}.html`]);
    expect(await readFile(path.join(folder, `${STEM}.eml`))).toEqual(message.raw);
    expect(await readFile(path.join(folder, `${STEM}.html`), "utf8")).toBe(LETTER.html);
    expect((await PostalMime.parse(await readFile(delivery.detail))).subject).toBe(LETTER.subject);
  });

  it("writes files and folders that only their owner can read", async () => {
    await outbox(folder).send(await messageFor("you@example.com"));
    const modes = [path.dirname(folder), folder, ...(await readdir(folder)).map((name) => path.join(folder, name))];
    expect(await Promise.all(modes.map(async (each) => (await stat(each)).mode & 0o777))).toEqual([
      0o700, 0o700, 0o600, 0o600,
    ]);
  });

  it("returns an absolute path for a relative folder", async () => {
    const relative = path.relative(process.cwd(), folder);
    const { detail } = await outbox(relative).send(await messageFor("you@example.com"));
    expect(detail).toBe(path.join(folder, `${STEM}.eml`));
  });

  it("writes the same files again for the same message", async () => {
    await outbox(folder).send(await messageFor("you@example.com"));
    const before = await contents();
    await outbox(folder).send(await messageFor("you@example.com"));
    expect(await contents()).toEqual(before);
  });

  it("names files differently for each reader, edition and test letter", async () => {
    const mailer = outbox(folder);
    await mailer.send(await messageFor("you@example.com"));
    await mailer.send(await messageFor("You@example.com"));
    await mailer.send(await messageFor("you@example.com", { editionId: "day:2026-03-10" }));
    await mailer.send(await composeMessage(LETTER, { address: "you@example.com" }, { ...CONTEXT, test: true }));
    const names = Object.keys(await contents()).filter((name) => name.endsWith(".eml"));
    // Some file systems ignore case.
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(4);
  });

  it("stays in its folder whatever the address and the edition", async () => {
    const { detail } = await outbox(folder).send(await messageFor("/../a@example.com", { editionId: "../../x" }));
    expect(path.dirname(detail)).toBe(folder);
  });

  it("creates the .eml only when it is complete, and cleans up after a failure", async () => {
    // A folder has the name of the HTML file, so the write fails half-way.
    await mkdir(path.join(folder, `${STEM}.html`, "in the way"), { recursive: true });
    await expect(outbox(folder).send(await messageFor("you@example.com"))).rejects.toMatchObject({
      code: "io-failed",
    });
    expect(await readdir(folder)).toEqual([`${STEM}.html`]);
  });

  it("ignores the partial file of a crash", async () => {
    await mkdir(folder, { recursive: true });
    const left = `.${STEM}.eml.0badf00d.part`;
    await writeFile(path.join(folder, left), "half a mess");
    await outbox(folder).send(await messageFor("you@example.com"));
    expect((await readdir(folder)).filter((name) => name.endsWith(".eml"))).toEqual([`${STEM}.eml`]);
    expect(await readFile(path.join(folder, left), "utf8")).toBe("half a mess");
  });

  it("tells the operator to move a file that has the folder's name", async () => {
    const file = path.join(home, "file");
    await writeFile(file, "");
    await expect(outbox(file).send(await messageFor("you@example.com"))).rejects.toMatchObject({
      code: "io-failed",
      message: `cannot write ${file}: file already exists (EEXIST)`,
      hint: "A file has the name of the folder: move the file.",
    });
  });

  it.skipIf(process.getuid?.() === 0)("names the missing write access (skipped for root)", async () => {
    await chmod(home, 0o500);
    await expect(outbox(folder).send(await messageFor("you@example.com"))).rejects.toMatchObject({
      code: "io-failed",
      hint: expect.stringContaining("write access"),
    });
  });
});

describe("outboxTransport", () => {
  it("writes one file per reader, records its path in the ledger, and uses no gate", async () => {
    const { run, states, rows, calls } = drainSetup(0, { addresses: readers(7) });
    await run({ transport: outboxTransport(folder) });
    expect(states()).toEqual({ sent: 7 });
    expect(rows[0]?.detail).toBe(path.join(folder, "day-2026-03-09--reader1@d1.example.com.eml"));
    expect((await readdir(folder)).filter((name) => name.endsWith(".eml"))).toHaveLength(7);
    expect(calls.some(([name]) => name === "gate")).toBe(false);
  });

  it("after a crash counts an existing file as sent, and leaves it unchanged", async () => {
    const first = drainSetup(0, { addresses: readers(2) });
    await first.run({ transport: outboxTransport(folder) });
    const file = first.rows[0]?.detail ?? "";
    const bytes = await readFile(file);
    const long = new Date("2001-01-01T00:00:00Z");
    await utimes(file, long, long);
    // The run died between writing the file and recording it, so the claim returned to pending.
    const { run, rows, states } = drainSetup(0, { addresses: readers(2) });
    rows.forEach((row) => (row.attempts = 1));
    await run({ transport: outboxTransport(folder) });
    expect(states()).toEqual({ sent: 2 });
    expect([(await stat(file)).mtime, await readFile(file)]).toEqual([long, bytes]);
  });

  it("overwrites a file of an older installation on the first attempt", async () => {
    const { run, rows } = drainSetup(0, { addresses: readers(1) });
    await run({ transport: outboxTransport(folder) });
    const file = rows[0]?.detail ?? "";
    const long = new Date("2001-01-01T00:00:00Z");
    await utimes(file, long, long);
    await drainSetup(0, { addresses: readers(1) }).run({ transport: outboxTransport(folder) });
    expect((await stat(file)).mtime).not.toEqual(long);
  });

  it("leaves a delivery pending, never uncertain, after a crash while writing", async () => {
    const { run, takeOver, states, ledger } = drainSetup(0, { addresses: readers(3) });
    const died = new Error("died");
    const dying = { ...ledger, settle: () => Promise.reject(died) };
    await expect(run({ transport: outboxTransport(folder), ledger: dying })).rejects.toBe(died);
    takeOver();
    expect(states()).toEqual({ pending: 3 });
  });
});
