import { lookup, Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { PaperboyError } from "../../../core/errors.js";

/** DNS lookups for mail. The result is empty for a name without such records. */
export interface DnsResolver {
  readonly txt: (name: string) => Promise<readonly string[]>;
  /** The mail servers of a domain, most preferred first. */
  readonly mx: (name: string) => Promise<readonly string[]>;
  readonly addresses: (name: string) => Promise<readonly string[]>;
  /** The reverse names of an IP address. */
  readonly reverse: (address: string) => Promise<readonly string[]>;
}

/** The error codes of c-ares for a name or record that does not exist. */
const NO_RECORDS: ReadonlySet<string> = new Set(["ENOTFOUND", "ENODATA", "EAI_NONAME", "EAI_NODATA"]);

/**
 * Creates the resolver.
 * @param server `host:port` of the DNS server; null for the system's servers and its hosts file.
 * @throws PaperboyError `fetch-failed`, from each lookup, if no server responds.
 */
export function openResolver(server: string | null): DnsResolver {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 });
  if (server !== null) resolver.setServers([server]);
  const ipv4 = (name: string) => query(name, () => resolver.resolve4(name));
  const ipv6 = (name: string) => query(name, () => resolver.resolve6(name));
  const byServer = async (name: string) => [...(await ipv4(name)), ...(await ipv6(name))];
  return {
    txt: async (name) => (await query(name, () => resolver.resolveTxt(name))).map((pieces) => pieces.join("")),
    mx: async (name) => {
      const hosts = await query(name, () => resolver.resolveMx(name));
      return hosts.toSorted((a, b) => a.priority - b.priority).map(({ exchange }) => exchange);
    },
    addresses: async (name) => {
      if (isIP(name) !== 0) return [name];
      return server === null || /^(?:.+\.)?localhost$/i.test(name) ? bySystem(name) : byServer(name);
    },
    reverse: (address) => query(address, () => resolver.reverse(address)),
  };
}

async function query<T>(name: string, send: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await send();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (NO_RECORDS.has(code)) return [];
    throw new PaperboyError("fetch-failed", {
      message: `the DNS lookup of ${name} failed (${code || String(error)})`,
      hint: "Check this machine's DNS servers (/etc/resolv.conf), and try again.",
      cause: error,
      retryable: true,
    });
  }
}

/** Resolves a name as other programs on this machine do, with the hosts file. */
async function bySystem(name: string): Promise<readonly string[]> {
  const found = await query(name, () => lookup(name, { all: true }));
  return found.map(({ address }) => address);
}
