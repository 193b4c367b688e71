import type { FailureKind } from "./failures.js";

/** What a rule looks at. The body is text, or empty where the answer was none. */
export interface Answer {
  readonly header: (name: string) => string | null;
  readonly body: string;
}

/** All the tests that a rule names must hold. */
interface Rule {
  readonly kind: FailureKind;
  /** Who sends such a page, for the message. */
  readonly by: string;
  readonly header?: readonly [name: string, value: RegExp];
  readonly title?: RegExp;
  readonly mark?: RegExp;
}

/**
 * Answers that look like a page and are none. Marks are looked for in short pages only: the site's own pages name the
 * firewall's script, `captcha` and `/login?next` too (all 10 list and paper pages measured), and an abstract may quote
 * anything.
 *
 * Sources: AWS WAF developer guide, "CAPTCHA and Challenge action behavior" (the header, 202 and 405); Cloudflare
 * documentation, "Detect a Challenge Page response" (`cf-mitigated`).
 */
const RULES: readonly Rule[] = [
  { kind: "bot-check", by: "AWS WAF", header: ["x-amzn-waf-action", /^(challenge|captcha)/i] },
  { kind: "bot-check", by: "AWS WAF", mark: /window\.gokuProps\b|\bAwsWafIntegration\.|\bAwsWafCaptcha\./ },
  { kind: "bot-check", by: "Cloudflare", header: ["cf-mitigated", /challenge/i] },
  { kind: "bot-check", by: "Cloudflare", title: /^just a moment\b|^attention required!/i },
  {
    kind: "bot-check",
    by: "Cloudflare",
    mark: /window\._cf_chl_opt\b|\/cdn-cgi\/challenge-platform\/h\/[bg]\/orchestrate/,
  },
  {
    kind: "bot-check",
    by: "a firewall",
    title: /^(human verification|verify you are human|are you (a )?(human|robot)|robot check|security check)\b/i,
  },
  {
    kind: "login",
    by: "its title and a password field",
    title: /(^|[-–—|·:] )(log ?in|sign ?in)( [-–—|·:]|$)/i,
    mark: /<input\b[^>]{0,500}?\btype\s*=\s*["']?password/i,
  },
];

/** In characters. The shortest whole page of the site has 122 KB (measured over 9); a robot check has a few, a login some 50. */
const MARK_LIMIT = 100_000;

const LOGIN_PATH = /^\/(?:[a-z]{2}\/)?(?:(?:users?|accounts?|auth)\/)?(?:log-?in|sign[-_]?in|sso|oauth2?)(?:\/|$)/i;

/** The rule by which an answer is a robot check or a login page instead of what was asked; null when it is neither. */
export function refusalIn(answer: Answer): { readonly kind: FailureKind; readonly by: string } | null {
  const title = titleOf(answer.body);
  const short = answer.body.length <= MARK_LIMIT ? answer.body : "";
  const holds = (rule: Rule): boolean =>
    (rule.header === undefined || rule.header[1].test(answer.header(rule.header[0]) ?? "")) &&
    (rule.title === undefined || rule.title.test(title)) &&
    (rule.mark === undefined || rule.mark.test(short));
  return RULES.find(holds) ?? null;
}

/** Whether a redirect leads to a login page. */
export function leadsToLogin(url: URL): boolean {
  return LOGIN_PATH.test(url.pathname);
}

function titleOf(html: string): string {
  // A title stands at the start of a page; what comes later may be a picture's title, or a paper's.
  const title = /<title[^>]{0,200}>([^<]{0,300})/i.exec(html.slice(0, 20_000))?.[1] ?? "";
  return title.replaceAll(/\s+/g, " ").trim();
}
