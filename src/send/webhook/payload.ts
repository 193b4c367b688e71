import { PaperboyError } from "../../core/errors.js";
import { jsonText, slackText, telegramText } from "./escape.js";
import { isSlackSized, isTelegramSized, isWebhookSized } from "./sizes.js";
import type { PushKind, PushTarget } from "./target.js";

/** Writes the message with so many papers, each text made safe by `escape`; the renderer does it. */
export type WriteNotice = (wish: {
  readonly template: string;
  readonly shown: number;
  readonly escape: (text: string) => string;
}) => string;

/** How a kind of place wants its messages. */
interface Form {
  readonly template: string;
  readonly escape: (text: string) => string;
  /** What the template wrote as what is sent. Throws SyntaxError for what is no JSON. */
  readonly read: (text: string, target: PushTarget) => object;
  readonly isSized: (message: object) => boolean;
}

const FORMS: Readonly<Record<PushKind, Form>> = {
  webhook: { template: "push/webhook.json.hbs", escape: jsonText, read: readJson, isSized: isWebhookSized },
  slack: { template: "push/slack.json.hbs", escape: slackText, read: readJson, isSized: isSlackSized },
  telegram: { template: "push/telegram.hbs", escape: telegramText, read: readTelegram, isSized: isTelegramSized },
};

/**
 * What is sent to a target: JSON with as many of `papers` papers as the target takes; how many are left out it says itself.
 * @throws PaperboyError `config-invalid` for a template that writes no JSON, or too much without any paper.
 */
export function payloadFor(target: PushTarget, { papers, write }: { papers: number; write: WriteNotice }): string {
  const form = FORMS[target.kind];
  const messageWith = (shown: number): object =>
    readBy(form, target, write({ template: form.template, escape: form.escape, shown }));
  const shown = most(papers, (count) => form.isSized(messageWith(count)));
  if (shown !== null) return JSON.stringify(messageWith(shown));
  throw new PaperboyError("config-invalid", {
    message: `template ${form.template}: what it writes is too large for ${target.kind} without any paper`,
    hint: "Shorten it; docs/pushes.md says how much each target takes.",
  });
}

/** The largest number from 0 up to `most` that fits; null when none does. What fits with more papers fits with fewer. */
function most(upTo: number, fits: (count: number) => boolean): number | null {
  if (fits(upTo)) return upTo;
  let [low, high] = [-1, upTo];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low < 0 ? null : low;
}

function readBy({ template, read }: Form, target: PushTarget, text: string): object {
  try {
    return read(text, target);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new PaperboyError("config-invalid", {
      message: `template ${template}: what it writes is no JSON: ${cause.message.split("\n")[0]?.slice(0, 100) ?? ""}`,
      hint: "Texts stand in quotes there; docs/pushes.md shows how.",
      cause,
    });
  }
}

function readJson(text: string): object {
  const message: unknown = JSON.parse(text);
  if (typeof message === "object" && message !== null) return message;
  throw new SyntaxError("it is no object");
}

/** https://core.telegram.org/bots/api#sendmessage */
function readTelegram(text: string, target: PushTarget): object {
  const chat = target.kind === "telegram" ? target.chat : "";
  return {
    chat_id: chat,
    text: text.replaceAll(/\n{3,}/g, "\n\n").trim(),
    parse_mode: "HTML",
    link_preview_options: { is_disabled: true },
  };
}
