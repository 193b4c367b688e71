import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { configReader } from "../../src/config/config.js";
import { ENVIRONMENT_SETTINGS, environmentName, pushSettingOf } from "../../src/config/environment.js";
import { loadConfig } from "../../src/config/load.js";
import { secrecyOf, settingPaths, settingsSchema } from "../../src/config/schema.js";
import { PaperboyError } from "../../src/core/errors.js";
import { DEFAULT_VIEW } from "../../src/rank/view.js";

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
  it("uses the defaults without a configuration", () => {
    const { settings } = loadConfig({ home: homeWith({}), environment: {} });
    expect(settings).toMatchObject({ site: "https://huggingface.co", to: [], view: {} });
  });

  it("does not load the validator without a configuration", async () => {
    const nothing = { home: homeWith({}), environment: { PAPERBOY_HOME: "here", PATH: "/bin" } };
    const { settings, origins, placeOf } = (await configReader(nothing))();
    expect({ settings, origins }).toEqual({ settings: loadConfig(nothing).settings, origins: new Map() });
    expect(placeOf("smtp")).toBe("smtp");
  });

  it.each([
    ["a file", { "paperboy.yml": "contact: me\n" }, {}],
    ["a file of variables", { ".env": "PAPERBOY_CONTACT=me\n" }, {}],
    ["a variable", {}, { PAPERBOY_CONTACT: "me" }],
  ])("loads the configuration with %s", async (_, files, environment) => {
    const config = await configReader({ home: homeWith(files), environment });
    expect(config().settings.contact).toBe("me");
  });

  it("refuses an unknown variable even if it is the only one", async () => {
    const config = await configReader({ home: homeWith({}), environment: { PAPERBOY_CONTAKT: "" } });
    expect(config).toThrow("PAPERBOY_CONTAKT");
  });

  it("merges the file, .env and the environment, in this order", () => {
    const home = homeWith({
      "paperboy.yaml":
        "from: a@file.example\nreplyTo: b@file.example\ncontact: file\nview: {limit: 3, order: newest}\n",
      ".env": "PAPERBOY_REPLY_TO=b@dotenv.example\nPAPERBOY_CONTACT=dotenv\nPAPERBOY_VIEW_LIMIT=4\n",
    });
    const environment = { PAPERBOY_CONTACT: "environment" };
    const { settings, origins } = loadConfig({ home, environment });
    expect(settings).toMatchObject({ from: "a@file.example", replyTo: "b@dotenv.example", contact: "environment" });
    expect(settings.view).toEqual({ limit: 4, order: "newest" });
    expect(origins.get("from")).toBe("paperboy.yaml:1:1");
    expect(origins.get("view.order")).toBe("paperboy.yaml:4:18");
    expect(origins.get("view.limit")).toBe(".env:3: PAPERBOY_VIEW_LIMIT");
    expect(origins.get("contact")).toBe("PAPERBOY_CONTACT");
  });

  it("reads the first line of .env after a byte order mark", () => {
    const home = homeWith({ ".env": "\uFEFFPAPERBOY_CONTACT=me\n" });
    expect(loadConfig({ home, environment: {} }).settings.contact).toBe("me");
  });

  it("reads a quote within quotes in .env", () => {
    const home = homeWith({ ".env": 'PAPERBOY_VIEW_INCLUDE="agents, \\"world model\\""\n' });
    expect(loadConfig({ home, environment: {} }).settings.view.include).toEqual(["agents", '"world model"']);
  });

  it.each(["paperboy.yaml", "paperboy.json"])("reads %s after a byte order mark", (name) => {
    const home = homeWith({ [name]: '\uFEFF{"contact": "me"}\n' });
    expect(loadConfig({ home, environment: {} }).settings.contact).toBe("me");
  });

  it("reads JSON", () => {
    const home = homeWith({ "paperboy.json": '{"to": ["a@example.com"]}' });
    expect(loadConfig({ home, environment: {} }).settings.to).toEqual(["a@example.com"]);
  });

  it("lets an empty variable of the process remove one of .env", () => {
    const home = homeWith({ ".env": "PAPERBOY_CONTACT=dotenv\n" });
    expect(loadConfig({ home, environment: { PAPERBOY_CONTACT: "" } }).settings.contact).toBeUndefined();
  });

  it("accepts one text as a list with one item", () => {
    const home = homeWith({ "paperboy.yaml": "to: you@example.com\nview: {include: agents}\n" });
    const { settings } = loadConfig({ home, environment: {} });
    expect(settings.to).toEqual(["you@example.com"]);
    expect(settings.view.include).toEqual(["agents"]);
  });

  it("accepts several lines in texts of the letter's body", () => {
    const home = homeWith({ "paperboy.yaml": "branding:\n  postal: |\n    Example\n    Street 1\n" });
    expect(loadConfig({ home, environment: {} }).settings.branding.postal).toBe("Example\nStreet 1");
  });

  it.each(["en", "de", "pt-BR", "zh-Hant-TW"])("accepts the language tag %s", (language) => {
    const { settings } = loadConfig({ home: homeWith({}), environment: { PAPERBOY_VIEW_LANGUAGE: language } });
    expect(settings.view.language).toBe(language);
  });

  it("splits lists in the environment without empty items, and removes the trailing slash of the site", () => {
    const environment = { PAPERBOY_TO: "a@example.com, b@example.com,,", PAPERBOY_SITE_URL: "http://localhost:99/" };
    const { settings } = loadConfig({ home: homeWith({}), environment });
    expect(settings.to).toEqual(["a@example.com", "b@example.com"]);
    expect(settings.site).toBe("http://localhost:99");
  });
});

