import { PaperboyError } from "../../core/errors.js";

/** Where a database is, and how we use it. */
export interface Address {
  /** For the driver: without the parameters that are ours. */
  readonly url: string;
  /** For messages: without user and password. */
  readonly shown: string;
  /** All our tables stand in a schema of their own. */
  readonly schema: string;
  /** At most so many connections of this process, beside the one that holds the run lock. */
  readonly connections: number;
  /** Whether a standby that takes over has everything that was committed, so that taking over loses nothing. */
  readonly losesNothing: boolean;
}

const MOST_CONNECTIONS = 100;

/**
 * Reads `postgres://user@host/database?schema=paperboy&pool=10&failover=synchronous`; other parameters are the driver's.
 * Between machines a connection is encrypted and the server's certificate checked, unless `sslmode` says otherwise.
 * @throws PaperboyError `config-invalid`.
 */
export function parseAddress(target: string): Address {
  const url = URL.canParse(target) ? new URL(target) : invalid("the store is no valid address");
  const take = (name: string): string | null => {
    const value = url.searchParams.get(name);
    url.searchParams.delete(name);
    return value;
  };
  const schema = take("schema") ?? "paperboy";
  const connections = Number(take("pool") ?? 10);
  const failover = take("failover");
  if (!/^[a-z_][a-z0-9_]{0,50}$/.test(schema) || schema.startsWith("pg_")) {
    invalid("the store's schema= must be small letters, digits and underscores, at most 51 of them");
  }
  if (!Number.isInteger(connections) || connections < 2 || connections > MOST_CONNECTIONS) {
    invalid(`the store's pool= must be a whole number from 2 to ${MOST_CONNECTIONS}`);
  }
  if (failover !== null && failover !== "synchronous") invalid("the store's failover= can only be synchronous");
  const host = url.searchParams.get("host") ?? url.host;
  // The driver would send everything in clear, a password included, unless it is told.
  if (!isHere(host) && !url.searchParams.has("sslmode")) url.searchParams.set("sslmode", "verify-full");
  return {
    url: url.href,
    shown: `${host || "localhost"}${url.pathname}, schema ${schema}`,
    schema,
    connections,
    losesNothing: failover === "synchronous",
  };
}

/** Whether what is sent there stays on this machine. */
function isHere(host: string): boolean {
  return host === "" || host.startsWith("/") || /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(host);
}

function invalid(message: string): never {
  throw new PaperboyError("config-invalid", {
    message,
    hint: "It looks like postgres://user:password@host:5432/database?schema=paperboy&pool=10.",
  });
}
