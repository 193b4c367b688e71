import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Subscriber } from "../../../src/store/store.js";
import { archiveModule } from "../../../src/web/archive/routes.js";
import { SUBSCRIPTION_MODULE } from "../../../src/web/site/app.js";
import { paperIdOf, saveEdition } from "../archive/editions.js";
import { BASE, openHarness, ORIGIN, pathIn } from "./harness.js";
import type { Harness } from "./harness.js";

let harness: Harness;
let reader: Subscriber;

beforeEach(async () => {
  harness = await openHarness();
  reader = await harness.reader("you@example.com");
});
afterEach(() => harness.close());

const ROUTES = [...SUBSCRIPTION_MODULE.routes, ...archiveModule().routes].map(({ method, path }) => ({ method, path }));
/** Paths of archive pages with their parameters filled in, for the edition that these tests save. */
const PLACES: Readonly<Record<string, string>> = {
  "/archive/:name": "/archive/2026-10-02",
  "/archive/:name/:page": "/archive/days/1",
  "/paper/:id": `/paper/${paperIdOf("Agents")}`,
  "/feed/:name": "/feed/papers.atom",
};
const PATHS = [...new Set(ROUTES.map(({ path }) => path))];

/** Fills in the parameters of a route's path; tokens are valid. */
async function real(path: string): Promise<string> {
  if (path.startsWith("/c/")) {
    await harness.fill(`${BASE}/`, `${BASE}/subscribe`, { email: "new@example.com" });
    const [mail] = await harness.mails();
    return mail ? pathIn(mail) : "";
  }
  const purpose = path.startsWith("/u/") ? "unsubscribe" : "preferences";
  const place = PLACES[path.replace(/\?.*$/, "")];
  if (place !== undefined) return BASE + place + path.replace(/^[^?]*/, "");
  return path.includes(":token") ? harness.link(purpose, reader.id) + path.replace(/^\/\w\/:token/, "") : BASE + path;
}

/** Returns the responses of all routes; forms are sent empty. */
const everything = async () =>
  Promise.all(
    ROUTES.map(async ({ method, path }) => {
      const headers = { origin: ORIGIN, "content-type": "application/x-www-form-urlencoded" };
      return harness.request(method, await real(path), method === "POST" ? { headers, body: "" } : {});
    }),
  );

describe("a safe method", () => {
  it("is tested on more than ten paths", () => {
    expect(PATHS.length).toBeGreaterThan(10);
  });

  it.each([
    ...PATHS,
    "/p/:token?welcome",
    "/p/:token?frequency=weekly&do=save",
    "/u/:token?List-Unsubscribe=One-Click",
    "/search?q=agents",
    "/feed/:name?topic=agents",
  ])("changes nothing at %s", async (path) => {
    await saveEdition(harness, "day:2026-10-02", ["Agents"]);
    const target = await real(path);
    const before = harness.dump();
    for (const method of ["GET", "HEAD", "OPTIONS", "PROPFIND"]) await harness.request(method, target);
    for (const ask of ["/healthz", "/metrics"]) await harness.get(ask, { from: "127.0.0.1" });
    expect(harness.dump()).toBe(before);
  });

  it.each(PATHS)("is listed in Allow at %s", async (path) => {
    const methods = ROUTES.filter((route) => route.path === path).map(({ method }) => method);
    const answer = await harness.request("DELETE", await real(path));
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")?.split(", ")).toEqual(expect.arrayContaining(methods));
  });
});

