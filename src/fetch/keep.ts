import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { createHash } from "node:crypto";
import type { Page } from "../core/model.js";

/**
 * Keeps a page that could not be read, so that whoever mends the reader has it. The same page is kept once.
 * @returns the file's path; null where it cannot be written, for the run has a worse problem to report.
 */
export async function keepBrokenPage(folder: string, page: Page, now: Date): Promise<string | null> {
  const fingerprint = createHash("sha256").update(page.body).digest("hex").slice(0, 12);
  const ending = page.mediaType === "application/json" ? "json" : "html";
  const file = path.join(folder, `${now.toISOString().slice(0, 10)}-${fingerprint}.${ending}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(file, page.body);
    return file;
  } catch {
    return null;
  }
}
