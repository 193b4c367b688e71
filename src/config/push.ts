import * as z from "zod";
import { expected, group, oneOf, secret, viewSettings } from "./shapes.js";

/** Whether an address may carry what is not for everybody: HTTPS, or plain HTTP that does not leave this machine. */
function isSafePlace(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  const isHere = /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(hostname);
  return username + password === "" && (protocol === "https:" || (protocol === "http:" && isHere));
}

const safeUrl = z
  .string(expected("an https address"))
  .refine(isSafePlace, "expected an https address without a password in it (http only to this machine)");

const FREQUENCIES = "daily, weekly or monthly";
const pushed = {
  /** Of which editions. */
  sources: z
    .preprocess(
      (value) => (typeof value === "string" ? [value] : value),
      z.array(oneOf(["daily", "weekly", "monthly"]), expected(`a list: ${FREQUENCIES} each`)).readonly(),
    )
    .default(["daily"]),
  /** What this target wants otherwise than `view`. */
  view: viewSettings.prefault({}),
};

const pushTarget = z.discriminatedUnion(
  "kind",
  [
    group({
      kind: z.literal("webhook"),
      url: secret(safeUrl, "url"),
      /** Signs what is sent, so that the receiver can tell that it came from here. */
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
      /** Where the Bot API is. */
      url: secret(safeUrl, "url").default("https://api.telegram.org"),
      ...pushed,
    }),
  ],
  expected("one of webhook, slack, telegram"),
);

const PUSH_NAME = "expected a name of small letters, digits and hyphens";

/** Where editions go beside the letters, by name. */
export const pushSettings = z.record(z.string().regex(/^[a-z][a-z0-9-]{0,30}$/), pushTarget, {
  error: ({ code }) => (code === "invalid_key" ? PUSH_NAME : "expected targets by name"),
});

/** What of a push target the environment can give: whatever is not for everybody's eyes. */
const PUSH_VARIABLE = /^PAPERBOY_PUSH_([A-Z0-9_]+)_(URL|SECRET|TOKEN|CHAT)$/;

/** The setting of a push target that a variable gives: `PAPERBOY_PUSH_MY_TEAM_URL` is `push.my-team.url`; null for others. */
export function pushSettingOf(variable: string): string | null {
  const [, name, part] = PUSH_VARIABLE.exec(variable) ?? [];
  if (name === undefined || part === undefined) return null;
  return `push.${name.toLowerCase().replaceAll("_", "-")}.${part.toLowerCase()}`;
}