describe("invalid settings", () => {
  it.each([
    ["an unknown key", "from: a@example.com\nvuew:\n  limit: 3\n", "paperboy.yaml:2:1: vuew: unknown setting"],
    ["an unknown key within", "view:\n  limt: 3\n", "paperboy.yaml:2:3: view.limt: unknown setting"],
    ["a misspelt key", "vuew:\n  limit: 3\n", "paperboy.yaml:1:1: vuew: unknown setting; did you mean view?"],
    ["a misspelt key within", "view:\n  limt: 3\n", "view.limt: unknown setting; did you mean view.limit?"],
    ["a key in the wrong place", "limit: 3\n", "limit: unknown setting; did you mean view.limit?"],
    ["a misspelt key of smtp", "smtp:\n  host: mail.example\n  prot: 25\n", "did you mean smtp.port?"],
    [
      "a wrong part of smtp",
      "smtp:\n  host: mail.example\n  port: x\n",
      "paperboy.yaml:3:3: smtp.port: expected a whole",
    ],
    ["smtp of the wrong type", "smtp: 25\n", "smtp: expected a URL such as smtp://"],
    ["a wrong type", "view:\n  limit: many\n", "paperboy.yaml:2:3: view.limit: expected a whole number from 1 to 500"],
    ["no limit at all", "view:\n  limit: 0\n", "view.limit: expected a whole number from 1 to 500"],
    ["a value for a group", "view: 3\n", "view: expected a group of settings"],
    ["a number for a list", "to: 3\n", "to: expected a list: an address each"],
    ["an item of a list", "to:\n  - a@example.com\n  - 3\n", "paperboy.yaml:3:5: to.1: expected an address"],
    ["a wrong choice", "view: {order: loudest}\n", "paperboy.yaml:1:8: view.order: expected one of votes, comments"],
    ["a language that is none", "view: {language: english!}\n", "view.language: expected a language tag such as de"],
    ["an unknown alias", "from: *unknown\n", "paperboy.yaml"],
    ["an invalid site", "site: ftp://example.org\n", "paperboy.yaml:1:1: site: expected an http(s) URL"],
    ["broken YAML", "view: {limit: 3\n", "paperboy.yaml:2:1: "],
    ["a list", "- from\n", "paperboy.yaml:1:1: expected settings"],
    [
      "a header injection",
      'from: "a@example.com\\r\\nBcc: x@example.com"\n',
      "paperboy.yaml:1:1: from: expected text on one line",
    ],
    ["a prototype", "__proto__: {site: x}\n", "paperboy.yaml:1:1: __proto__: unknown setting"],
  ])("names file, line and key for %s", (_, text, message) => {
    const error = failure({ "paperboy.yaml": text });
    expect(error.code).toBe("config-invalid");
    expect(error.message).toContain(message);
  });

  it.each(["branding:\n  name", "from", "contact", "replyTo", "alertTo"])("refuses a second line in %s", (key) => {
    const { message } = failure({ "paperboy.yaml": `${key}: "A\\nBcc: x@example.com"\n` });
    expect(message).toContain("expected text on one line");
    expect(failure({ "paperboy.yaml": `${key}: "A\\tB"\n` }).message).toContain("expected text on one line");
  });

  it("lists several problems by place, with their number", () => {
    const files = { "paperboy.yaml": `from: 3\n${"# \n".repeat(9)}view: {limit: 0}\nvuew: 1\n` };
    const { message, hint } = failure(files, { PAPERBOY_APY: "1" });
    expect(message).toBe("4 settings are invalid");
    expect(hint?.split("\n")).toEqual([
      "PAPERBOY_APY: unknown setting; did you mean PAPERBOY_API?",
      "paperboy.yaml:1:1: from: expected text on one line, without control characters",
      "paperboy.yaml:11:8: view.limit: expected a whole number from 1 to 500",
      "paperboy.yaml:12:1: vuew: unknown setting; did you mean view?",
      "docs/configuration.md lists every setting and its values.",
    ]);
  });

  it.each([
    ["look:\n  name: Evening Post\n", "paperboy.yaml:1:1: look: this setting is now called branding"],
    ["ping: https://example.org\n", "paperboy.yaml:1:1: ping: this setting is now called healthcheckUrl"],
    ["operator: a@example.org\n", "paperboy.yaml:1:1: operator: this setting is now called alertTo"],
    ["record: true\n", "paperboy.yaml:1:1: record: this setting is now called records"],
    ["delivery:\n  lanes: 3\n", "paperboy.yaml:2:3: delivery.lanes: this setting is now called delivery.connections"],
  ])("refuses the old name in %j and gives the new one", (text, message) => {
    expect(failure({ "paperboy.yaml": text })).toMatchObject({ code: "config-invalid", message });
  });

  it.each([
    ["PAPERBOY_LOOK_LOGO_URL", "PAPERBOY_BRANDING_LOGO_URL"],
    ["PAPERBOY_PING", "PAPERBOY_HEALTHCHECK_URL"],
    ["PAPERBOY_OPERATOR", "PAPERBOY_ALERT_TO"],
    ["PAPERBOY_RECORD", "PAPERBOY_RECORDS"],
    ["PAPERBOY_DELIVERY_LANES", "PAPERBOY_DELIVERY_CONNECTIONS"],
  ])("refuses the old variable %s and names %s", (before, now) => {
    expect(failure({}, { [before]: "x" }).message).toBe(`${before}: this setting is now called ${now}`);
  });

  it("refuses a line of .env that is not understood, with its number and without its text", () => {
    const { message, hint } = failure({
      ".env": "PAPERBOY_SECRET: hunter2-hunter2-hunter2\nPAPERBOY_API=1\nPAPERBOY_TO='a' b\n",
    });
    expect(message).toBe("2 settings are invalid");
    expect(hint).toMatch(/^\.env:1: expected NAME=value, .*\n\.env:3: expected NAME=value/);
    expect(hint).not.toContain("hunter2");
  });

  it("names an unknown variable with its line in .env", () => {
    const { message } = failure({ ".env": "# mail\nexport PAPERBOY_FORM=a@example.com\n" });
    expect(message).toBe(".env:2: PAPERBOY_FORM: unknown setting; did you mean PAPERBOY_FROM?");
  });

  it.each([
    "PAPERBOY_HOME",
    "PAPERBOY_TEST_PAGES",
    "PAPERBOY_TEST_OTHER",
    "PAPERBOY_PROPERTY_RUNS",
    "PAPERBOY_CHROMIUM",
  ])("ignores %s, which is not a setting", (name) => {
    expect(loadConfig({ home: homeWith({}), environment: { [name]: "x" } }).settings.to).toEqual([]);
  });

  it("returns the place of a setting that is refused later", () => {
    const home = homeWith({ "paperboy.yaml": "to:\n  - a\n  - b\n", ".env": "\nPAPERBOY_FROM=x\n" });
    const at = loadConfig({ home, environment: { PAPERBOY_ALERT_TO: "y" } }).placeOf;
    expect(at("to.1")).toBe("paperboy.yaml:3:5: to.1");
    expect(at("from")).toBe(".env:2: PAPERBOY_FROM: from");
    expect(at("alertTo")).toBe("PAPERBOY_ALERT_TO: alertTo");
    expect(loadConfig({ home, environment: { PAPERBOY_TO: "a,b" } }).placeOf("to.1")).toBe("PAPERBOY_TO: to.1");
    expect(at("view.limit")).toBe("view.limit");
  });

  it("names the environment variable", () => {
    expect(failure({}, { PAPERBOY_VIEW_LIMIT: "ten" }).message).toContain("PAPERBOY_VIEW_LIMIT: view.limit:");
  });

  it("refuses two files", () => {
    expect(failure({ "paperboy.yaml": "", "paperboy.json": "{}" }).message).toContain("two configuration files");
  });

  it("never prints a secret", () => {
    const error = failure({}, { PAPERBOY_SMTP_URL: "http://user:hunter2@host", PAPERBOY_SECRET: "hunter2" });
    const text = `${error.message}\n${error.hint ?? ""}`;
    expect(text).not.toContain("hunter2");
    expect(text).toContain("PAPERBOY_SMTP_URL");
  });
});

