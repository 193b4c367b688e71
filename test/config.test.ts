import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../src/config.js";
import { PaperboyError } from "../src/errors.js";
import { ENVIRONMENT_SETTINGS, environmentName, settingsSchema } from "../src/settings.js";

function homeWith(files: Record<string, string>): string {
  const home = mkdtempSync(path.join(tmpdir(), "paperboy-config-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(home, name), text);
  return home;
}

function failure(files: Record<string, string>, environment = {}): PaperboyError {
  try {
    loadConfig({ home: homeWith(files), environment });
  } catch (error) {
    if (error instanceof PaperboyError) return error;
    throw error;
  }
  throw new Error("expected config-invalid");
}

describe("layers", () => {
  it("works with nothing configured", () => {
    const { settings } = loadConfig({ home: homeWith({}), environment: {} });
    expect(settings).toMatchObject({ site: "https://huggingface.co", to: [], api: false, view: {} });
  });

  it("lets flags stand over the environment, that over .env, that over the file", () => {
    const home = homeWith({
      "paperboy.yaml":
        "from: a@file.example\nreplyTo: b@file.example\ncontact: file\nview: {limit: 3, order: newest}\n",
      ".env": "PAPERBOY_REPLY_TO=b@dotenv.example\nPAPERBOY_CONTACT=dotenv\nPAPERBOY_VIEW_LIMIT=4\n",
    });
    const environment = { PAPERBOY_CONTACT: "environment" };
    const { settings, origins } = loadConfig({
      home,
      environment,
      flags: { view: { minUpvotes: 7, limit: undefined } },
    });
    expect(settings).toMatchObject({ from: "a@file.example", replyTo: "b@dotenv.example", contact: "environment" });
    expect(settings.view).toEqual({ limit: 4, order: "newest", minUpvotes: 7 });
    expect(origins.get("from")).toBe("paperboy.yaml:1:1");
    expect(origins.get("view.order")).toBe("paperboy.yaml:4:18");
    expect(origins.get("view.limit")).toBe("PAPERBOY_VIEW_LIMIT");
    expect(origins.get("view.minUpvotes")).toBe("--min-upvotes");
  });

  it("reads JSON as well", () => {
    const home = homeWith({ "paperboy.json": '{"to": ["a@example.com"]}' });
    expect(loadConfig({ home, environment: {} }).settings.to).toEqual(["a@example.com"]);
  });

  it("splits lists in the environment and keeps the site without its last slash", () => {
    const environment = { PAPERBOY_TO: "a@example.com, b@example.com", PAPERBOY_SITE_URL: "http://localhost:99/" };
    const { settings } = loadConfig({ home: homeWith({}), environment });
    expect(settings.to).toEqual(["a@example.com", "b@example.com"]);
    expect(settings.site).toBe("http://localhost:99");
  });
});

describe("wrong settings", () => {
  it.each([
    ["an unknown key", "from: a@example.com\nvuew:\n  limit: 3\n", "paperboy.yaml:2:1: vuew: unknown setting"],
    ["an unknown key within", "view:\n  limt: 3\n", "paperboy.yaml:2:3: view.limt: unknown setting"],
    ["a wrong type", "view:\n  limit: many\n", "paperboy.yaml:2:3: view.limit: "],
    [
      "a wrong choice",
      "view: {order: loudest}\n",
      'paperboy.yaml:1:8: view.order: Invalid option: expected one of "votes"',
    ],
    ["a site that is none", "site: ftp://example.org\n", "paperboy.yaml:1:1: site: an http(s) address"],
    ["broken YAML", "view: {limit: 3\n", "paperboy.yaml:2:1: "],
    ["a list", "- from\n", "paperboy.yaml:1:1: expected settings"],
    [
      "a header injection",
      'from: "a@example.com\\r\\nBcc: x@example.com"\n',
      "paperboy.yaml:1:1: from: text without control characters",
    ],
    ["a prototype", "__proto__: {site: x}\n", "paperboy.yaml:1:1: __proto__: unknown setting"],
  ])("names file, line and key for %s", (_, text, message) => {
    const error = failure({ "paperboy.yaml": text });
    expect(error.code).toBe("config-invalid");
    expect(error.message).toContain(message);
  });

  it("names the environment variable", () => {
    expect(failure({}, { PAPERBOY_VIEW_LIMIT: "ten" }).message).toContain("PAPERBOY_VIEW_LIMIT: view.limit:");
  });

  it("refuses two files", () => {
    expect(failure({ "paperboy.yaml": "", "paperboy.json": "{}" }).message).toContain("two configuration files");
  });

  it("never prints a secret", () => {
    const error = failure({}, { PAPERBOY_SMTP_URL: "http://user:hunter2@host", PAPERBOY_SECRET: "hunter2" });
    expect(error.message).not.toContain("hunter2");
    expect(error.message).toContain("PAPERBOY_SMTP_URL");
  });
});

it("gives every setting that is one value an environment name", () => {
  const shape = settingsSchema.shape;
  const groups = ["view", "look", "delivery"] as const;
  // A list of keys is no single value: signatures are configured in the file.
  const plain = Object.keys(shape).filter((key) => key !== "dkim" && !groups.some((group) => group === key));
  const inner = groups.flatMap((group) =>
    Object.keys(shape[group].def.innerType.shape).map((name) => `${group}.${name}`),
  );
  const all = [...plain, ...inner].toSorted();
  expect(ENVIRONMENT_SETTINGS.map(({ path: setting }) => setting).toSorted()).toEqual(all);
  expect(environmentName("view.minUpvotes")).toBe("PAPERBOY_VIEW_MIN_UPVOTES");
  expect(environmentName("smtp")).toBe("PAPERBOY_SMTP_URL");
});
