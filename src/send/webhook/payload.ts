import { PaperboyError } from "../../core/errors.js";
import { escapeContent } from "../../core/escape.js";
import type { PushKind, PushTarget } from "./target.js";

/** Renders a message with `shown` papers, and applies `escape` to every text. */
export type WriteNotice = (request: {
  readonly template: string;
  readonly shown: number;
  readonly escape: (text: string) => string;
}) => string;

/** The message format of a kind of target. */
interface Format {
  readonly template: string;
  readonly escape: (text: string) => string;
  /** Converts the rendered template to the message. Throws SyntaxError for invalid JSON. */
  readonly parse: (text: string, target: PushTarget) => object;
  /** Returns whether the message is within the target's limits. */
  readonly fits: (message: object) => boolean;
}

const FORMATS: Readonly<Record<PushKind, Format>> = {
  webhook: { template: "push/webhook.json.hbs", escape: escapeJson, parse: parseObject, fits: fitsWebhook },
  slack: { template: "push/slack.json.hbs", escape: escapeSlack, parse: parseObject, fits: fitsSlack },
  telegram: { template: "push/telegram.hbs", escape: escapeTelegram, parse: parseTelegram, fits: fitsTelegram },
};

/**
 * Returns the body of a request as JSON, with as many of the `papers` papers as the limits of the target allow. The message
 * says how many are left out.
 * @throws PaperboyError `config-invalid` for a template that renders invalid JSON, or a message that is too large even without
 *   papers.
 */
export function payloadFor(target: PushTarget, { papers, write }: { papers: number; write: WriteNotice }): string {
  const format = FORMATS[target.kind];
  const messageWith = (shown: number): object =>
    parse(format, target, write({ template: format.template, escape: format.escape, shown }));
  const shown = largest(papers, (count) => format.fits(messageWith(count)));
  if (shown !== null) return JSON.stringify(messageWith(shown));
  throw new PaperboyError("config-invalid", {
    message: `template ${format.template}: its output without papers is too large for ${target.kind}`,
    hint: "Shorten it; docs/pushes.md lists the limits of each target.",
  });
}

/** Returns the largest number from 0 to `max` that fits, by binary search; null if none does. */
function largest(max: number, fits: (count: number) => boolean): number | null {
  if (fits(max)) return max;
  let [low, high] = [-1, max];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low < 0 ? null : low;
}

function parse(format: Format, target: PushTarget, text: string): object {
  try {
    return format.parse(text, target);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    const why = cause.message.split("\n")[0]?.slice(0, 100) ?? "";
    throw new PaperboyError("config-invalid", {
      message: `template ${format.template}: its output is not valid JSON: ${why}`,
      hint: "Put texts in quotes; docs/pushes.md shows how.",
      cause,
    });
  }
}

function parseObject(text: string): object {
  const message: unknown = JSON.parse(text);
  if (typeof message === "object" && message !== null) return message;
  throw new SyntaxError("it is not an object");
}

/** https://core.telegram.org/bots/api#sendmessage */
function parseTelegram(text: string, target: PushTarget): object {
  const chat = target.kind === "telegram" ? target.chat : "";
  return {
    chat_id: chat,
    text: text.replaceAll(/\n{3,}/g, "\n\n").trim(),
    parse_mode: "HTML",
    link_preview_options: { is_disabled: true },
  };
}

/** 1 MB, which common servers accept. */
const MAX_WEBHOOK = 1_000_000;

function fitsWebhook(message: object): boolean {
  return Buffer.byteLength(JSON.stringify(message)) <= MAX_WEBHOOK;
}

/** https://docs.slack.dev/reference/block-kit/blocks: 50 blocks; 3,000 characters a section, 150 a header. */
const SLACK = { blocks: 50, text: 3_000, header: 150 } as const;

/** Whether the blocks of a message are within Slack's limits. Slack validates messages of any other form. */
function fitsSlack(message: object): boolean {
  const { blocks = [] } = message as { readonly blocks?: unknown };
  if (!Array.isArray(blocks)) return true;
  return blocks.length <= SLACK.blocks && blocks.every(fitsBlock);
}

function fitsBlock(block: unknown): boolean {
  const { type, text } = (block ?? {}) as { readonly type?: unknown; readonly text?: { readonly text?: unknown } };
  const max = type === "header" ? SLACK.header : SLACK.text;
  return typeof text?.text !== "string" || text.text.length <= max;
}

/** https://core.telegram.org/bots/api#sendmessage: 4,096 characters without markup, and 100 entities (links, bold...). */
const TELEGRAM = { text: 4_096, entities: 100 } as const;

/**
 * Whether a message is within Telegram's limits. Telegram counts visible characters, and ignores entities after the hundredth.
 */
function fitsTelegram(message: object): boolean {
  const { text } = message as { readonly text: string };
  const visible = text.replaceAll(/<[^>]*>/g, "").replaceAll(/&(?:[a-z]+|#\d+);/g, "?");
  return visible.length <= TELEGRAM.text && (text.match(/<[a-z]/g) ?? []).length <= TELEGRAM.entities;
}

/** Line ends, control characters and bidirectional marks. */
const UNPRINTABLE = /[\s\p{Cc}\u{202a}-\u{202e}\u{2066}-\u{2069}]+/gu;

function oneLine(text: string): string {
  return text.replaceAll(UNPRINTABLE, " ").trim();
}

/** Escapes a text for a JSON string, without the quotation marks (RFC 8259 section 7). */
function escapeJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/**
 * Escapes a text for Slack's mrkdwn inside a JSON string. Only `&`, `<` and `>` can start a mention or a link
 * (https://docs.slack.dev/messaging/formatting-message-text/#escaping); in a URL, `|` would end it.
 */
function escapeSlack(text: string): string {
  const isUrl = /^https?:\/\/\S+$/i.test(text);
  return escapeJson(escapeContent(oneLine(isUrl ? text.replaceAll("|", "%7C") : text)));
}

/** Escapes a text for Telegram's HTML (https://core.telegram.org/bots/api#html-style), quotes included. */
function escapeTelegram(text: string): string {
  return escapeContent(oneLine(text)).replaceAll('"', "&quot;");
}
