#!/usr/bin/env node
import * as nodeModule from "node:module";

// From Node 22 on, code is kept compiled between runs.
nodeModule.enableCompileCache?.();
const { main } = await import("../dist/bundle/cli.js");

process.exitCode = await main(process.argv);
