import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { REASONS } from "../../../src/core/errors.js";
import { paperboy, projectRoot } from "../../support/paperboy.js";

const text = readFileSync(path.join(projectRoot, "docs/troubleshooting.md"), "utf8");

/** The first cells of the rows of every table, without their backticks. */
const rows = new Set([...text.matchAll(/^\| `([^`]+)`/gm)].map(([, cell]) => cell));

it("tells of each reason with its exit status, what it means and what to do", () => {
  for (const [reason, { exit }] of Object.entries(REASONS)) {
    expect(text).toMatch(new RegExp(`^\\| \`${reason}\` +\\| ${exit} +\\| \\S.* \\| \\S.* \\|$`, "m"));
  }
});

it("tells of each check of the doctor, and of no other", async () => {
  const run = await paperboy(["doctor", "--json"], { environment: { PAPERBOY_SITE_URL: "http://127.0.0.1:9" } });
  const ids = (run.json()["checks"] as { readonly id: string }[]).map(({ id }) => id);
  expect(ids.filter((id) => !rows.has(id))).toEqual([]);
  const groups = new Set(ids.map((id) => id.split(".")[0]));
  const told = [...rows].filter((cell) => groups.has(cell?.split(".")[0]) && cell?.includes("."));
  expect(new Set(told)).toEqual(new Set(ids));
});
