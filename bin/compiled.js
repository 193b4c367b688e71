"use strict";
const { openSync, readFileSync, readSync, statSync } = require("node:fs");
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
  const kept = openPack(bundle);
  const modules = new Map();
  const scripts = new Map();

  function load(name) {
    const known = modules.get(name);
    if (known) return known.exports;
    const module = { exports: {} };
    modules.set(name, module);
    const filename = `${bundle}${path.sep}${name}`;
    const { text, cachedData } = kept(name) ?? { text: wrapped(readFileSync(filename, "utf8")) };
    const script = new Script(text, { filename, cachedData });
    scripts.set(name, { script, text });
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

const BEFORE = "(function (exports, require, module, __filename) {";
const BEHIND = "\n})";

function wrapped(text) {
  return `${BEFORE}${text}${BEHIND}`;
}

/**
 * What the build kept of each file, its text too, in one file: each is read into the same memory, for to touch memory for the
 * first time is what takes longest about it. The index names a file's place in it and the lengths of both parts. A file of
 * another length was changed by hand, and counts; V8 looks no closer, either.
 */
function openPack(bundle) {
  const { files, file, room } = openIfThere(cacheFolder(bundle)) ?? { files: {} };
  return (name) => {
    const [at, compiled, text] = files[name] ?? [];
    if (at === undefined || lengthOf(`${bundle}${path.sep}${name}`) !== text) return null;
    if (readSync(file, room, 0, compiled + text, at) < compiled + text) return null;
    return { cachedData: room.subarray(0, compiled), text: room.latin1Slice(compiled, compiled + text) };
  };
}

/** Of a file of the bundle, when it is wrapped; all are ASCII. */
function lengthOf(file) {
  return BEFORE.length + statSync(file).size + BEHIND.length;
}

/** Null where nothing was kept, or it cannot be read: everything can be compiled anew. */
function openIfThere(folder) {
  try {
    const { longest, files } = JSON.parse(readFileSync(path.join(folder, "index.json")).latin1Slice());
    return { files, room: Buffer.allocUnsafeSlow(longest), file: openSync(path.join(folder, "code")) };
  } catch {
    return null;
  }
}

module.exports = { cacheFolder, openBundle };
