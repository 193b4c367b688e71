import { request } from "node:http";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshHome } from "../../support/paperboy.js";
import { openHarness } from "./harness.js";
import type { Harness } from "./harness.js";

let harness: Harness;

beforeAll(async () => {
  harness = await openHarness(["fixtures/pages/daily.html"]);
});

afterAll(async () => {
  await harness.stop();
});

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks as any program on this machine can, with any headers: `fetch` would forbid some. */
function ask(target: string, { method = "GET", headers = {}, body = "" }: Ask = {}, url = harness.url): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const call = request(new URL(target, url), { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    call.on("error", reject);
    call.end(body);
  });
}

const origin = () => harness.url.slice(0, -1);
const tokenIn = (page: string) => /name="token" value="([^"]+)"/.exec(page)?.[1] ?? "";

describe("the revisit in the studio", () => {
  it("shows examples with reasons for a saved page, which cannot have a revisit", async () => {
    const text = await ask("/?tab=text&revisit=2");
    expect(text.body).toContain("From 12 to 164 votes since 2 March 2026");
    const explained = await ask("/?tab=explain&revisit=2");
    expect(explained.body).toContain("ranks below the first 2; rose from 0 to 40 votes");
    expect((await ask("/?tab=checks&revisit=2")).body).not.toMatch(/\berrors?:/);
    expect((await ask("/?tab=text")).body).not.toContain("From 12 to 164");
  });
});

describe("the studio refuses", () => {
  it.each(["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example", "[::1]:80"])(
    "a request to the name %s",
    async (host) => {
      const { status, body } = await ask("/", { headers: { host } });
      expect(status).toBe(403);
      expect(body).not.toContain("token");
    },
  );

  it.each(["cross-site", "same-site"])("a request from another site (%s)", async (site) => {
    expect((await ask("/frame?variant=desktop", { headers: { "sec-fetch-site": site } })).status).toBe(403);
  });

  const form = "to=you%40example.com";

  it.each([
    ["without an origin", () => ({})],
    ["from another origin", () => ({ origin: "https://evil.example" })],
    ["from no origin", () => ({ origin: "null" })],
  ])("a POST %s, even with the token", async (_what, headers) => {
    const token = tokenIn((await ask("/")).body);
    expect(token).not.toBe("");
    const { status } = await ask("/send", { method: "POST", headers: headers(), body: `${form}&token=${token}` });
    expect(status).toBe(403);
  });

  it.each(["", "&token=", "&token=guess"])("a POST with a token like %j", async (token) => {
    const reply = await ask("/send", { method: "POST", headers: { origin: origin() }, body: form + token });
    expect(reply.status).toBe(403);
    expect(reply.body).toContain("does not belong to this studio session");
  });

  it("a form that is too large", async () => {
    const body = `${form}&token=${"x".repeat(20_000)}`;
    expect((await ask("/send", { method: "POST", headers: { origin: origin() }, body })).status).toBe(413);
  });

  it("to send on GET", async () => {
    expect((await ask("/send?to=you%40example.com")).status).toBe(404);
  });

  it.each([
    ["/etc/hostname", "neither"],
    ["package.json", "neither"],
    ["-", "neither"],
    ["http://127.0.0.1:1/", "neither"],
    ["2026-02-30", "there is no day"],
  ])("to open %s, which a web page may not name", async (source, why) => {
    const { status, body } = await ask(`/?source=${encodeURIComponent(source)}`);
    expect(status).toBe(200);
    expect(body).toContain('class="problem"');
    expect(body).toMatch(new RegExp(why));
    expect(body).not.toContain("<iframe");
  });
});

describe("a response of the studio", () => {
  it("allows only its own script and cannot be framed", async () => {
    const { headers, body } = await ask("/");
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
    expect(body).not.toMatch(/<script(?![^>]*src="\/studio\.js")|\son\w+=|\sstyle=/);
    expect(body).toContain('sandbox=""');
  });

  it.each([
    ["desktop", "img-src https:"],
    ["images-off", "img-src 'none'"],
  ])("sandboxes the letter: %s", async (variant, pictures) => {
    const { headers, body } = await ask(`/frame?variant=${variant}`);
    const policy = String(headers["content-security-policy"]);
    expect(policy).toMatch(/^default-src 'none'; style-src 'unsafe-inline'; /);
    expect(policy).toContain(pictures);
    expect(policy).toMatch(/; sandbox$/);
    expect(body).toContain("Paper Routes");
  });

  it.each(["/frame", "/frame?variant=constructor", "/nothing", "/../package.json"])(
    "is nothing for %s",
    async (target) => {
      expect((await ask(target)).status).toBe(404);
    },
  );

  it("escapes values from the URL", async () => {
    const { body } = await ask(`/?source=${encodeURIComponent('"><script>alert(1)</script>')}&include=%3Cb%3E`);
    expect(body).not.toMatch(/<script>|<b>(?!Paperboy)/);
    expect(body).toContain("&lt;script&gt;");
  });

  it("is also sent for localhost", async () => {
    const host = new URL(harness.url).host.replace("127.0.0.1", "localhost");
    expect((await ask("/", { headers: { host } })).status).toBe(200);
  });
});

describe("paperboy preview", () => {
  it("opens a browser only on a terminal and without --no-open", async () => {
    const watched = await openHarness(["fixtures/pages/daily.html"], { isTTY: true });
    const silent = await openHarness(["fixtures/pages/daily.html", "--no-open"], { isTTY: true });
    expect(watched.opened).toEqual([watched.url]);
    expect(silent.opened).toEqual([]);
    expect(harness.opened).toEqual([]);
    await Promise.all([watched.stop(), silent.stop()]);
  });

  it("stops when asked, even while a page listens for changes", async () => {
    const other = await openHarness(["fixtures/pages/daily.html", "--port", "0"]);
    const gone = new Promise((resolve) => {
      request(new URL("/events", other.url), (response) => {
        response.once("data", () => void other.stop().then(resolve));
        response.on("error", () => undefined);
      }).end();
    });
    await expect(gone).resolves.toMatchObject({ message: "the studio has stopped" });
    await expect(ask("/", {}, other.url)).rejects.toThrow("ECONNREFUSED");
  });

  it("reports a port that is in use", async () => {
    const { port } = new URL(harness.url);
    await expect(openHarness(["fixtures/pages/daily.html", "--port", port])).rejects.toMatchObject({ code: "usage" });
  });

  it("shows a saved page by default", async () => {
    const other = await openHarness([]);
    expect((await ask("/", {}, other.url)).body).toMatch(/<option value="fixtures.pages.daily\.html" selected>/);
    await other.stop();
  });

  it("uses the view, theme and branding of flags and configuration", async () => {
    const home = freshHome();
    writeFileSync(path.join(home, "paperboy.yaml"), "branding:\n  name: Evening Post\nview:\n  limit: 3\n");
    const other = await openHarness(["fixtures/pages/daily.html", "--theme", "compact", "--order", "newest"], { home });
    const { body } = await ask("/", {}, other.url);
    expect(body).toMatch(/<option value="compact" selected>/);
    expect(body).toMatch(/<option value="newest" selected>/);
    expect(body).toMatch(/name="limit"[^>]* value="3"/);
    expect((await ask("/frame?variant=phone", {}, other.url)).body).toContain("Evening Post");
    await other.stop();
  });
});
