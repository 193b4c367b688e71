import { escapeContent } from "../../core/escape.js";

/** Line ends, control characters, and marks that turn the direction of what follows them: no title needs one. */
const UNPRINTABLE = /[\s\p{Cc}\u{202a}-\u{202e}\u{2066}-\u{2069}]+/gu;

/** A text for the inside of a JSON string (RFC 8259 section 7). */
export function jsonText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/**
 * A text for Slack's mrkdwn inside a JSON string. Only `&`, `<` and `>` are marks there that a text could use to mention
 * somebody or to make a link (https://docs.slack.dev/messaging/formatting-message-text/#escaping); in an address `|` would
 * end it.
 */
export function slackText(text: string): string {
  const isAddress = /^https?:\/\/\S+$/i.test(text);
  return jsonText(escapeContent(oneLine(isAddress ? text.replaceAll("|", "%7C") : text)));
}

/** A text for Telegram's HTML (https://core.telegram.org/bots/api#html-style), quotes included. */
export function telegramText(text: string): string {
  return escapeContent(oneLine(text)).replaceAll('"', "&quot;");
}

function oneLine(text: string): string {
  return text.replaceAll(UNPRINTABLE, " ").trim();
}
