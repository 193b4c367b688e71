// Runs after the compiler: writes the built-in templates, compiled, beside the code that looks for them.
import { writeFileSync } from "node:fs";
import { precompileAll } from "../dist/render/precompile.js";

writeFileSync(new URL("../dist/render/precompiled.cjs", import.meta.url), precompileAll());
