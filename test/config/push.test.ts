import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config/load.js";

function homeWith(files: Record<string, string>): string {
  const home = mkdtempSync(path.join(tmpdir(), "paperboy-config-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(home, name), text);
  return home;
}

function load(files: Record<string, string>, environment = {}) {
  return loadConfig({ home: homeWith(files), environment });
}

describe("push targets", () => {
  const SLACK = "push:\n  my-team:\n    kind: slack\n";

  it("read confidential settings from the environment", () => {
    const home = homeWith({
      "paperboy.yaml": `${SLACK}  chat:\n    kind: telegram\n    chat: -100123\n    view: {limit: 5}\n`,
      ".env": "PAPERBOY_PUSH_MY_TEAM_URL=https://hooks.example.com/services/T0/B0/abc\n",
    });
    const environment = { PAPERBOY_PUSH_CHAT_TOKEN: "123456:abcdefghijklmnopqrstuvwxyz" };
    const { settings, origins } = loadConfig({ home, environment });
    expect(settings.push).toEqual({
      "my-team": { kind: "slack", url: "https://hooks.example.com/services/T0/B0/abc", sources: ["daily"], view: {} },
      chat: {
        kind: "telegram",
        chat: "-100123",
        token: "123456:abcdefghijklmnopqrstuvwxyz",
        url: "https://api.telegram.org",
        sources: ["daily"],
        view: { limit: 5 },
      },
    });
    expect(origins.get("push.my-team.url")).toBe(".env:1: PAPERBOY_PUSH_MY_TEAM_URL");
  });

  it.each([
    ["no URL", SLACK, "push.my-team.url: expected an https URL"],
    ["HTTP to another machine", `${SLACK}    url: http://hooks.example.com/x\n`, "expected an https URL"],
    [
      "plain HTTP to a name that begins like this machine",
      `${SLACK}    url: http://127.0.0.1.example.com/x\n`,
      "https",
    ],
    ["a password in the URL", `${SLACK}    url: https://a:b@hooks.example.com/x\n`, "expected an https URL"],
    ["another kind of URL", `${SLACK}    url: file:///etc/passwd\n`, "expected an https URL"],
    [
      "an unknown kind",
      "push:\n  team:\n    kind: pigeon\n",
      "push.team.kind: expected one of webhook, slack, telegram",
    ],
    ["a name in capitals", "push:\n  Team:\n    kind: slack\n", "expected a name of lower-case letters"],
    [
      "a token with a path in it",
      "push:\n  t:\n    kind: telegram\n    token: 1:../../x\n    chat: 5\n",
      "expected a bot's token",
    ],
    [
      "a short secret",
      "push:\n  t:\n    kind: webhook\n    url: https://example.com\n    secret: abc\n",
      "16 characters",
    ],
    ["a source that is none", `${SLACK}    url: https://example.com\n    sources: hourly\n`, "daily, weekly, monthly"],
    ["a slip within", `${SLACK}    url: https://example.com\n    sorces: daily\n`, "unknown setting"],
  ])("are refused with %s", (_, text, message) => {
    expect(() => load({ "paperboy.yaml": text })).toThrow(message);
  });

  it("can be on this machine without HTTPS", () => {
    const home = homeWith({ "paperboy.yaml": `${SLACK}    url: http://127.0.0.1:99/x\n` });
    expect(loadConfig({ home, environment: {} }).settings.push).toMatchObject({ "my-team": { sources: ["daily"] } });
  });

  it("that only the environment names report what is missing", () => {
    expect(() => load({}, { PAPERBOY_PUSH_TEAM_URL: "https://example.com/x" })).toThrow("push.team.kind");
  });
});
