import { lookup, Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { PaperboyError } from "../../../core/errors.js";

/** DNS lookups for mail. A name without such records gives an empty list. */
export interface Names {
  readonly txt: (name: string) => Promise<readonly string[]>;
  /** The mail servers of a domain, most preferred first. */
  readonly mx: (name: string) => Promise<readonly string[]>;
  readonly addresses: (name: string) => Promise<readonly string[]>;
  /** The reverse names of an IP address. */
  readonly reverse: (address: string) => Promise<readonly string[]>;
}

/** The error codes of c-ares for a name or record that does not exist. */
const NOTHING: ReadonlySet<string> = new Set(["ENOTFOUND", "ENODATA", "EAI_NONAME", "EAI_NODATA"]);

/**
 * Creates the resolver.
 * @param server `host:port` of the DNS server; null: the system's servers and its hosts file.
 * @throws PaperboyError `fetch-failed`, from each lookup, when no server answers.
 */
export function openNames(server: string | null): Names {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 });
  if (server !== null) resolver.setServers([server]);
  const four = (name: string) => asked(name, () => resolver.resolve4(name));
  const six = (name: string) => asked(name, () => resolver.resolve6(name));
  const byServer = async (name: string) => [...(await four(name)), ...(await six(name))];
  return {
    txt: async (name) => (await asked(name, () => resolver.resolveTxt(name))).map((pieces) => pieces.join("")),
    mx: async (name) => {
      const hosts = await asked(name, () => resolver.resolveMx(name));
      return hosts.toSorted((a, b) => a.priority - b.priority).map(({ exchange }) => exchange);
    },
    addresses: async (name) => {
      if (isIP(name) !== 0) return [name];
      return server === null || /^(?:.+\.)?localhost$/i.test(name) ? bySystem(name) : byServer(name);
    },
    reverse: (address) => asked(address, () => resolver.reverse(address)),
  };
}

async function asked<T>(name: string, ask: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await ask();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (NOTHING.has(code)) return [];
    throw new PaperboyError("fetch-failed", {
      message: `the DNS does not answer about ${name} (${code || String(error)})`,
      hint: "Check this machine's DNS servers (/etc/resolv.conf), and try again.",
      cause: error,
      retryable: true,
    });
  }
}

/** Resolves a name like other programs on this machine, including the hosts file. */
async function bySystem(name: string): Promise<readonly string[]> {
  const found = await asked(name, () => lookup(name, { all: true }));
  return found.map(({ address }) => address);
}
