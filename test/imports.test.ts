import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

/**
 * Who may import whom, by the first part of the path below src/ (docs/architecture.md, "Imports run one way").
 * The first row that fits a file holds for it.
 */
const LEAVES = ["model", "errors", "calendar", "nearest", "fold"];
const STAGES = ["fetch", "parse", "rank", "render", "send"];

const RULES: readonly { readonly of: string; readonly may: readonly string[] }[] = [
  { of: "model", may: ["model"] },
  { of: "errors", may: [] },
  { of: "calendar", may: [] },
  { of: "nearest", may: [] },
  { of: "fold", may: [] },
  { of: "settings", may: ["model", "settings"] },
  { of: "terminal", may: [] },
  { of: "secret", may: ["errors", "token"] },
  { of: "token", may: ["hmac"] },
  { of: "hmac", may: [] },
  // The seam of what is remembered: whoever uses the store sees these files alone (types); what stands behind them is in folders.
  { of: "seam", may: [...LEAVES, "seam"] },
  { of: "store", may: [...LEAVES, "seam", "store"] },
  { of: "config", may: ["config", "errors", "nearest", "settings"] },
  { of: "sources", may: LEAVES },
  { of: "edition", may: LEAVES },
  { of: "send", may: [...LEAVES, "hmac", "seam", "send"] },
  ...STAGES.map((stage) => ({ of: stage, may: [...LEAVES, stage] })),
  { of: "subscribers", may: [...LEAVES, "settings", "rank", "seam", "send", "subscribers"] },
  { of: "web", may: [...LEAVES, ...STAGES, "seam", "token", "pipeline", "web"] },
  { of: "inbox", may: [...LEAVES, "send", "seam", "token", "inbox"] },
  { of: "outgoing", may: [...LEAVES, "seam", "outgoing"] },
  { of: "push", may: [...LEAVES, "seam", "push"] },
  { of: "doctor", may: [...LEAVES, "fetch", "parse", "render", "send", "seam", "doctor"] },
  { of: "workers", may: [...LEAVES, "seam", "workers"] },
  { of: "setup", may: [...LEAVES, "setup"] },
  { of: "round", may: [...LEAVES, "rank", "round", "seam"] },
  { of: "record", may: [...LEAVES, "seam", "pipeline", "rank", "round", "record"] },
  { of: "pipeline", may: [...LEAVES, "edition", "parse", "rank"] },
  {
    of: "app",
    may: [
      ...LEAVES,
      ...STAGES,
      "seam",
      "store",
      "config",
      "settings",
      "sources",
      "secret",
      "token",
      "terminal",
      "pipeline",
    ],
  },
  {
    of: "commands",
    may: [
      ...LEAVES,
      ...STAGES,
      "seam",
      "subscribers",
      "doctor",
      "inbox",
      "outgoing",
      "push",
      "record",
      "round",
      "settings",
      "setup",
      "version",
      "secret",
      "token",
      "app",
      "commands",
      "pipeline",
      "terminal",
      "workers",
      "web",
    ],
  },
  { of: "verdict", may: ["app", "commands", "errors", "terminal"] },
  { of: "version", may: ["errors"] },
  { of: "process-world", may: ["app", "errors", "terminal"] },
  {
    of: "cli",
    may: ["app", "calendar", "commands", "errors", "process-world", "sources", "terminal", "verdict", "version"],
  },
];

const src = path.resolve(import.meta.dirname, "../src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

it("finds the sources", () => {
  expect(files.length).toBeGreaterThan(20);
});

it.each(files)("%s imports only what stands below it", (file) => {
  const room = roomOf(file);
  const rule = RULES.find(({ of }) => of === room);
  expect(rule, `no rule for ${room}: add one on purpose`).toBeDefined();
  const strangers = importsOf(file).filter((target) => !rule?.may.includes(roomOf(target)));
  expect(strangers).toEqual([]);
});

it("hands the network and the clock in: no pure stage reaches for them", () => {
  const effects = /from "(?:node:(?:fs|http|https|net|tls|dns|child_process)|undici)|\bDate\.now\(|new Date\(\)/;
  const pure = files.filter((file) => ["parse", "rank"].includes(roomOf(file)));
  expect(pure.filter((file) => effects.test(readFileSync(path.join(src, file), "utf8")))).toEqual([]);
});

it("exits in one place", () => {
  const exits = files.filter((file) => /process\.exit/.test(readFileSync(path.join(src, file), "utf8")));
  expect(exits).toEqual([]);
});

function roomOf(file: string): string {
  if (/^store.(?:store|subscribers|editions|ledger|outgoing|limits|signups|inbox|pushes|archive|jobs)\.ts$/.test(file))
    return "seam";
  return file.split(path.sep)[0]?.replace(/\.ts$/, "") ?? "";
}

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(src, file), "utf8");
  return [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map(([, target = ""]) =>
    path.relative(src, path.resolve(src, path.dirname(file), target.replace(/\.js$/, ".ts"))),
  );
}
