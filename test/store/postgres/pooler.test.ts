import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "../../../src/app/open-store.js";
import type { Store } from "../../../src/store/store.js";
import { claim, DAY, NONE, NOW, prepared, reader, sendAll } from "../../contract/store/fixtures.js";
import { type Pooler, startPooler } from "../../support/pooler.js";
import { KEY } from "../temporary.js";
import { describeServed } from "./servers.js";

describeServed("behind a pooler", (served) => {
  let pooler: Pooler | null = null;
  afterEach(async () => {
    await pooler?.close();
    pooler = null;
  });

  it("a store works when each client keeps its connection, and refuses no startup parameter", async () => {
    pooler = await startPooler(served.server, "session");
    const [one, two] = [await served.open(pooler.store("one")), await served.open(pooler.store("two"))];
    await prepared(one, 5);
    const lock = await one.lock();
    expect(lock).not.toBeNull();
    expect(await (await served.open(pooler.store("one"))).lock()).toBeNull();
    await Promise.all(
      [1, 2, 3, 4].map((number) => one.subscribers.add([reader(`${number}@example.org`)], { now: NOW })),
    );
    await sendAll(one);
    expect(await one.ledger.counts({ editionId: DAY.id, channel: "smtp" })).toEqual({ ...NONE, prepared: 5, sent: 5 });
    expect(await one.check()).toEqual([]);
    await lock?.close();
    // The settings of a session are its own: the other store sees no table of this one.
    expect(await two.subscribers.list({ after: 0, limit: 9 })).toEqual([]);
  });

  it("a store keeps its settings when its connections break and the pooler gives it others", async () => {
    pooler = await startPooler(served.server, "session");
    const store = await served.open(pooler.store("cut"));
    await prepared(store, 3);
    await served.server.cut();
    expect(await claim(store)).toHaveLength(3);
  });

  it("a store is refused with the reason when clients share connections, and creates nothing", async () => {
    pooler = await startPooler(served.server, "transaction");
    await expect(served.open(pooler.store("shared"))).rejects.toMatchObject({
      code: "store-failed",
      retryable: false,
      message: expect.stringMatching(
        /behind a pooler whose clients share connections.*pool_mode=transaction/,
      ) as string,
      hint: expect.stringContaining("pool_mode=session") as string,
    });
    await served.open(served.target.replace(/schema=\w+/, "schema=shared"));
  });

  it("a refused startup parameter of the operator's own is quoted", async () => {
    pooler = await startPooler(served.server, "session");
    await expect(served.open(`${pooler.store("own")}&options=-c%20geqo%3Doff`)).rejects.toMatchObject({
      code: "store-failed",
      message: expect.stringMatching(/^(?!.*cannot be reached).*unsupported startup parameter: options/) as string,
    });
  });
});

describe("a database that cannot be opened", () => {
  const NETWORK = { port: 0, answer: null as Buffer | null };
  let server: ReturnType<typeof createServer>;
  beforeEach(async () => {
    server = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.once("data", () => (NETWORK.answer === null ? socket.destroy() : socket.end(NETWORK.answer)));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    NETWORK.port = (server.address() as AddressInfo).port;
  });
  afterEach(() => void server.close());

  it.each([
    ["57P03", "the database system is starting up"],
    ["53300", "sorry, too many clients already"],
    ["08P01", "no such database: papers"],
    ["08P01", "server login has been failing, try again later (server_login_retry)"],
    ["28P01", 'password authentication failed for user "paperboy"'],
    ["28000", "SASL authentication failed"],
    ["3D000", 'database "papers" does not exist'],
    ["XX000", "timeout expired, said the server"],
  ])("is not reported as unreachable when it replies %s: %s", async (code, words) => {
    NETWORK.answer = errorOf(code, words);
    const failed = await open(NETWORK.port).catch((error: unknown) => error);
    expect(failed).toMatchObject({
      code: "store-failed",
      message: expect.stringContaining(`(${code}: ${words})`) as string,
    });
    expect(failed).not.toMatchObject({ message: expect.stringContaining("reached") as string });
  });

  it("is reported as unreachable when it refuses connections, and as a lost connection when it closes them", async () => {
    NETWORK.answer = null;
    await expect(open(NETWORK.port)).rejects.toMatchObject({
      message: expect.stringMatching(/the connection was lost/) as string,
    });
    server.close();
    await expect(open(NETWORK.port)).rejects.toMatchObject({
      message: expect.stringMatching(/it cannot be reached \(ECONNREFUSED/) as string,
      retryable: true,
    });
  });
});

function open(port: number): Promise<Store> {
  return openStore({ target: `postgres://paperboy@127.0.0.1:${port}/papers`, key: KEY });
}

/** An ErrorResponse of the protocol. */
function errorOf(code: string, words: string): Buffer {
  const body = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${words}\0\0`);
  const head = Buffer.alloc(5, "E");
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
