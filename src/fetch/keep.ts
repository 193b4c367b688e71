import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { createHash } from "node:crypto";
import type { Page } from "../core/model.js";

/**
 * Saves a page that could not be parsed, for a bug report. The same page is saved only once.
 * @returns the path of the file; null when it cannot be written: the parse error matters more.
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
