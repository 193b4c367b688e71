import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { REASONS } from "../../../src/core/errors.js";
import { paperboy, projectRoot } from "../../support/paperboy.js";

const text = readFileSync(path.join(projectRoot, "docs/troubleshooting.md"), "utf8");

/** The first cells of the rows of every table, without their backticks. */
const rows = new Set([...text.matchAll(/^\| `([^`]+)`/gm)].map(([, cell]) => cell));

it("docs/troubleshooting.md lists every reason with exit status, meaning and remedy", () => {
  for (const [reason, { exit }] of Object.entries(REASONS)) {
    expect(text).toMatch(new RegExp(`^\\| \`${reason}\` +\\| ${exit} +\\| \\S.* \\| \\S.* \\|$`, "m"));
  }
});

it("docs/troubleshooting.md lists exactly the checks of the doctor", async () => {
  const run = await paperboy(["doctor", "--json"], { environment: { PAPERBOY_SITE_URL: "http://127.0.0.1:9" } });
  const ids = (run.json()["checks"] as { readonly id: string }[]).map(({ id }) => id);
  expect(ids.filter((id) => !rows.has(id))).toEqual([]);
  const groups = new Set(ids.map((id) => id.split(".")[0]));
  const documented = [...rows].filter((cell) => groups.has(cell?.split(".")[0]) && cell?.includes("."));
  expect(new Set(documented)).toEqual(new Set(ids));
});
