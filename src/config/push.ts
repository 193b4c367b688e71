import * as z from "zod";
import { expected, group, oneOf, secret, viewSettings } from "./shapes.js";
import { isUrl } from "../core/url.js";

/** Whether a URL is safe for confidential data: HTTPS, or HTTP to this machine. */
function isSafeUrl(address: string): boolean {
  if (!isUrl(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  const isHere = /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(hostname);
  return username + password === "" && (protocol === "https:" || (protocol === "http:" && isHere));
}

const safeUrl = z
  .string(expected("an https URL"))
  .refine(isSafeUrl, "expected an https URL without a password (http only to this machine)");

const FREQUENCIES = "daily, weekly or monthly";
const pushed = {
  /** The editions that are pushed. */
  sources: z
    .preprocess(
      (value) => (typeof value === "string" ? [value] : value),
      z.array(oneOf(["daily", "weekly", "monthly"]), expected(`a list: ${FREQUENCIES} each`)).readonly(),
    )
    .default(["daily"]),
  /** Overrides the global `view` for this target. */
  view: viewSettings.omit({ source: true }).prefault({}),
};

const pushTarget = z.discriminatedUnion(
  "kind",
  [
    group({
      kind: z.literal("webhook"),
      url: secret(safeUrl, "url"),
      /** The key that signs each request, so that the receiver can verify its origin. */
      secret: secret(z.string(expected("text")).min(16, "expected at least 16 characters"), "value").optional(),
      ...pushed,
    }),
    group({ kind: z.literal("slack"), url: secret(safeUrl, "url"), ...pushed }),
    group({
      kind: z.literal("telegram"),
      token: secret(
        z.string(expected("a bot's token")).regex(/^\d+:[\w-]{20,}$/, "expected a bot's token such as 123456:ABC..."),
        "value",
      ),
      chat: z
        .union([z.int(), z.string()], expected("a chat's number, or @ and a channel's name"))
        .transform(String)
        .refine(
          (chat) => /^(?:-?\d{1,20}|@\w{4,40})$/.test(chat),
          "expected a chat's number, or @ and a channel's name",
        ),
      /** The URL of the Bot API. */
      url: secret(safeUrl, "url").default("https://api.telegram.org"),
      ...pushed,
    }),
  ],
  expected("one of webhook, slack, telegram"),
);

const PUSH_NAME = "expected a name of lower-case letters, digits and hyphens";

/** Webhooks and chats that editions are pushed to, by name. */
export const pushSettings = z.record(z.string().regex(/^[a-z][a-z0-9-]{0,30}$/), pushTarget, {
  error: ({ code }) => (code === "invalid_key" ? PUSH_NAME : "expected targets by name"),
});
