#!/usr/bin/env node
import nodeModule from "node:module";

// Keeps compiled code between runs, from Node 22 on.
nodeModule.enableCompileCache?.();

const { main } = await import("../dist/bundle/cli.js");
const status = await main(process.argv);
// A failed write to standard output may have set the status already.
process.exitCode ??= status;
