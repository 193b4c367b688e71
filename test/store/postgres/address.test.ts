import { describe, expect, it } from "vitest";
import { parseAddress } from "../../../src/store/postgres/address.js";

describe("a store's address", () => {
  it.each([
    [
      "postgres://ann:secret@db.example.org:5433/papers",
      "postgres://ann:secret@db.example.org:5433/papers?sslmode=verify-full",
      {
        shown: "db.example.org:5433/papers, schema paperboy",
        schema: "paperboy",
        connections: 10,
        losesNothing: false,
      },
    ],
    [
      "postgresql://db.example.org/papers?schema=two&pool=3&failover=synchronous&sslmode=disable",
      "postgresql://db.example.org/papers?sslmode=disable",
      { shown: "db.example.org/papers, schema two", schema: "two", connections: 3, losesNothing: true },
    ],
    [
      "postgres:///papers?host=/run/postgresql",
      "postgres:///papers?host=%2Frun%2Fpostgresql",
      { shown: "/run/postgresql/papers, schema paperboy", schema: "paperboy", connections: 10, losesNothing: false },
    ],
  ])("%s keeps its password to the driver, and what is ours from it", (given, url, parts) => {
    const address = parseAddress(given);
    expect({ ...address, url: decodeURIComponent(address.url) }).toEqual({ ...parts, url: decodeURIComponent(url) });
    expect(address.shown).not.toContain("secret");
  });

  it.each(["localhost", "127.0.0.1:5433", "[::1]", ""])("on this machine (%s) needs no TLS", (host) => {
    expect(parseAddress(`postgres://${host}/papers`).url).toBe(`postgres://${host}/papers`);
  });

  it.each([
    "postgres://db.example.org:port/papers",
    "postgres://db.example.org/papers?schema=Two",
    "postgres://db.example.org/papers?schema=pg_own",
    'postgres://db.example.org/papers?schema=a"b',
    "postgres://db.example.org/papers?pool=1",
    "postgres://db.example.org/papers?pool=many",
    "postgres://db.example.org/papers?failover=maybe",
  ])("%s is refused", (given) => {
    expect(() => parseAddress(given)).toThrow(expect.objectContaining({ code: "config-invalid" }) as Error);
  });
});
