import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { readSecret } from "../src/secret.js";

const folder = () => mkdtempSync(path.join(tmpdir(), "paperboy-secret-"));

it("is made once, for its owner alone, and stays", async () => {
  const file = path.join(folder(), "home", "paperboy.key");
  const keys = await Promise.all([1, 2, 3, 4].map(() => readSecret({ given: null, file })));
  for (const key of keys) expect(key).toEqual(await readSecret({ given: null, file }));
  expect(keys[0]).toHaveLength(32);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it("comes from the setting when there is one, and then writes nothing", async () => {
  const file = path.join(folder(), "paperboy.key");
  const key = await readSecret({ given: "correct horse battery staple", file });
  expect(key).toEqual(await readSecret({ given: "correct horse battery staple", file }));
  expect(key).not.toEqual(await readSecret({ given: "another secret text", file }));
  expect(() => statSync(file)).toThrow(/ENOENT/);
});

it("refuses a damaged key instead of making links that fail", async () => {
  const file = path.join(folder(), "paperboy.key");
  writeFileSync(file, "oops\n");
  await expect(readSecret({ given: null, file })).rejects.toMatchObject({ code: "config-invalid" });
});
