import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config/load.js";
import { PaperboyError } from "../../src/core/errors.js";

function homeWith(text: string): string {
  const home = mkdtempSync(path.join(tmpdir(), "paperboy-config-"));
  writeFileSync(path.join(home, "paperboy.yaml"), text);
  return home;
}

describe("secrets", () => {
  it.each([
    ["smtp:\n  host: mail.example\n  password: opensesame-1\nlimits: 3\n", ["opensesame-1"]],
    [
      "smtp: smtp://me:opensesame-1@mail.example\nstore: postgres:///db?password=opensesame-2\nfrom: 3\n",
      ["opensesame-1", "opensesame-2"],
    ],
    ["inbox:\n  imap: { host: mail.example, password: opensesame-1 }\nto: {}\n", ["opensesame-1"]],
  ])("are masked although the settings are invalid: %j", (text, expected) => {
    const learnt: string[] = [];
    const input = {
      home: homeWith(text),
      environment: {},
      learn: (secrets: readonly string[]) => void learnt.push(...secrets),
    };
    expect(() => loadConfig(input)).toThrow(PaperboyError);
    expect(learnt).toEqual(expect.arrayContaining(expected));
  });

  it.each([
    "*opensesame",
    "!opensesame",
    "!!opensesame x",
    "|opensesame",
    ">opensesame",
    "!<opensesame x",
    '"open\\qsesame"',
    "opensesame: x",
  ])("are in no message about YAML: password: %s", (password) => {
    const home = homeWith(`smtp:\n  password: ${password}\n`);
    expect(() => loadConfig({ home, environment: {} })).toThrow(/^paperboy\.yaml/);
    expect(() => loadConfig({ home, environment: {} })).not.toThrow(/sesame/);
  });
});
