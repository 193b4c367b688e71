import path from "node:path";
import { expect, it } from "vitest";
import { describeServed } from "../store/postgres/servers.js";
import { put } from "../subscribers/files.js";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";

const PAGE = fixture("pages/daily.html");

describeServed("the command line with a PostgreSQL store", (served) => {
  it("imports, runs, reports, checks and copies as with a file", async () => {
    const home = freshHome();
    const at = { home, environment: { PAPERBOY_STORE: served.target } };
    put(home, "readers.csv", "email\nann@example.org\nbob@example.org\n");
    expect(await paperboy(["subscribers", "import", "readers.csv"], at)).toMatchObject({ exit: 0 });

    const dry = await paperboy(["run", PAGE, "--dry-run", "--json"], at);
    expect(dry.json()).toMatchObject({ editions: [{ counts: { prepared: 2 } }] });
    const run = await paperboy(["run", PAGE, "--to", "you@example.org", "--to", "ann@example.org", "--json"], at);
    expect(run.json()).toMatchObject({ exit: 0, editions: [{ counts: { prepared: 2, sent: 2 } }] });
    const again = await paperboy(["run", PAGE, "--to", "ann@example.org", "--json"], at);
    expect(again.json()).toMatchObject({ exit: 0, editions: [{ counts: { prepared: 1, sent: 1 } }] });

    const status = await paperboy(["status", "--json"], at);
    expect(status.json()).toMatchObject({ editions: [{ counts: { prepared: 2, sent: 2 } }] });
    expect(await paperboy(["store", "check"], at)).toMatchObject({ exit: 0, stdout: "ok\n" });

    const copied = await paperboy(["store", "copy", served.target, "copy.db", "--json"], at);
    expect(copied.json()).toMatchObject({ message: expect.stringContaining("verified them") as string });
    expect(copied.stdout + copied.stderr).not.toContain("user=");
    const there = { home, environment: { PAPERBOY_STORE: path.join(home, "copy.db") } };
    expect((await paperboy(["subscribers", "list"], there)).stdout).toContain("bob@example.org");
    expect((await paperboy(["status", "--json"], there)).json()).toMatchObject({ editions: [{ counts: { sent: 2 } }] });
    expect((await paperboy(["status"], at)).stdout).toContain("paused");
  });

  it("suggests a fix for a missing database, without showing the password", async () => {
    const environment = { PAPERBOY_STORE: "postgres://paperboy:hunter2@127.0.0.1:1/papers" };
    const { exit, stdout, stderr } = await paperboy(["subscribers", "list"], { environment });
    expect(exit).toBe(8);
    expect(stderr).toContain("cannot be reached");
    expect(stdout + stderr).not.toContain("hunter2");
  });

  it.each(["mysql://db.example.org/papers", "postgres://db.example.org/papers?pool=0"])("refuses %s", async (store) => {
    const { exit } = await paperboy(["status"], { environment: { PAPERBOY_STORE: store } });
    expect(exit).toBe(3);
  });
});