describe("every response", () => {
  it("has security headers and sets no cookie", async () => {
    for (const answer of [
      ...(await everything()),
      await harness.get("/daily/nothing"),
      await harness.get("/healthz"),
    ]) {
      const policy = answer.headers.get("content-security-policy") ?? "";
      expect(policy).toMatch(
        /^default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'/,
      );
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("unsafe");
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
      });
      expect(answer.headers.has("set-cookie")).toBe(false);
    }
  });

  it("contains no script, no inline style and no external resource", async () => {
    await saveEdition(harness, "day:2026-10-02", ["Agents"]);
    for (const answer of await everything()) {
      const page = await answer.text();
      expect(page).not.toMatch(/<script|\son\w+=|\sstyle=|<style|javascript:/i);
      // The archive may link to papers on other hosts; everything that a browser loads must be local.
      const outside = page.replaceAll(
        /<a href="https:\/\/(?:example|arxiv)\.org\/[^"]*">|<link rel="canonical" href="[^"]*">/g,
        "",
      );
      const isFeed = !answer.headers.get("content-type")?.startsWith("text/html");
      for (const [, url = ""] of isFeed ? [] : outside.matchAll(/(?:href|src|action)="([^"]*)"/g)) {
        expect(url).toMatch(/^(?:\/daily\/|data:,$|#(?:p\d+|form|issue)$)/);
      }
    }
  });

  it("to a signed link is neither cached nor indexed", async () => {
    for (const path of PATHS.filter((each) => each.includes(":token"))) {
      const answer = await harness.get(await real(path));
      expect(answer.headers.get("x-robots-tag")).toBe("noindex, nofollow");
      expect(answer.headers.get("cache-control")).toBe("no-store");
    }
  });

  it.each([
    [true, "max-age=31536000"],
    [false, null],
  ])("sends Strict-Transport-Security only if `hsts` is set: %s", async (hsts, header) => {
    const settings = { trustedProxies: [], metricsFrom: [], hsts, accessLog: true };
    const other = await openHarness({ settings });
    expect((await other.get("/daily/")).headers.get("strict-transport-security")).toBe(header);
    await other.close();
  });
});

