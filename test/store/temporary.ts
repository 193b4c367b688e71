import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { openStore } from "../../src/app/open-store.js";
import type { Store } from "../../src/store/store.js";
import type { Opened } from "../contract/store/fixtures.js";

export const KEY = Buffer.from("a key for tests");

/** An empty folder, to be removed by whoever asked for it. */
export function temporaryFolder(): string {
  return mkdtempSync(path.join(os.tmpdir(), "paperboy-store-"));
}

export function openIn(folder: string): Promise<Store> {
  return openStore({ target: path.join(folder, "paperboy.db"), key: KEY });
}

/** A new SQLite store in a folder of its own. */
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
