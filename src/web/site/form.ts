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
  const type = context.req.header("content-type")?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (!MEDIA_TYPES.has(type)) return null;
  const fields = await context.req.formData().catch(() => null);
  return fields && formOf(fields);
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