it.each([
  ["secret", "value"],
  ["smtp", "userinfo"],
  ["smtp.password", "value"],
  ["inbox.imap.password", "value"],
  ["site", "userinfo"],
  ["store", "userinfo"],
  ["healthcheckUrl", "url"],
  ["push.my-team.url", "url"],
  ["push.my-team.token", "value"],
  ["push.my-team.secret", "value"],
  ["from", null],
  ["smtp.user", null],
] as const)("declares in the schema what is secret about %s", (setting, secrecy) => {
  expect(secrecyOf(setting)).toBe(secrecy);
});

it("has an environment variable for every setting with a single value", () => {
  const shape = settingsSchema.shape;
  const groups = ["view", "branding", "delivery", "serve", "inbox"] as const;
  // Lists of keys and of targets, and a program with arguments, are no single values: they are configured in the file.
  const plain = Object.keys(shape).filter((key) => !["dkim", "push", "enrich", ...groups].includes(key));
  const inner = groups.flatMap((group) =>
    Object.keys(shape[group].def.innerType.shape).map((name) => `${group}.${name}`),
  );
  const mailbox = settingPaths().filter((setting) => setting.startsWith("inbox.imap."));
  const all = [...plain, ...inner.filter((setting) => setting !== "inbox.imap"), ...mailbox].toSorted();
  expect(ENVIRONMENT_SETTINGS.map(({ path: setting }) => setting).toSorted()).toEqual(all);
  expect(environmentName("view.minUpvotes")).toBe("PAPERBOY_VIEW_MIN_UPVOTES");
  expect(environmentName("smtp")).toBe("PAPERBOY_SMTP_URL");
});

