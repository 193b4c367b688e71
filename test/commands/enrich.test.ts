import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";
import type { Run } from "../support/paperboy.js";

const DAILY = fixture("pages/daily.html");
const TO = ["--to", "you@example.com"];
const PATH = process.env["PATH"] ?? "";

/** A program that writes a summary with the id of each paper, and counts its calls in a file. */
const WRITER = `import { appendFileSync } from "node:fs";
let text = "";
for await (const chunk of process.stdin) text += chunk;
const { papers, edition, language } = JSON.parse(text);
appendFileSync("calls", papers.length + " " + edition.id + "\\n");
const answers = papers.map(({ id }, at) => ({ id, summary: "摘要 " + id, ...(at === 0 && { title: "标题", note: "注意", keywords: ["新词"] }) }));
console.log(JSON.stringify({ papers: answers }));
`;

/** Creates a home with a program. */
function homeWith(yaml: string, script = WRITER): string {
  const home = freshHome();
  writeFileSync(path.join(home, "paperboy.yaml"), yaml);
  writeFileSync(path.join(home, "write.mjs"), script);
  return home;
}

const enrich = (more = "") =>
  `enrich:\n  command: [${process.execPath}, write.mjs]\n  language: zh\n  name: Tiny Model\n${more}`;

const run = (home: string, args: readonly string[]): Promise<Run> => paperboy(args, { home, environment: { PATH } });

const callsOf = (home: string) => {
  const file = path.join(home, "calls");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
};

async function letterIn(home: string) {
  const folder = path.join(home, "outbox");
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  const name = names.find((each) => each.endsWith(".eml"));
  return name === undefined ? null : PostalMime.parse(readFileSync(path.join(folder, name)));
}

describe("the program of `enrich`", () => {
  it("writes summaries into letters, marked with its name and language, once for each paper", async () => {
    const home = homeWith(enrich());
    const sent = await run(home, ["run", DAILY, ...TO, "--json"]);
    expect(sent.json()).toMatchObject({ reason: "sent", warnings: [] });
    const letter = await letterIn(home);
    const html = letter?.html ?? "";
    expect(html).toMatch(/<p class="summary"[^>]* lang="zh"[^>]*>摘要 \d{4}\.\d{5}<\/p>/);
    expect(html).toMatch(/<h2 class="lead-title"[^>]* lang="zh"[^>]*>.*标题/);
    expect(html).toContain("Title and summary by Tiny Model");
    expect(html).toContain("Summary by Tiny Model");
    expect(html).toMatch(/<p class="line"[^>]* lang="zh"[^>]*>注意<\/p>/);
    expect(letter?.text).toMatch(/\n {4}摘要 .*\n {4}Summary by Tiny Model\n/);
    const [first, ...others] = callsOf(home);
    expect([first, others]).toEqual([expect.stringMatching(/^\d+ file:[0-9a-f]{64}$/), []]);
    const page = await run(home, ["render", DAILY, "--as", "text"]);
    expect([page.exit, page.stdout.includes("摘要")]).toEqual([0, true]);
    expect(callsOf(home)).toHaveLength(1);
  });

  it("does not change `parse`, and filters match its words and those of the site", async () => {
    const home = homeWith(enrich());
    const parsed = await run(home, ["parse", DAILY]);
    const { papers } = parsed.json() as unknown as { papers: { title: string; keywords: string[] }[] };
    expect([callsOf(home), parsed.stdout.includes("enriched")]).toEqual([[], false]);
    const explain = async (word: string) => {
      const found = await run(home, ["explain", DAILY, "--include", word, "--json"]);
      const rows = found.json()["papers"] as { title: string; verdict: string }[];
      return rows.filter(({ verdict }) => verdict === "kept").map(({ title }) => title);
    };
    expect(await explain("新词")).toEqual(["标题"]);
    expect(await explain(papers[0]?.title ?? "")).toEqual(["标题"]);
  });

  it("runs again when its script changes, and not for papers that have an answer", async () => {
    const home = homeWith(enrich());
    await run(home, ["render", DAILY, "-o", "letter.html"]);
    await run(home, ["run", DAILY, ...TO, "--dry-run"]);
    expect(callsOf(home)).toHaveLength(1);
    writeFileSync(path.join(home, "write.mjs"), `${WRITER}// changed\n`);
    await run(home, ["run", DAILY, ...TO, "--dry-run"]);
    await run(home, ["run", DAILY, ...TO, "--dry-run"]);
    // A dry run keeps nothing.
    expect(callsOf(home)).toHaveLength(3);
  });

  it("does not run for a replay, which has identical bytes", async () => {
    const home = homeWith(`records: true\n${enrich()}`);
    await run(home, ["run", DAILY, ...TO]);
    rmSync(path.join(home, "write.mjs"));
    rmSync(path.join(home, "pages"), { recursive: true });
    const [id = ""] = readdirSync(path.join(home, "records"));
    const replayed = await run(home, ["replay", id, "--json"]);
    expect(replayed.stderr).toBe("");
    expect([replayed.exit, replayed.json()]).toEqual([0, expect.objectContaining({ identical: true })]);
  });

  it("gets only the variables in `enrich.env`, from the environment and .env", async () => {
    const script = `import { writeFileSync } from "node:fs";\nwriteFileSync("env.json", JSON.stringify(process.env));\nconsole.log('{"papers":[]}');\n`;
    const home = homeWith(enrich("  env: [API_KEY, MODEL]\n"), script);
    writeFileSync(path.join(home, ".env"), "API_KEY=from the file\nOTHER=hidden\n", { mode: 0o600 });
    const environment = { PATH, MODEL: "tiny", PAPERBOY_SECRET: "a secret of the operator" };
    const { exit } = await paperboy(["render", DAILY, "-o", "letter.html"], { home, environment });
    expect(exit).toBe(0);
    const seen = JSON.parse(readFileSync(path.join(home, "env.json"), "utf8")) as object;
    expect(seen).toEqual({ PATH, API_KEY: "from the file", MODEL: "tiny" });
  });
});

