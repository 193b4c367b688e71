import * as z from "zod";
import { valueAt } from "../core/json.js";
import type { Refusal } from "../core/refusals.js";
import { collectFields } from "./fields.js";
import type { Fields } from "./fields.js";

/** A notification of Amazon SES, as Amazon SNS mails it: one JSON object, then a footer. */
const NOTIFICATION = z.object({
  notificationType: z.string().optional(),
  eventType: z.string().optional(),
  mail: z.object({
    source: z.string().optional(),
    headers: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
  }),
  bounce: z
    .object({
      bounceType: z.string(),
      bounceSubType: z.string().optional(),
      bouncedRecipients: z.array(
        z.object({
          action: z.string().optional(),
          status: z.string().optional(),
          diagnosticCode: z.string().optional(),
        }),
      ),
    })
    .optional(),
  complaint: z.object({ complaintFeedbackType: z.string().nullish() }).optional(),
});

/** A bounce, a delay or a complaint, and the header of the mail that it is about. */
export type Notification = { readonly original: Fields } & (
  | { readonly kind: "delivery"; readonly recipients: readonly Refusal[] }
  | { readonly kind: "feedback"; readonly type: string }
);

/** Parses a notification in JSON. Returns null for other text. */
export function readNotification(text: string): Notification | null {
  const json = objectIn(text);
  const parsed = json === null ? null : NOTIFICATION.safeParse(json);
  if (!parsed?.success) return null;
  const { mail, bounce, complaint, notificationType, eventType } = parsed.data;
  const original = collectFields([
    ...(mail.headers ?? []).map(({ name, value }) => [name, value] as const),
    ...(mail.source === undefined ? [] : [["return-path", mail.source] as const]),
  ]);
  if (complaint !== undefined) return { kind: "feedback", type: complaint.complaintFeedbackType ?? "abuse", original };
  if (bounce === undefined) {
    const kind = (notificationType ?? eventType ?? "").toLowerCase();
    return {
      kind: "delivery",
      original,
      recipients: [
        { action: kind === "delivery" ? "delivered" : "delayed", status: null, words: "", context: "", command: null },
      ],
    };
  }
  const recipients = bounce.bouncedRecipients.map(({ action, status, diagnosticCode }): Refusal => {
    const kind = `${bounce.bounceType} ${bounce.bounceSubType ?? ""}`;
    const words = diagnosticCode?.replace(/^[\w-]+;/, "") ?? kind;
    return { action: action ?? null, status: status ?? null, words, context: kind, command: null };
  });
  return { kind: "delivery", original, recipients };
}

/** Returns the JSON object at the start of a text. SNS may wrap it in an object of its own, as the string `Message`. */
function objectIn(folded: string): unknown {
  // Amazon SES breaks long lines with `!`, a line break and a space.
  const text = folded.replaceAll(/!\r?\n /g, "");
  const start = text.slice(0, 2000).search(/\S/);
  const end = text.lastIndexOf("}");
  if (text[start] !== "{" || end < 0) return null;
  try {
    const object = JSON.parse(text.slice(start, end + 1)) as unknown;
    const inner = valueAt(object, "Message");
    return typeof inner === "string" ? (JSON.parse(inner) as unknown) : object;
  } catch {
    return null;
  }
}
