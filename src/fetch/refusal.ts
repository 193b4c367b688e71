import type { FailureKind } from "./failures.js";

/** The parts of a response that the rules examine. The body is empty unless it is text. */
export interface RefusalInput {
  readonly header: (name: string) => string | null;
  readonly body: string;
}

/** A rule matches when its header, its title and its mark all match; absent ones are ignored. */
interface Rule {
  readonly kind: FailureKind;
  /** The firewall or the evidence, for the message. */
  readonly by: string;
  readonly header?: readonly [name: string, value: RegExp];
  readonly title?: RegExp;
  readonly mark?: RegExp;
}

/**
 * Bot checks and login pages that sites send instead of the page. Only short bodies are searched for marks: all 10 real pages
 * also contain the firewall script, `captcha` and `/login?next`, and an abstract may contain any text.
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

/**
 * The longest body, in characters, that is searched for marks. The shortest of 9 real pages has 122 KB; a bot check has a few
 * KB, a login page about 50 KB.
 */
const MARK_LIMIT = 100_000;

const LOGIN_PATH = /^\/(?:[a-z]{2}\/)?(?:(?:users?|accounts?|auth)\/)?(?:log-?in|sign[-_]?in|sso|oauth2?)(?:\/|$)/i;

/** Returns the rule that recognizes a response as a bot check or a login page; null if none does. */
export function refusalIn(answer: RefusalInput): { readonly kind: FailureKind; readonly by: string } | null {
  const title = titleOf(answer.body);
  const short = answer.body.length <= MARK_LIMIT ? answer.body : "";
  const holds = (rule: Rule): boolean =>
    (rule.header === undefined || rule.header[1].test(answer.header(rule.header[0]) ?? "")) &&
    (rule.title === undefined || rule.title.test(title)) &&
    (rule.mark === undefined || rule.mark.test(short));
  return RULES.find(holds) ?? null;
}

/** Whether a URL looks like a login page. */
export function leadsToLogin(url: URL): boolean {
  return LOGIN_PATH.test(url.pathname);
}

function titleOf(html: string): string {
  // The title of the page is near its start; a later one may belong to an SVG image or a paper.
  const title = /<title[^>]{0,200}>([^<]{0,300})/i.exec(html.slice(0, 20_000))?.[1] ?? "";
  return title.replaceAll(/\s+/g, " ").trim();
}
