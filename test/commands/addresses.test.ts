import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { fixture, freshHome, openHomeStore, paperboy } from "../support/paperboy.js";
import { useServers } from "./servers.js";

const { smtp } = useServers();
const PAGE = fixture("pages/daily.html");
const FROM = "papers@example.org";
const WHY = "has no full domain after the @";

function homeWith(settings: object): string {
  const home = freshHome();
  writeFileSync(path.join(home, "paperboy.json"), JSON.stringify(settings));
  return home;
}

describe("an address that no mail server elsewhere delivers to", () => {
  const remote = { smtp: "smtp://me:pass@mail.example.org", from: FROM };

  it.each(["a@b", "postmaster@localhost", "a@papers.localhost", "root@localhost.localdomain"])(
    "is refused in --to and every setting: %s",
    async (address) => {
      const to = await paperboy(["run", PAGE, "--to", address], { home: homeWith(remote) });
      expect({ exit: to.exit, last: to.stderr }).toEqual({
        exit: 2,
        last: expect.stringContaining(`"${address}" ${WHY}`),
      });
      for (const setting of ["from", "replyTo", "alertTo", "unsubscribeAddress", "to"]) {
        const { exit, stderr } = await paperboy(["run", PAGE], { home: homeWith({ ...remote, [setting]: address }) });
        expect(stderr).toMatch(/^config-invalid: paperboy\.json:1:\d+: /m);
        expect({ exit, stderr }).toEqual({ exit: 3, stderr: expect.stringContaining(`"${address}" ${WHY}`) });
      }
      const domain = address.replace(/.*@/, "");
      const bounces = homeWith({ ...remote, to: ["you@example.com"], delivery: { bounceDomain: domain } });
      const { exit, stderr } = await paperboy(["run", PAGE], { home: bounces });
      expect({ exit, stderr }).toEqual({ exit: 3, stderr: expect.stringContaining("delivery.bounceDomain") });
    },
  );

  it.each(["a@b", "postmaster@localhost"])("is never subscribed: %s", async (address) => {
    const home = freshHome();
    const added = await paperboy(["subscribers", "add", address], { home });
    expect({ exit: added.exit, last: added.stderr }).toEqual({ exit: 2, last: expect.stringContaining(WHY) });
    const imported = await paperboy(["subscribers", "import", "-"], { home, stdin: `email\n${address}\n` });
    expect({ exit: imported.exit, last: imported.stderr }).toEqual({
      exit: 2,
      last: expect.stringContaining(`line 2: the address ${WHY}`),
    });
    const store = await openHomeStore(home);
    expect(await store.subscribers.count()).toMatchObject({ active: 0 });
    await store.close();
  });
});

describe("an address of this machine", () => {
  it("gets letters in the outbox, and can be looked up and removed", async () => {
    const { exit, home } = await paperboy(["run", PAGE, "--to", "me@localhost"]);
    expect(exit).toBe(0);
    expect((await paperboy(["subscribers", "show", "me@localhost"], { home })).exit).toBe(0);
    expect((await paperboy(["subscribers", "remove", "me@localhost"], { home })).exit).toBe(0);
  });

  it("gets mail through a mail server on this machine", async () => {
    const server = await smtp();
    const home = homeWith({ smtp: server.url, from: "paperboy@localhost", alertTo: "root@localhost" });
    expect((await paperboy(["run", PAGE, "--to", "me@localhost"], { home })).exit).toBe(0);
    expect(server.messages.map(({ envelope }) => envelope.to)).toEqual([["me@localhost"]]);
    expect((await paperboy(["run", PAGE, "--to", "a@b"], { home })).exit).toBe(2);
  });
});
