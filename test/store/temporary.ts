import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { openStore } from "../../src/app/open-store.js";
import type { Store } from "../../src/store/store.js";
import type { Opened } from "../contract/store/fixtures.js";

export const KEY = Buffer.from("a key for tests");

/** Creates an empty folder, which the caller removes. */
export function temporaryFolder(): string {
  return mkdtempSync(path.join(os.tmpdir(), "paperboy-store-"));
}

export function openIn(folder: string): Promise<Store> {
  return openStore({ target: path.join(folder, "paperboy.db"), key: KEY });
}

/** Opens a new SQLite store in its own folder. */
export async function openTemporary(): Promise<Opened> {
  const folder = temporaryFolder();
  const store = await openIn(folder);
  return {
    store,
    reopen: () => openIn(folder),
    destroy: async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}
