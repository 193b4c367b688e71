import { fail, isAbsent, ok, skipped, warn } from "./check.js";
import type { Check, Finding } from "./check.js";
import { countReaders } from "./readers.js";
import type { Readers } from "./readers.js";

/** What a letter's links lead to. */
export interface Links {
  readonly publicUrl: string | null;
  readonly unsubscribeAddress: string | null;
  /** Whether mail really goes out: the outbox needs no way to leave. */
  readonly mails: boolean;
  readonly readers: Readers;
  /** One request, redirects not followed. */
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
    title: "readers can leave",
    why: "whoever cannot leave complains, and complaints send all mail to junk folders",
    limitMs: 10_000,
    run: checkWays,
  },
  {
    id: "links.unsubscribe",
    title: "one click unsubscribes",
    why: "Gmail and Yahoo ask for it from everybody who mails many (RFC 8058): their button posts to this address",
    limitMs: 20_000,
    run: checkTarget,
  },
];

async function checkWays({ publicUrl, unsubscribeAddress, mails, readers }: Links): Promise<Finding> {
  if (publicUrl !== null || unsubscribeAddress !== null) {
    return ok([publicUrl && "by the public site", unsubscribeAddress && "by mail"].filter(Boolean).join(" and "));
  }
  if (!mails) return skipped("the outbox mails nobody");
  const count = await countReaders(readers);
  if (isAbsent(count) || count.subscribed === 0) return ok("there are no subscribers yet");
  return fail(
    `there are ${count.subscribed} subscribers, and no way for them to leave: a run refuses to mail them`,
    "Set `publicUrl` (where `paperboy serve` is reached) or `unsubscribeAddress` (a mailbox that is read).",
  );
}

/** No token of anybody: it has the right letters and no right length. */
const NOBODYS = "doctor-asks-for-nobody";

async function checkTarget({ publicUrl, ask }: Links): Promise<Finding> {
  if (publicUrl === null) return skipped("no publicUrl is set, so letters carry no such link");
  const post = { method: "POST", form: "List-Unsubscribe=One-Click" } as const;
  const answer = await ask(`${publicUrl}/u/${NOBODYS}`, post).catch((error: unknown) => String(error));
  if (typeof answer === "string") {
    return fail(`${publicUrl} does not answer (${answer})`, "Start `paperboy serve`, and let the address lead to it.");
  }
  const wrong = ANSWERS.find(({ status }) => status.test(String(answer.status)));
  if (wrong) return fail(`${publicUrl}: ${wrong.says} (HTTP ${answer.status})`, wrong.fix);
  if (answer.status === 404 && !(await isOurs(publicUrl, ask))) {
    return fail(
      `something else than Paperboy answers at ${publicUrl}`,
      "Let the address lead to `paperboy serve`, with the whole path of `publicUrl`.",
    );
  }
  const encrypted = publicUrl.startsWith("https:");
  if (encrypted) return ok("a POST is answered, and a link of nobody's does nothing");
  return warn(
    "a POST is answered, but the address is not encrypted: mail programs show no button for it",
    "Put a certificate in front of `paperboy serve`, and write publicUrl with https:// (RFC 8058 section 3.1).",
  );
}

/** The ways in which something before the site spoils a POST. */
const ANSWERS: readonly { readonly status: RegExp; readonly says: string; readonly fix: string }[] = [
  {
    status: /^3/,
    says: "a POST is redirected, and mail programs do not follow",
    fix: "Write publicUrl as the address to which it is redirected.",
  },
  {
    status: /^40[13]$/,
    says: "a POST is refused before Paperboy sees it",
    fix: "Let the proxy or firewall before it pass POST to /u/ without a login, a cookie or a check for robots.",
  },
  {
    status: /^405$/,
    says: "only GET is allowed",
    fix: "Let the proxy before it pass POST to /u/.",
  },
  {
    status: /^5/,
    says: "the site has a problem of its own",
    fix: "See what `paperboy serve` and the proxy before it write in their logs.",
  },
];

/** Whether it is our site that knows no such reader: its robots.txt names the pages of readers. */
async function isOurs(publicUrl: string, ask: Links["ask"]): Promise<boolean> {
  const { body } = await ask(`${publicUrl}/robots.txt`, { method: "GET" }).catch(() => ({ body: "" }));
  return /^Disallow: \S*\/u\/$/m.test(body);
}
