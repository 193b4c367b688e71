#!/usr/bin/env node
import nodeModule from "node:module";

// From Node 22 on, keeps compiled code between runs.
nodeModule.enableCompileCache?.();

const { main } = await import("../dist/bundle/cli.js");
const status = await main(process.argv);
// A failed write to standard output has set a status already.
process.exitCode ??= status;
