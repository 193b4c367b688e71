import { fail, isAbsent, ok, skipped, warn } from "./check.js";
import type { Check, Finding } from "./check.js";
import { countReaders } from "./readers.js";
import type { Readers } from "./readers.js";

/** What the checks of a letter's links need. */
export interface Links {
  readonly publicUrl: string | null;
  readonly unsubscribeAddress: string | null;
  /** Whether letters are mailed. The outbox needs no way to unsubscribe. */
  readonly mails: boolean;
  readonly readers: Readers;
  /** Makes one request without following redirects. */
  readonly ask: (url: string, request: Ask) => Promise<Answer>;
}

export interface Ask {
  readonly method: "GET" | "POST";
  readonly form?: string;
}

export interface Answer {
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
  if (!mails) return skipped("letters go to the outbox, so no mail is sent");
  const count = await countReaders(readers);
  if (isAbsent(count) || count.subscribed === 0) return ok("there are no subscribers yet");
  return fail(
    `subscribers cannot unsubscribe (${count.subscribed} active), so runs refuse to mail them`,
    "Set `publicUrl` (the URL of `paperboy serve`) or `unsubscribeAddress` (a mailbox that `paperboy inbox` reads).",
  );
}

/** A token that belongs to no reader: its characters are valid, its length is not. */
const INVALID_TOKEN = "doctor-test-not-a-user";

async function checkTarget({ publicUrl, ask }: Links): Promise<Finding> {
  if (publicUrl === null) return skipped("publicUrl is not set, so letters have no such link");
  const post = { method: "POST", form: "List-Unsubscribe=One-Click" } as const;
  const answer = await ask(`${publicUrl}/u/${INVALID_TOKEN}`, post).catch((error: unknown) => String(error));
  if (typeof answer === "string") {
    return fail(`${publicUrl} does not respond (${answer})`, "Start `paperboy serve`, and route publicUrl to it.");
  }
  const wrong = ANSWERS.find(({ status }) => status.test(String(answer.status)));
  if (wrong) return fail(`${publicUrl}: ${wrong.says} (HTTP ${answer.status})`, wrong.fix);
  if (answer.status === 404 && !(await isOurs(publicUrl, ask))) {
    return fail(
      `another program than Paperboy responds at ${publicUrl}`,
      "Route `publicUrl`, with its whole path, to `paperboy serve`.",
    );
  }
  const encrypted = publicUrl.startsWith("https:");
  if (encrypted) return ok("a POST is accepted, and an invalid link does nothing");
  return warn(
    "a POST is accepted, but publicUrl is not encrypted, so mail programs show no unsubscribe button",
    "Put a proxy with a certificate in front of `paperboy serve`, and set publicUrl to its https:// URL (RFC 8058 section 3.1).",
  );
}

/** Responses to a POST from a proxy in front of the site, with their fixes. */
const ANSWERS: readonly { readonly status: RegExp; readonly says: string; readonly fix: string }[] = [
  {
    status: /^3/,
    says: "a POST is redirected, and mail programs do not follow redirects redirects",
    fix: "Set publicUrl to the URL to which it redirects.",
  },
  {
    status: /^40[13]$/,
    says: "a POST is refused before it reaches Paperboy",
    fix: "Configure the proxy or firewall to pass POST to /u/ without a login, a cookie or a bot check.",
  },
  {
    status: /^405$/,
    says: "POST is not allowed",
    fix: "Configure the proxy to pass POST to /u/.",
  },
  {
    status: /^5/,
    says: "the server has an error",
    fix: "Read the logs of `paperboy serve` and of the proxy.",
  },
];

/** Whether `paperboy serve` responds at this URL: its robots.txt excludes `/u/`. */
async function isOurs(publicUrl: string, ask: Links["ask"]): Promise<boolean> {
  const { body } = await ask(`${publicUrl}/robots.txt`, { method: "GET" }).catch(() => ({ body: "" }));
  return /^Disallow: \S*\/u\/$/m.test(body);
}
