#!/usr/bin/env node
"use strict";
const { existsSync } = require("node:fs");
const nodeModule = require("node:module");
const path = require("node:path");
const { cacheFolder, openBundle } = require("./compiled.js");

const bundle = path.join(__dirname, "../dist/bundle");

/** The program: with what was compiled for this very Node when it was built, else as Node compiles and (from 22 on) keeps it. */
function load() {
  if (existsSync(cacheFolder(bundle))) return openBundle(bundle).load("cli.js");
  nodeModule.enableCompileCache?.();
  return require("../dist/bundle/cli.js");
}

void load()
  .main(process.argv)
  .then((status) => (process.exitCode = status));
