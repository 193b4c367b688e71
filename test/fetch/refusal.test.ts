import { describe, expect, it } from "vitest";
import { leadsToLogin, refusalIn } from "../../src/fetch/refusal.js";
import { describeRealPages, realPage, realPageNames } from "../support/real-pages.js";

function answer(body: string, headers: Readonly<Record<string, string>> = {}) {
  return { body, header: (name: string) => headers[name] ?? null };
}

function titled(title: string, body = ""): string {
  return `<!doctype html><html><head><title>${title}</title></head><body>${body}</body></html>`;
}

const PASSWORD_FIELD = '<form><input name="p" type="password"></form>';

describe("refusalIn", () => {
  it.each([
    ["AWS WAF's challenge by its header", answer("", { "x-amzn-waf-action": "challenge" }), "bot-check"],
    ["AWS WAF's captcha by its header", answer("", { "x-amzn-waf-action": "captcha" }), "bot-check"],
    ["AWS WAF's challenge by its script", answer("<script>window.gokuProps = {}</script>"), "bot-check"],
    ["Cloudflare's challenge by its header", answer("", { "cf-mitigated": "challenge" }), "bot-check"],
    ["Cloudflare's challenge by its title", answer(titled("\n Just a moment...")), "bot-check"],
    ["Cloudflare's challenge by its script", answer("<script>window._cf_chl_opt={}</script>"), "bot-check"],
    ["a captcha by its title", answer(titled("Human Verification")), "bot-check"],
    ["a login page", answer(titled("Log in - Papers", PASSWORD_FIELD)), "login"],
    ["a login page that names the site first", answer(titled("Papers – Sign In", PASSWORD_FIELD)), "login"],
  ])("knows %s", (_name, given, kind) => {
    expect(refusalIn(given)).toMatchObject({ kind });
  });

  it.each([
    ["a page", answer(titled("Daily Papers"))],
    ["a page that offers a login", answer(titled("Daily Papers", '<a href="/login?next=/papers">Log in</a>'))],
    [
      "a page that loads the firewall's script",
      answer(titled("Papers", '<script src="https://x.awswaf.com/challenge.js">')),
    ],
    ["a page with a login form in a corner", answer(titled("Daily Papers", PASSWORD_FIELD))],
    ["a paper about logins", answer(titled("Paper page - Login Attacks on Bakers", PASSWORD_FIELD))],
    ["a paper that begins so", answer(titled("Paper page - Just a Moment: Baking in Time"))],
    ["a long page that quotes a challenge", answer(`window.gokuProps ${"x".repeat(100_000)}`)],
    ["a later title, of a picture", answer(`${titled("Papers")}<svg><title>Just a moment</title></svg>`)],
    ["the API's JSON", answer('[{"title":"Just a moment"}]')],
  ])("accepts %s", (_name, given) => {
    expect(refusalIn(given)).toBeNull();
  });
});

describe("leadsToLogin", () => {
  it.each(["/login", "/login?next=/papers", "/en/sign-in", "/users/sign_in", "/auth/login/", "/oauth2/authorize"])(
    "recognizes %s",
    (path) => {
      expect(leadsToLogin(new URL(path, "https://papers.example"))).toBe(true);
    },
  );

  it.each(["/papers", "/papers/login-attacks", "/logins", "/papers?next=/login"])(
    "does not take %s for a login page",
    (path) => {
      expect(leadsToLogin(new URL(path, "https://papers.example"))).toBe(false);
    },
  );
});

describeRealPages("real pages", () => {
  it.each(realPageNames(/./))("are not refused: %s", (name) => {
    expect(refusalIn(answer(realPage(name)))).toBeNull();
  });
});