const sayJson = (text: string) => `console.log(${JSON.stringify(text)});\n`;

describe("a program that fails", () => {
  const FAILURES = [
    ["with a status", "console.error('no credit for key-123456'); process.exit(3);", "it exited with status 3: no credit for ***"],
    ["with a bad answer", sayJson("Sure! Here you are"), "its answer is not JSON such as"],
    ["with an unknown id", sayJson('{"papers":[{"id":"2603.99999","summary":"x"}]}'), 'its answer has the unknown id "2603.99999"'],
    ["at the time-out", "setInterval(() => undefined, 1000);", "it did not end within 1 s"],
  ] as const; // prettier-ignore

  it.each(FAILURES)("%s is a warning, and the letter has the site's own texts", async (_, script, why) => {
    const home = homeWith(enrich("  timeout: 1\n  env: [KEY]\n"), script);
    const environment = { PATH, KEY: "key-123456" };
    const sent = await paperboy(["run", DAILY, ...TO], { home, environment });
    expect(sent.exit).toBe(0);
    expect(sent.stderr).toContain(`keeps the site's own texts, because Tiny Model failed: ${why}`);
    expect((await letterIn(home))?.text).not.toContain("Tiny Model");
  });

  it("sends nothing when it is required", async () => {
    const home = homeWith(enrich("  required: true\n"), "process.exit(3);");
    const failed = await run(home, ["run", DAILY, ...TO]);
    expect([failed.exit, await letterIn(home)]).toEqual([11, null]);
    expect(failed.stderr).toMatch(/enrich-failed: Tiny Model wrote no texts for .*: it exited with status 3\n/);
  });
});

describe("`doctor`", () => {
  it.each([
    ["ok", "enrich:\n  command: [node, write.mjs]\n", /\/node$/],
    ["warn", "enrich:\n  command: ./missing\n", /missing does not exist/],
    ["warn", "enrich:\n  command: ./write.mjs\n", /write\.mjs is not executable/],
    ["warn", "enrich:\n  command: [node, gone.mjs]\n", /gone\.mjs cannot be read/],
    ["warn", "enrich:\n  command: [node, write.mjs]\n  env: [NO_KEY]\n", /^NO_KEY of `enrich\.env` is not set/],
    ["fail", "enrich:\n  command: no-such-program\n  required: true\n", /no-such-program does not exist/],
    ["skipped", "", /no `enrich` is configured/],
  ])("finds %s for %s", async (result, yaml, detail) => {
    const { json } = await run(homeWith(yaml), ["doctor", "--only", "enrich", "--json"]);
    const [check] = json()["checks"] as { result: string; detail: string }[];
    expect(check).toMatchObject({ result, detail: expect.stringMatching(detail) });
  });
});
