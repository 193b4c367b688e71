import { readdirSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { fixture, paperboy } from "../support/paperboy.js";
import { describeRealPages, realPageNames, realPagePath } from "../support/real-pages.js";

/** The schema as a program would take it: from the command, not from the code behind it. */
let schema: z.ZodType;

beforeAll(async () => {
  const { stdout } = await paperboy(["parse", "--schema"]);
  schema = z.fromJSONSchema(JSON.parse(stdout) as Parameters<typeof z.fromJSONSchema>[0]);
});

/** What a page's reading ends with, and where what is printed does not fit; a page that cannot be read prints nothing. */
async function held(file: string) {
  const { exit, stdout } = await paperboy(["parse", file]);
  const issues = exit === 0 ? (schema.safeParse(JSON.parse(stdout)).error?.issues ?? []) : [stdout].filter(Boolean);
  return { exit, issues };
}

const UNREADABLE = new Set(["bot-check.html", "login.html"]);

describe("the schema", () => {
  it.each(readdirSync(fixture("pages")))("fits what is read from %s", async (name) => {
    expect(await held(fixture(`pages/${name}`))).toEqual({ exit: UNREADABLE.has(name) ? 6 : 0, issues: [] });
  });

  it("rejects an additional key, a missing key and a key of another type", async () => {
    const { stdout } = await paperboy(["parse", fixture("pages/daily.html")]);
    const printed = JSON.parse(stdout) as { papers: object[] };
    const [first = {}] = printed.papers;
    expect(schema.safeParse(printed).success).toBe(true);
    for (const change of [{ more: 1 }, { title: undefined }, { upvotes: "12" }, { url: "papers/1" }]) {
      expect(schema.safeParse({ ...printed, papers: [{ ...first, ...change }] }).success).toBe(false);
    }
  });
});

describeRealPages("the schema, of real pages", () => {
  it.each(realPageNames(/\.(?:html|json)$/))("fits what is read from %s", async (name) => {
    const isPage = !name.startsWith("not-the-site");
    expect(await held(realPagePath(name))).toEqual({ exit: isPage ? 0 : 6, issues: [] });
  });
});

it("needs a source or --schema", async () => {
  const { exit, stderr } = await paperboy(["parse"]);
  expect(exit).toBe(2);
  expect(stderr).toContain("--schema");
});