describe("docs/configuration.md", () => {
  const rows = readFileSync(path.resolve(import.meta.dirname, "../../docs/configuration.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")));

  it.each(settingPaths())("describes %s", (setting) => {
    const [, , name = "", what = ""] = rows.find(([, first]) => first === setting) ?? [];
    expect(what).not.toBe("");
    const variable = environmentName(setting);
    const isTaken = ENVIRONMENT_SETTINGS.some((each) => each.path === setting) || pushSettingOf(variable) !== null;
    expect(name).toBe(isTaken ? variable : "");
  });

  it.each(["fullUpTo", "leading", "abstracts", "order", "minUpvotes", "language"] as const)(
    "has the default of view.%s",
    (key) => {
      const [, , , , value] = rows.find(([, first]) => first === `view.${key}`) ?? [];
      expect(value).toBe(String(DEFAULT_VIEW[key]));
    },
  );

  it("describes no unknown setting", () => {
    expect(rows.map(([, first]) => first).filter((name = "") => !name.startsWith("PAPERBOY_"))).toEqual(settingPaths());
  });
});

/** Returns `publicUrl` as it is read from the settings file. */
function publicUrl(url: string): string | undefined {
  const home = homeWith({ "paperboy.yaml": `publicUrl: ${JSON.stringify(url)}\n` });
  return loadConfig({ home, environment: {} }).settings.publicUrl;
}

describe("publicUrl", () => {
  it.each([
    ["https://papers.example.org/", "https://papers.example.org"],
    ["HTTPS://Papers.example.org/a,b/", "https://papers.example.org/a%2Cb"],
    ["https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"],
    ["http://localhost:8080", "http://localhost:8080"],
    ["http://127.0.0.1:8080/papers/", "http://127.0.0.1:8080/papers"],
    ["http://[::1]:8080", "http://[::1]:8080"],
    ["http://papers.localhost", "http://papers.localhost"],
  ])("is %s as header fields can contain it", (url, expected) => {
    expect(publicUrl(url)).toBe(expected);
  });

  const NOT_ENCRYPTED = "expected an https:// URL, since mail programs unsubscribe over no other";
  it.each([
    ["http://papers.example.org", NOT_ENCRYPTED],
    ["http://192.168.1.10:8080", NOT_ENCRYPTED],
    ["http://0.0.0.0:8080", NOT_ENCRYPTED],
    ["http://127.0.0.1.example.org", NOT_ENCRYPTED],
    ["https://papers.example.org/?page=1", "expected a URL without ? and #"],
    ["https://papers.example.org/#top", "expected a URL without ? and #"],
  ])("refuses %s, with the reason", (url, reason) => {
    expect(() => publicUrl(url)).toThrow(`paperboy.yaml:1:1: publicUrl: ${reason}`);
  });
});