describe("the site", () => {
  it.each(["//evil.example", "/\\evil.example", "https://evil.example", "/daily//evil.example"])(
    "never redirects to another site: %s",
    async (where) => {
      const path = harness.link("preferences", reader.id);
      const answers = [
        await harness.get(`${where}/`),
        await harness.get(`${BASE}/sent?next=${encodeURIComponent(where)}`),
        await harness.fill(`${path}?next=${where}`, `${path}?next=${where}`, {
          do: "save",
          next: where,
          redirect: where,
        }),
        await harness.fill(
          `${BASE}/`,
          `${BASE}/subscribe`,
          { email: "a@example.com", next: where },
          { headers: { host: "evil.example", "x-forwarded-host": "evil.example", origin: ORIGIN } },
        ),
      ];
      for (const answer of answers) expect(answer.headers.get("location") ?? BASE).toMatch(/^\/daily(?:\/(?!\/)|$)/);
      expect(JSON.stringify(await harness.mails())).not.toContain("evil");
    },
  );

  it.each([
    ["urlencoded", "application/x-www-form-urlencoded", (size: number) => `email=${"a".repeat(size)}`],
    [
      "multipart",
      "multipart/form-data; boundary=x",
      (size: number) => `--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n${"a".repeat(size)}\r\n--x--\r\n`,
    ],
  ])("refuses forms larger than 64 KB: %s", async (_what, type, body) => {
    for (const path of ["/subscribe", "/u/:token/pause", "/p/:token"]) {
      const answer = await harness.request("POST", await real(path), {
        headers: { "content-type": type, origin: ORIGIN },
        body: body(70_000),
      });
      expect(answer.status).toBe(413);
    }
  });

  it("shows metrics only to allowed addresses", async () => {
    const figures = await harness.get("/metrics", { from: "127.0.0.1" });
    const text = await figures.text();
    expect(text).toContain('paperboy_subscribers{state="active"} 1');
    expect(text).toContain('paperboy_reader_events_total{event="joined"} 1');
    expect((await harness.get("/metrics", { from: "203.0.113.7" })).status).toBe(404);
    expect(
      (await harness.get("/metrics", { from: "127.0.0.1", headers: { "x-forwarded-for": "203.0.113.7" } })).status,
    ).toBe(404);
    expect(
      (await harness.get("/metrics", { from: "203.0.113.7", headers: { "x-forwarded-for": "127.0.0.1" } })).status,
    ).toBe(404);
  });

  it.each([
    { "x-forwarded-for": "203.0.113.7" },
    { "x-forwarded-for": "127.0.0.1" },
    { "x-forwarded-for": "" },
    { "x-forwarded-for": "unknown" },
    { "x-forwarded-proto": "https" },
    { "x-forwarded-host": "papers.example.org" },
    { forwarded: "for=203.0.113.7;proto=https" },
    { via: "1.1 proxy" },
    { "x-real-ip": "203.0.113.7" },
    { "cf-connecting-ip": "203.0.113.7" },
    { "true-client-ip": "203.0.113.7" },
    { host: "papers.example.org" },
  ])("shows no metrics to a request that a proxy passed on: %j", async (headers) => {
    const settings = { trustedProxies: [], metricsFrom: ["127.0.0.0/8"], hsts: false, accessLog: true };
    const other = await openHarness({ settings });
    const { host = "127.0.0.1:8080", ...rest }: Record<string, string> = headers;
    const url = `http://${host}/metrics`;
    expect((await other.get(url, { from: "127.0.0.1" })).status).toBe(host.startsWith("127") ? 200 : 404);
    expect((await other.get(url, { from: "127.0.0.1", headers: rest })).status).toBe(404);
    await other.close();
  });

  it.each(["127.0.0.1:8080", "localhost:8080", "[::1]:8080"])(
    "shows metrics to a direct request for %s",
    async (host) => {
      const settings = { trustedProxies: [], metricsFrom: ["127.0.0.0/8", "::1"], hsts: false, accessLog: true };
      const other = await openHarness({ settings });
      const from = host.startsWith("[") ? "::1" : "::ffff:127.0.0.1";
      expect((await other.get(`http://${host}/metrics`, { from, headers: { accept: "*/*" } })).status).toBe(200);
      await other.close();
    },
  );

  it("shows metrics through a trusted proxy to an address that may read them", async () => {
    const settings = { trustedProxies: ["127.0.0.1"], metricsFrom: ["10.0.0.0/8"], hsts: false, accessLog: true };
    const other = await openHarness({ settings });
    const ask = async (headers: Record<string, string>) =>
      (await other.get("http://papers.example.org/metrics", { from: "127.0.0.1", headers })).status;
    expect(await ask({ "x-forwarded-for": "10.0.0.9", "x-forwarded-proto": "https" })).toBe(200);
    expect(await ask({ "x-forwarded-for": "10.0.0.9, 203.0.113.7" })).toBe(404);
    expect(await ask({ forwarded: "for=10.0.0.9" })).toBe(404);
    await other.close();
  });

  it("reports metrics of editions and requests", async () => {
    await saveEdition(harness, "day:2026-10-02", ["Agents"]);
    harness.pass(60_000);
    await harness.get(`${BASE}/`);
    const figures = await (await harness.get("/metrics", { from: "127.0.0.1" })).text();
    expect(figures).toContain('paperboy_deliveries_recent{state="pending"} 1');
    expect(figures).toContain("paperboy_editions_recent 1");
    expect(figures).toContain("paperboy_last_edition_age_seconds 60");
    expect(figures).toContain('paperboy_http_requests_total{method="GET",route="/",status="200"} 1');
    expect(figures).not.toMatch(/@|203\.0/);
  });
});

describe("the log", () => {
  it("contains no addresses, tokens or queries", async () => {
    await Promise.all(PATHS.map(async (path) => harness.get(`${await real(path)}?q=secret-query`)));
    await harness.fill(`${BASE}/`, `${BASE}/subscribe`, { email: "who@example.com" });
    await harness.request("BREW", "/you@example.com/x");
    expect(harness.log.length).toBeGreaterThan(PATHS.length);
    expect(harness.log.join("\n")).not.toMatch(/@|203\.0\.113|secret-query|[\w-]{23,}/);
    expect(harness.log.join("\n")).toMatch(/GET \/u\/:token 200 \d+ ms/);
    expect(harness.log.at(-1)).toContain("(other) (unknown) 404");
  });

  it("contains the cause of a failure, and the response does not", async () => {
    await harness.store.close();
    const answer = await harness.post(harness.link("unsubscribe", reader.id), { "List-Unsubscribe": "One-Click" });
    expect(answer.status).toBeGreaterThanOrEqual(500);
    const page = await answer.text();
    expect(harness.log.join("\n")).toContain("failed: ");
    expect(page).not.toMatch(/Error|database|sqlite/i);
    harness = await openHarness();
  });
});
