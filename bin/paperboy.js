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

const { main, hasLeft } = load();

function end(status) {
  process.exitCode = status;
  // By itself Node would first wait for V8's threads and take its heap down, which a small command would feel.
  if (hasLeft()) process.exit();
}

void main(process.argv).then(end);
