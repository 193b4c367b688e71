import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { unescape } from "node:querystring";
import type { RequestContext } from "../context.js";

/** The fields of a submitted form. */
export interface Form {
  /** Returns the last value of a field, trimmed; an empty string if the field is missing. */
  get(name: string): string;
  has(name: string): boolean;
}

const MEDIA_TYPES: ReadonlySet<string> = new Set(["application/x-www-form-urlencoded", "multipart/form-data"]);

/** Reads a form in either encoding of HTML; files are ignored. Returns null for any other body. */
export async function readForm(context: RequestContext): Promise<Form | null> {
  const fields = await readFields(context);
  return fields && formOf(fields);
}

async function readFields(context: RequestContext): Promise<FormData | null> {
  const type = context.req.header("content-type")?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return MEDIA_TYPES.has(type) ? context.req.formData().catch(() => null) : null;
}

/** NUL, lone surrogates, and the character that decoders put in place of bytes that are not UTF-8. */
const NO_TEXT = /[\0\uFFFD\p{Cs}]/u;

/**
 * Returns the part of a request that is not text, which the databases would refuse or store differently: `url` for its path or
 * query, `form` for a name or value in its form; null when all of it is text.
 */
export async function partWithoutText(context: RequestContext, readsForm: boolean): Promise<"url" | "form" | null> {
  const { pathname, search } = new URL(context.req.url);
  const decoded = [...Object.values(context.req.param()), ...Object.entries(context.req.query()).flat()];
  if ([unescape(pathname), unescape(search), ...decoded].some((text) => NO_TEXT.test(text))) return "url";
  const fields = readsForm ? await readFields(context) : null;
  const texts = [...(fields ?? [])].flat().filter((one) => typeof one === "string");
  return texts.some((text) => NO_TEXT.test(text)) ? "form" : null;
}

/** Wraps form data or a query string as a `Form`. */
export function formOf(fields: Pick<FormData, "getAll" | "has"> | URLSearchParams): Form {
  return {
    get: (name) => {
      const last: unknown = fields.getAll(name).at(-1);
      return typeof last === "string" ? last.trim() : "";
    },
    has: (name) => fields.has(name),
  };
}

/** The form that a CSRF token belongs to. */
export interface CsrfScope {
  readonly secret: Uint8Array;
  /** Form and owner, such as `subscribe` or `subscriber TOKEN`. A token is valid only for the same form and owner. */
  readonly form: string;
}

const TIME_BYTES = 6;
const TAG_BYTES = 16;

/** How long a form may stay open. */
const LIFETIME_MS = 24 * 3_600_000;

/** Clock difference that is tolerated between machines that serve the same site. */
const CLOCK_SKEW_MS = 60_000;

/** Creates a CSRF token with the time at which the form was shown: 30 characters, authenticated with HMAC-SHA-256. */
export function createCsrfToken(scope: CsrfScope, at: Date): string {
  const time = Buffer.alloc(TIME_BYTES);
  time.writeUIntBE(at.getTime(), 0, TIME_BYTES);
  return Buffer.concat([time, tagOf(time, scope)]).toString("base64url");
}

/** Returns when the form was shown, or null if the token is forged, belongs to another form or is older than a day. */
export function readCsrfToken(text: string, scope: CsrfScope, now: Date): Date | null {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length !== TIME_BYTES + TAG_BYTES) return null;
  const time = bytes.subarray(0, TIME_BYTES);
  if (!timingSafeEqual(tagOf(time, scope), bytes.subarray(TIME_BYTES))) return null;
  const at = new Date(time.readUIntBE(0, TIME_BYTES));
  const age = now.getTime() - at.getTime();
  return age >= -CLOCK_SKEW_MS && age <= LIFETIME_MS ? at : null;
}

function tagOf(time: Uint8Array, { secret, form }: CsrfScope): Buffer {
  const key = Buffer.from(hkdfSync("sha256", secret, "", "paperboy form", 32));
  return createHmac("sha256", key).update(time).update(form).digest().subarray(0, TAG_BYTES);
}
