"use strict";
const { readFileSync } = require("node:fs");
const path = require("node:path");
const { Script } = require("node:vm");

/** Where the build keeps what V8 made of the bundle. Another version of Node, or another processor, has another folder. */
function cacheFolder(bundle) {
  return path.join(bundle, "compiled", `${process.version}-${process.arch}`);
}

/**
 * Loads the files of the bundle as Node's `require` does, but hands V8 what it made of them when they were built, functions
 * and all, so that nothing needs to be compiled again. V8 refuses what another version, other flags or other text made of it,
 * and then compiles as ever.
 */
function openBundle(bundle) {
  const cache = cacheFolder(bundle);
  const modules = new Map();
  const scripts = new Map();

  function load(name) {
    const known = modules.get(name);
    if (known) return known.exports;
    const module = { exports: {} };
    modules.set(name, module);
    const filename = `${bundle}${path.sep}${name}`;
    const text = `(function (exports, require, module, __filename) {${readFileSync(filename, "utf8")}\n})`;
    const script = new Script(text, { filename, cachedData: readIfThere(`${cache}${path.sep}${name}`) });
    scripts.set(name, script);
    script.runInThisContext()(module.exports, requireWithin, module, filename);
    return module.exports;
  }

  function requireWithin(id) {
    // All files of the bundle stand beside each other.
    if (id.startsWith("./")) return load(id.slice(2));
    return path.dirname(id) === bundle ? load(path.basename(id)) : require(id);
  }

  return { load, scripts };
}

function readIfThere(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

module.exports = { cacheFolder, openBundle };
