import { archiveFiles } from "../web/archive/static-files.js";
import { writeFolder } from "../web/archive/write-folder.js";
import type { WriteResult } from "../web/archive/write-folder.js";
import type { App } from "./app.js";
import { pageSettings } from "./site.js";

/** Writes the archive as static files. Omits the feeds if `url` is null, because feeds need absolute URLs. */
export async function writeArchive(
  app: App,
  { folder, url }: { readonly folder: string; readonly url: string | null },
): Promise<WriteResult> {
  const { archive } = await app.store();
  await archive.index();
  return writeFolder(folder, archiveFiles({ archive, url, ...pageSettings(app) }));
}
