import type { RunLock } from "../store.js";
import type { Connection, Db, Guard } from "./database.js";

/** One of two databases between which everything is copied. */
export interface Side {
  /** For messages: a path, or a server without user and password. */
  readonly shown: string;
  readonly connection: Connection;
  readonly guard: Guard;
  lock(): Promise<RunLock | null>;
  /** Keeps everybody else from writing until the transaction ends. */
  hold(db: Db): Promise<void>;
  /** The highest id that a table ever gave, also to a row that is gone. */
  lastId(db: Db, table: string): Promise<number>;
  /** Lets a table give higher ids only. */
  setLastId(db: Db, table: string, id: number): Promise<void>;
  /** For one that is empty: whatever stood in its place before is forgotten. */
  acceptRestored(): Promise<void>;
  close(): Promise<void>;
}
