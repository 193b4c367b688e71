import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { CHECKS } from "../../src/render/checks/index.js";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";

const daily = fixture("pages/daily.html");

/** A folder of templates in a fresh home, with these files in it. */
function templates(files: Readonly<Record<string, string>>): string {
  const folder = path.join(freshHome(), "templates");
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

describe("a sound letter", () => {
  it("prints a line for each check and exits with 0", async () => {
    const { exit, stdout } = await paperboy(["check", daily]);
    expect(exit).toBe(0);
    for (const { id } of CHECKS) expect(stdout).toMatch(new RegExp(`^[✓!]  ${id} +(?:error|warning)  `, "m"));
    expect(stdout).not.toContain("✗");
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/\d+ checks pass/);
  });

  it("prints every check with --json", async () => {
    const run = await paperboy(["check", daily, "--json"]);
    expect(run.exit).toBe(0);
    expect(run.json()).toMatchObject({
      edition: expect.stringMatching(/^file:/),
      subject: expect.stringMatching(/\S/),
    });
    const checks = run.json()["checks"] as { id: string }[];
    expect(checks.map(({ id }) => id)).toEqual(CHECKS.map(({ id }) => id));
  });

  it("allows addresses and links of the operator in the footer", async () => {
    const environment = { PAPERBOY_BRANDING_FOOTER: "Write to help@lamps.example, or see https://lamps.example/help." };
    const { exit, stdout } = await paperboy(["check", daily], { environment });
    expect(stdout).not.toContain("✗");
    expect(exit).toBe(0);
  });
});

describe("paperboy check on a letter with a mistake", () => {
  it("reports a footer without an unsubscribe link, because it checks the letter of a sample reader", async () => {
    const environment = { PAPERBOY_PUBLIC_URL: "https://lamps.example" };
    const folder = templates({ "partials/footer.html.hbs": "<p>{{branding.name}}</p>" });
    const [whole, broken] = await Promise.all([
      paperboy(["check", daily], { environment }),
      paperboy(["check", daily, "--templates", folder], { environment }),
    ]);
    expect(whole.stdout).toMatch(/^✓  unsubscribe /m);
    expect(broken.stdout).toMatch(/^✗  unsubscribe /m);
    const { stdout } = await paperboy(["render", daily, "--as", "text"], { environment });
    for (const link of ["/u/sample", "/p/sample"]) expect(stdout).toContain(`https://lamps.example${link}`);
  });

  it("prints the finding and the fix, and exits with 3", async () => {
    const { exit, stdout } = await paperboy([
      "check",
      daily,
      "--templates",
      templates({ "subject.hbs": "Daily digest" }),
    ]);
    expect(exit).toBe(3);
    expect(stdout).toMatch(/^✗  subject +error +the subject names no paper and would fit any edition/m);
    expect(stdout).toContain("fix: Let subject.hbs name the leading papers");
    expect(stdout).toMatch(/\d+ of \d+ checks pass; errors: subject/);
  });

  it("prints the reason and the findings with --json", async () => {
    const partial = {
      "partials/footer.html.hbs": '<p>You: {{branding.name}} <a href="https://evil.example/">more</a></p>',
    };
    const run = await paperboy(["check", daily, "--templates", templates(partial), "--json"]);
    expect(run.exit).toBe(3);
    expect(run.json()).toMatchObject({ reason: "config-invalid", exit: 3 });
    expect(run.json()["checks"]).toContainEqual({
      id: "links",
      severity: "error",
      passed: false,
      requires: expect.any(String),
      fix: expect.any(String),
      findings: [
        {
          message: expect.stringContaining("leads to evil.example"),
          where: expect.stringContaining("“more”"),
          count: 1,
        },
      ],
    });
  });

  it("exits with 0 when only a warning fails", async () => {
    const { exit, stdout } = await paperboy(["check", daily, "--templates", templates({ "preheader.hbs": "" })]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^!  preheader +warning +the preheader is empty/m);
  });

  it("finds the address of a configured reader", async () => {
    const partial = { "partials/footer.html.hbs": "<p>For you@example.com</p>" };
    const environment = { PAPERBOY_TO: "you@example.com" };
    const { exit, stdout } = await paperboy(["check", daily, "--templates", templates(partial)], { environment });
    expect(exit).toBe(3);
    expect(stdout).toMatch(/^✗  leaked-address +error +the letter contains a reader's address/m);
  });
});
