// Runs after the compiler. Precompiles the built-in templates to dist/render/precompiled.cjs.
import { writeFileSync } from "node:fs";
import { precompileAll } from "../dist/render/precompile.js";

writeFileSync(new URL("../dist/render/precompiled.cjs", import.meta.url), precompileAll());
