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
