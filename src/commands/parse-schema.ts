import * as z from "zod";
import type { Reading } from "../core/model.js";

const text = z.string();
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const count = z.int().nonnegative();
const link = z.url();

const paper = z
  .strictObject({
    id: text.describe("The arXiv id, such as 2603.01234"),
    title: text,
    abstract: text.nullable().describe("null if the page does not have it (cards)"),
    authors: z.array(z.strictObject({ name: text })),
    upvotes: count.nullable(),
    comments: count.nullable(),
    url: link.describe("The paper's page on the site"),
    arxivUrl: link,
    pdfUrl: link,
    codeUrl: link.nullable(),
    stars: count.nullable(),
    projectUrl: link.nullable(),
    organization: z.strictObject({ name: text, url: link.nullable() }).nullable(),
    submittedBy: z.strictObject({ name: text.nullable(), username: text.nullable() }).nullable(),
    publishedAt: text.nullable().describe("The date of publication on arXiv, as on the page"),
    featuredOn: day.nullable().describe("The day on which the site featured it"),
    thumbnailUrl: link.nullable(),
    mediaUrls: z.array(link),
    summary: text.nullable().describe("The site's own one-line summary"),
    keywords: z.array(text),
    raw: z
      .strictObject({ title: text, abstract: text.nullable(), summary: text.nullable() })
      .describe("The texts of the site, before TeX and markup were converted"),
  })
  .describe("A field that the page does not have is null; a list is empty");

/** The JSON that `paperboy parse` prints: a reading with the published key names (docs/architecture.md, "Results"). */
export interface ParseOutput extends Omit<Reading, "format" | "issues" | "generatedAt"> {
  readonly reader: Reading["format"];
  readonly drift: Reading["issues"];
}

/** The compiler checks this schema against the types of the model, and a test checks real output against it. */
const readingSchema: z.ZodType<ParseOutput> = z
  .strictObject({
    url: link.nullable().describe("The URL of the page; for a file, the URL in the page"),
    kind: z.enum(["day", "week", "month", "trending", "search", "paper", "api"]),
    date: text.nullable().describe("The day, ISO week or month: 2026-10-02, 2026-W40, 2026-10"),
    complete: z
      .boolean()
      .nullable()
      .describe("Whether the page proves that no more papers will be added; null for trending, search and one paper"),
    reader: z.enum(["data", "cards", "api"]).describe("The format that the papers were read from"),
    papers: z.array(paper),
    skipped: z.array(
      z.strictObject({
        index: z.int().nonnegative().describe("The position of the entry on the page, from 0"),
        id: text.nullable(),
        reason: text,
      }),
    ),
    drift: z
      .array(
        z.strictObject({
          level: z.enum(["warning", "error"]),
          check: text,
          field: text,
          message: text,
          count: count.describe("The number of affected entries"),
          of: count,
        }),
      )
      .describe("Differences from the known layout of the page"),
  })
  .meta({ title: "Output of `paperboy parse`" });

/** Returns the JSON Schema (draft 2020-12) of the output of `paperboy parse`. */
export function readingJsonSchema(): object {
  return z.toJSONSchema(readingSchema);
}
