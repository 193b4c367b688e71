import { fail, isAbsent, ok, skipped, warn } from "./check.js";
import type { Check, Finding } from "./check.js";
import { countReaders } from "./readers.js";
import type { Readers } from "./readers.js";

/** The subject of the checks of a letter's links. */
export interface Links {
  readonly publicUrl: string | null;
  readonly unsubscribeAddress: string | null;
  /** Whether letters are mailed. The outbox needs no way to unsubscribe. */
  readonly mails: boolean;
  readonly readers: Readers;
  /** Makes one request without following redirects. */
  readonly request: (url: string, options: LinkRequest) => Promise<LinkResponse>;
}

export interface LinkRequest {
  readonly method: "GET" | "POST";
  readonly form?: string;
}

export interface LinkResponse {
  readonly status: number;
  readonly body: string;
}

export const LINK_CHECKS: readonly Check<Links>[] = [
  {
    id: "links.leave",
    title: "readers can unsubscribe",
    why: "readers who cannot unsubscribe mark letters as spam, which sends all your mail to junk folders",
    limitMs: 10_000,
    run: checkWays,
  },
  {
    id: "links.unsubscribe",
    title: "one click unsubscribes",
    why: "Gmail and Yahoo require it of bulk senders (RFC 8058): their unsubscribe button posts to this URL",
    limitMs: 20_000,
    run: checkTarget,
  },
];

async function checkWays({ publicUrl, unsubscribeAddress, mails, readers }: Links): Promise<Finding> {
  if (publicUrl !== null || unsubscribeAddress !== null) {
    return ok([publicUrl && "by the public site", unsubscribeAddress && "by mail"].filter(Boolean).join(" and "));
  }
  if (!mails) return skipped("letters are written to outbox/, so no mail is sent");
  const count = await countReaders(readers);
  if (isAbsent(count) || count.subscribed === 0) return ok("there are no subscribers yet");
  return fail(
    `subscribers cannot unsubscribe (${count.subscribed} active), so runs refuse to mail them`,
    "Set `publicUrl` (the URL of `paperboy serve`) or `unsubscribeAddress` (a mailbox that `paperboy inbox` reads).",
  );
}

/** A token of no reader. Its characters are valid, but its length is not. */
const INVALID_TOKEN = "doctor-test-not-a-user";

async function checkTarget({ publicUrl, request }: Links): Promise<Finding> {
  if (publicUrl === null) return skipped("`publicUrl` is not set, so letters have no such link");
  const post = { method: "POST", form: "List-Unsubscribe=One-Click" } as const;
  const response = await request(`${publicUrl}/u/${INVALID_TOKEN}`, post).catch((error: unknown) => String(error));
  if (typeof response === "string") {
    return fail(`${publicUrl} does not respond (${response})`, "Start `paperboy serve`, and route publicUrl to it.");
  }
  const wrong = PROXY_RESPONSES.find(({ status }) => status.test(String(response.status)));
  if (wrong) return fail(`${publicUrl}: ${wrong.problem} (HTTP ${response.status})`, wrong.fix);
  if (response.status === 404 && !(await isOurs(publicUrl, request))) {
    return fail(
      `a program other than Paperboy responds at ${publicUrl}`,
      "Route `publicUrl`, with its whole path, to `paperboy serve`.",
    );
  }
  const encrypted = publicUrl.startsWith("https:");
  if (encrypted) return ok("a POST is accepted, and an invalid link does nothing");
  return warn(
    "publicUrl is an address of this machine: other readers cannot open it, and letters have no one-click header",
    "Put a proxy with a certificate in front of `paperboy serve`, and set publicUrl to its https:// URL (RFC 8058 section 3.1).",
  );
}

/** Responses of a proxy to a POST, with their fixes. */
const PROXY_RESPONSES: readonly { readonly status: RegExp; readonly problem: string; readonly fix: string }[] = [
  {
    status: /^3/,
    problem: "a POST is redirected, but mail programs do not follow redirects",
    fix: "Set publicUrl to the URL to which it redirects.",
  },
  {
    status: /^40[13]$/,
    problem: "a POST is refused before it reaches Paperboy",
    fix: "Configure the proxy or firewall to pass POST to /u/ without a login, a cookie or a bot check.",
  },
  {
    status: /^405$/,
    problem: "POST is not allowed",
    fix: "Configure the proxy to pass POST to /u/.",
  },
  {
    status: /^5/,
    problem: "the server has an error",
    fix: "Read the logs of `paperboy serve` and of the proxy.",
  },
];

/** Whether `paperboy serve` responds at this URL: its robots.txt excludes `/u/`. */
async function isOurs(publicUrl: string, request: Links["request"]): Promise<boolean> {
  const { body } = await request(`${publicUrl}/robots.txt`, { method: "GET" }).catch(() => ({ body: "" }));
  return /^Disallow: \S*\/u\/$/m.test(body);
}
