import { maskAddress, maskAddresses } from "../core/address.js";
import { REASONS } from "../core/errors.js";
import type { ReasonCode } from "../core/errors.js";
import { escapeContent } from "../core/escape.js";
import { DELIVERY_STATES } from "../core/model.js";
import { counted } from "../core/text.js";
import type { EditionResult } from "../editions/results.js";
import { wrap, type Layout } from "../render/wrap.js";
import type { NumberedMail } from "../send/transactional/compose.js";
import type { LedgerStore } from "../store/ledger.js";

/** The facts of an alert. */
export interface AlertFacts {
  readonly reason: ReasonCode;
  readonly message: string;
  /** What to do, one step per line. */
  readonly hint: string;
  /** The editions of the run; null if the run failed before its report, so that the counts are unknown. */
  readonly editions: readonly Pick<EditionResult, "id" | "counts">[] | null;
  readonly replies: readonly Reply[];
  readonly home: string;
}

/** The reply to a letter that was not sent. */
export interface Reply {
  /** Masked: `y…@example.com`. */
  readonly address: string;
  /** The mail server's reply, without the address. */
  readonly reply: string;
}

/** The event in the subject, by reason. Other reasons are not mailed. */
const EVENTS: Partial<Record<ReasonCode, string>> = {
  internal: "a run failed with a bug",
  "config-invalid": "the configuration is wrong",
  "not-ready": "the page was not ready",
  "fetch-failed": "the site did not respond as expected",
  "layout-changed": "the page changed",
  "enrich-failed": "the program of `enrich` failed",
  "store-failed": "the database failed",
  "io-failed": "a file could not be read or written",
};

/** The reasons that end a run before any letter is sent, unless its report has editions. */
const BEFORE_SENDING: ReadonlySet<ReasonCode> = new Set(["config-invalid", "fetch-failed", "layout-changed"]);

/** Returns the subject: the event, and whether letters were sent. */
function subjectOf({ reason, editions }: Pick<AlertFacts, "reason" | "editions">): string {
  const sum = (state: keyof EditionResult["counts"]): number =>
    (editions ?? []).reduce((total, { counts }) => total + counts[state], 0);
  const [sent, prepared] = [sum("sent"), sum("prepared")];
  const event = EVENTS[reason];
  if (event === undefined) {
    if (prepared === 0) return "Paperboy: some letters were not sent";
    const others = DELIVERY_STATES.filter((state) => state !== "sent" && sum(state) > 0);
    return `Paperboy: ${sent} of ${prepared} letters sent${others.map((state) => `, ${sum(state)} ${state}`).join("")}`;
  }
  if (sent > 0) return `Paperboy: ${event}, ${counted(sent, "letter")} sent`;
  const isKnown = editions !== null || BEFORE_SENDING.has(reason);
  return `Paperboy: ${event}${isKnown ? ", no letters sent" : ""}`;
}

/** The width of a line: RFC 5322 section 2.1.1 recommends at most 78 characters. */
const WIDTH = 76;

/** Writes an alert: the event, the mail server's replies, what to do and where to look, without repeated sentences. */
export function alertMail(facts: AlertFacts): Pick<NumberedMail, "subject" | "text" | "html"> {
  const { reason, message, hint, replies, home } = facts;
  const subject = subjectOf(facts);
  const listed = new Set(replies.map(({ address, reply }) => `${address}: ${reply}`));
  const said = message.toLowerCase();
  const steps = hint.split("\n").filter((line) => line !== "" && !said.includes(line.toLowerCase().replace(/\.$/, "")));
  const paragraphs = [
    ...new Set([sentence(message), ...listed, ...steps.map(sentence)]),
    `\`paperboy status\` shows the state of all letters, and \`paperboy doctor\` checks the installation in ${home}.`,
    `Reason: ${reason}, exit status ${REASONS[reason].exit}.`,
  ];
  const text = paragraphs.map((line) => lines(line, listed.has(line) ? INDENTED : {}));
  const html = paragraphs.map((line) => `<p${listed.has(line) ? REPLY : ""}>${escapeContent(line)}</p>`);
  return { subject, text: `${text.join("\n\n")}\n`, html: page(subject, html.join("\n")) };
}

const INDENTED = { first: "  ", rest: "    " } as const;
const REPLY = ' style="margin-left:16px;font-family:monospace"';

/** Wraps a paragraph. A command that fits in a line stays in one, to be copied. */
function lines(paragraph: string, prefixes: Layout): string {
  const commands = /`[^`]{1,70}`/g;
  const whole = paragraph.replaceAll(commands, (command) => command.replaceAll(" ", JOINT));
  return wrap(whole, { width: WIDTH, ...prefixes }).replaceAll(JOINT, " ");
}

/** Replaces the spaces of a command while its paragraph is wrapped. A private-use character, which no text contains. */
const JOINT = "\u{f8ff}";

/** Starts a sentence with a capital, unless it starts with a name or a command, and ends it with a full stop. */
function sentence(text: string): string {
  const ended = /[.!?]$/u.test(text) ? text : `${text}.`;
  return /^\p{Ll}+ /u.test(ended) ? ended.slice(0, 1).toUpperCase() + ended.slice(1) : ended;
}

function page(title: string, content: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeContent(title)}</title>
</head>
<body>
<main style="max-width:600px;font:16px/24px Helvetica,Arial,sans-serif;overflow-wrap:anywhere">
${content}
</main>
</body>
</html>
`;
}

/** The maximum number of replies in an alert. */
const MAX_REPLIES = 5;

/** Returns the replies to letters of these editions that no later run sends, at most five, with masked addresses. */
export async function repliesOf(ledger: LedgerStore, editionIds: readonly string[]): Promise<readonly Reply[]> {
  const replies: Reply[] = [];
  for (const editionId of new Set(editionIds)) {
    for (const state of ["refused", "uncertain", "expired"] as const) {
      const limit = MAX_REPLIES - replies.length;
      if (limit === 0) return replies;
      for (const { address, detail } of await ledger.list({ editionId, state, after: 0, limit })) {
        const reply = `${state}: ${maskAddresses(detail ?? "no reply")}`;
        replies.push({ address: address === null ? "(erased)" : maskAddress(address), reply });
      }
    }
  }
  return replies;
}
