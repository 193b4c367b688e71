// Generates docs/reference/ from the table of commands. test/commands/completion.test.ts fails if they differ.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { referencePages } from "../dist/cli/reference.js";

const folder = new URL("../docs/reference/", import.meta.url);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(await referencePages())) writeFileSync(new URL(name, folder), text);
