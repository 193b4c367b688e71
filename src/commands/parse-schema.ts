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
    abstract: text.nullable().describe("null where the page does not have it (cards)"),
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
    publishedAt: text.nullable().describe("When arXiv published it, as the page has it"),
    featuredOn: day.nullable().describe("The day on which the site featured it"),
    thumbnailUrl: link.nullable(),
    mediaUrls: z.array(link),
    summary: text.nullable().describe("The site's own one-line summary"),
    keywords: z.array(text),
    raw: z
      .strictObject({ title: text, abstract: text.nullable(), summary: text.nullable() })
      .describe("What the site wrote, before TeX and markup were made readable"),
  })
  .describe("What the page does not say is null (lists: empty)");

/**
 * What `paperboy parse` prints (docs/architecture.md, "Results"). The types of the model and this schema are held to each other
 * by the compiler, real output by a test.
 */
const readingSchema: z.ZodType<Reading> = z
  .strictObject({
    url: link.nullable().describe("Where the page came from; of a file: what the page says of itself"),
    kind: z.enum(["day", "week", "month", "trending", "search", "paper", "api"]),
    date: text.nullable().describe("The day, ISO week or month: 2026-10-02, 2026-W40, 2026-10"),
    complete: z.boolean().nullable().describe("Whether the period can still grow; null where a page cannot fill"),
    reader: z.enum(["data", "cards", "api"]).describe("What the papers were read from"),
    papers: z.array(paper),
    skipped: z.array(
      z.strictObject({
        index: z.int().nonnegative().describe("The entry's place on the page, from 0"),
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
          count: count.describe("How many entries showed it"),
          of: count,
        }),
      )
      .describe("Where the page was not what Paperboy knows"),
  })
  .meta({ title: "What `paperboy parse` prints" });

/** The JSON Schema (draft 2020-12) of what `paperboy parse` prints. */
export function readingJsonSchema(): object {
  return z.toJSONSchema(readingSchema);
}
