import type { RunLock } from "../store.js";
import type { Connection, Db, Guard } from "./database.js";

/** The source or the target of a copy. */
export interface CopyEndpoint {
  /** The name in messages: a path, or a server without user and password. */
  readonly displayName: string;
  readonly connection: Connection;
  readonly guard: Guard;
  /** Takes the run lock; null if another process has it. */
  lock(): Promise<RunLock | null>;
  /** Blocks other writers until the transaction ends. */
  blockWriters(db: Db): Promise<void>;
  /** Returns the highest id that the table has assigned, even to rows that were deleted. */
  lastId(db: Db, table: string): Promise<number>;
  /** Accepts an empty database that replaces one that may have sent mail. */
  acceptRestored(): Promise<void>;
  close(): Promise<void>;
}
