import type { SiteContext } from "../context.js";

/** The fields of a form that was sent; what is missing is an empty text. */
export interface Form {
  /** The last value of that name, without blanks around it. */
  get(name: string): string;
  has(name: string): boolean;
}

const KINDS: ReadonlySet<string> = new Set(["application/x-www-form-urlencoded", "multipart/form-data"]);

/** Reads a form in either of its encodings (HTML, "form submission"); null for what is none. Files in it are ignored. */
export async function readForm(context: SiteContext): Promise<Form | null> {
  const kind = context.req.header("content-type")?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (!KINDS.has(kind)) return null;
  const fields = await context.req.formData().catch(() => null);
  return fields && formOf(fields);
}

/** The fields of an address's query, read like a form's. */
export function formOf(fields: Pick<FormData, "getAll" | "has"> | URLSearchParams): Form {
  return {
    get: (name) => {
      const last: unknown = fields.getAll(name).at(-1);
      return typeof last === "string" ? last.trim() : "";
    },
    has: (name) => fields.has(name),
  };
}
