// Writes docs/reference.md from the table of commands. A test fails when the page and the flags differ.
import { writeFileSync } from "node:fs";
import { referencePage } from "../dist/cli/reference.js";

writeFileSync(new URL("../docs/reference.md", import.meta.url), await referencePage());
