/** A webhook's receiver is a program, but not every one takes a body without end; common servers take 1 MB. */
const LARGEST_WEBHOOK = 1_000_000;

/** https://docs.slack.dev/reference/block-kit/blocks: 50 blocks; 3,000 characters a section, 150 a header. */
const SLACK = { blocks: 50, text: 3_000, header: 150 } as const;

/** https://core.telegram.org/bots/api#sendmessage: 4,096 characters, of which links and marks are no part; 100 of those. */
const TELEGRAM = { text: 4_096, marks: 100 } as const;

/** Whether a webhook's receiver can be expected to take it. */
export function isWebhookSized(message: object): boolean {
  return Buffer.byteLength(JSON.stringify(message)) <= LARGEST_WEBHOOK;
}

/** Whether Slack takes it. What has other than the expected form is for Slack to judge. */
export function isSlackSized(message: object): boolean {
  const { blocks = [] } = message as { readonly blocks?: unknown };
  if (!Array.isArray(blocks)) return true;
  return blocks.length <= SLACK.blocks && blocks.every(isBlockSized);
}

function isBlockSized(block: unknown): boolean {
  const { type, text } = (block ?? {}) as { readonly type?: unknown; readonly text?: { readonly text?: unknown } };
  const most = type === "header" ? SLACK.header : SLACK.text;
  return typeof text?.text !== "string" || text.text.length <= most;
}

/** Whether Telegram takes it: it counts what is seen, and leaves out marks beyond the hundredth. */
export function isTelegramSized(message: object): boolean {
  const { text } = message as { readonly text: string };
  const seen = text.replaceAll(/<[^>]*>/g, "").replaceAll(/&(?:[a-z]+|#\d+);/g, "?");
  return seen.length <= TELEGRAM.text && (text.match(/<[a-z]/g) ?? []).length <= TELEGRAM.marks;
}
