import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const STAGES = ["fetch", "parse", "rank", "render", "send"];
/** The rooms that use the stages; `app` puts them together. */
const PARTS = ["editions", "subscribers", "inbox", "web", "ops"];
const INTERFACE = "store interface";

/**
 * Which rooms each room of src/ may import, besides itself (docs/architecture.md, "Imports run one way"). `store interface` is the
 * files directly in src/store/; the folders below it implement it.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  fetch: ["core"],
  parse: ["core"],
  rank: ["core"],
  render: ["core"],
  send: ["core", INTERFACE],
  [INTERFACE]: ["core"],
  store: ["core", INTERFACE],
  config: ["core"],
  editions: ["core", INTERFACE, ...STAGES],
  subscribers: ["core", INTERFACE, "config", ...STAGES],
  inbox: ["core", INTERFACE, ...STAGES],
  web: ["core", INTERFACE, "config", "editions", ...STAGES],
  ops: ["core", INTERFACE, "config", "editions", ...STAGES],
  app: ["core", INTERFACE, "store", "config", ...STAGES, ...PARTS],
  commands: ["core", INTERFACE, "config", ...STAGES, ...PARTS, "app"],
  cli: ["core", "config", "app", "commands"],
};

const src = path.resolve(import.meta.dirname, "../src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

it("finds the source files", () => {
  expect(files.length).toBeGreaterThan(20);
});

it.each(files)("%s imports only the folders in its row", (file) => {
  const room = roomOf(file);
  const allowed = MAY_IMPORT[room];
  expect(allowed, `no rule for ${room}: add one on purpose`).toBeDefined();
  const others = importsOf(file).filter((target) => roomOf(target) !== room && !allowed?.includes(roomOf(target)));
  expect(others).toEqual([]);
});

it("has no import cycles, not even of types", () => {
  expect(files.flatMap((file) => circleThrough(file) ?? [])).toEqual([]);
});

it("passes the network and the clock to the pure stages", () => {
  const effects = /from "(?:node:(?:fs|http|https|net|tls|dns|child_process)|undici)|\bDate\.now\(|new Date\(\)/;
  const pure = files.filter((file) => ["parse", "rank"].includes(roomOf(file)));
  expect(pure.filter((file) => effects.test(readFileSync(path.join(src, file), "utf8")))).toEqual([]);
});

it("never calls process.exit in src", () => {
  const exits = files.filter((file) => /process\.exit\(/.test(readFileSync(path.join(src, file), "utf8")));
  expect(exits).toEqual([]);
});

function roomOf(file: string): string {
  const [room = "", ...rest] = file.split(path.sep);
  return room === "store" && rest.length === 1 ? INTERFACE : room;
}

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(src, file), "utf8");
  return [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map(([, target = ""]) =>
    path.relative(src, path.resolve(src, path.dirname(file), target.replace(/\.js$/, ".ts"))),
  );
}

const imports = new Map(files.map((file) => [file, importsOf(file)]));

/** Returns the shortest chain of imports from a file back to itself, as one line; null if there is none. */
function circleThrough(start: string): string | null {
  const seen = new Set<string>();
  let chains = [[start]];
  while (chains.length > 0) {
    const next: string[][] = [];
    for (const chain of chains) {
      for (const target of imports.get(chain.at(-1) ?? "") ?? []) {
        if (target === start) return [...chain, start].join(" -> ");
        if (!seen.has(target)) next.push([...chain, target]);
        seen.add(target);
      }
    }
    chains = next;
  }
  return null;
}
