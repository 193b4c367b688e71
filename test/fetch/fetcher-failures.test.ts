import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { FailureKind } from "../../src/fetch/failures.js";
import type { Fetcher } from "../../src/fetch/fetcher.js";
import { type Reply, startSite } from "../support/site.js";
import { at, HTML, redirect, useHarness } from "./harness.js";

const { site, fetcher, waits } = useHarness();

describe("a fetch that fails", () => {
  it.each<[FailureKind, string, Reply]>([
    ["not-found", "404", { status: 404 }],
    ["gone", "410", { status: 410 }],
    ["forbidden", "403", { status: 403, body: "no" }],
    ["login", "401", { status: 401 }],
    ["odd-status", "204", { status: 204 }],
    ["odd-status", "a 304 that nobody asked for", { status: 304 }],
    ["many-redirects", "redirects too often", redirect("/day")],
    ["login", "a redirect to the login page", redirect("/login?next=/day")],
    ["other-site", "a redirect to another host", redirect("http://localhost:9/day")],
    ["other-site", "a redirect to another port", redirect("http://127.0.0.1:9/day")],
    ["other-site", "a redirect to a file", redirect("file:///etc/passwd")],
    ["bad-redirect", "a redirect to nowhere", redirect("http://")],
    ["bot-check", "a robot check as 202", { status: 202, headers: { "x-amzn-waf-action": "challenge" } }],
    ["bot-check", "a robot check as 503", { status: 503, body: "<title>Just a moment...</title>" }],
    ["bot-check", "a robot check as 200", { body: "<title>Human Verification</title>" }],
    ["login", "a login page as 200", { body: '<title>Log in</title><input type="password">' }],
    ["not-text", "a picture", { body: "GIF89a", headers: { "content-type": "image/gif" } }],
    ["not-text", "a PDF", { body: "%PDF-1.7", headers: { "content-type": "application/pdf" } }],
    ["unknown-encoding", "an unknown packing", { body: HTML, headers: { "content-encoding": "zstd" } }],
    ["too-large", "a page over the limit", { body: "x".repeat(20_001) }],
    [
      "too-large",
      "a small answer that unpacks to a large page",
      { body: gzipSync(Buffer.alloc(5_000_000)), headers: { "content-encoding": "gzip" } },
    ],
  ])("ends as %s without a retry: %s", async (kind, _name, reply) => {
    const { url } = await site({ "/day": reply });
    await expect(fetcher({ maxBytes: 20_000 }).fetch(at(`${url}/day`))).rejects.toMatchObject({
      code: "fetch-failed",
      parts: { kind },
      message: expect.stringContaining(`cannot fetch ${url}/day: `) as unknown,
      hint: expect.stringMatching(/\.$/) as unknown,
    });
    expect(waits).toEqual([]);
  });

  it.each<[FailureKind, string, Reply]>([
    ["server-error", "500", { status: 500 }],
    ["headers-timeout", "no headers", { hang: "headers" }],
    ["body-timeout", "a body that stops", { body: HTML, hang: "body" }],
    ["cut-off", "a connection that is lost", { body: HTML, cut: 20 }],
    [
      "cut-off",
      "a packed page without its end",
      { body: gzipSync(HTML).subarray(0, 40), headers: { "content-encoding": "gzip" } },
    ],
    ["bad-answer", "a packed page that is damaged", { body: HTML, headers: { "content-encoding": "gzip" } }],
  ])("ends as %s after all retries: %s", async (kind, _name, reply) => {
    const { url, requests } = await site({ "/day": reply });
    const timeouts = { headers: 20, body: 20 };
    await expect(fetcher({ retries: 1, timeouts }).fetch(at(`${url}/day`))).rejects.toMatchObject({
      code: "fetch-failed",
      parts: { kind },
      retryable: true,
      message: expect.stringContaining("2 attempts") as unknown,
    });
    expect(waits).toEqual([500]);
    expect(requests).toHaveLength(2);
  });

  it("ends as deadline for a page that never finishes", async () => {
    const { url } = await site({
      "/day": (request, response) => {
        const drip = setInterval(() => response.write("."), 5);
        request.on("close", () => clearInterval(drip));
      },
    });
    const slow = fetcher({ retries: 0, timeouts: { total: 60 } });
    await expect(slow.fetch(at(`${url}/day`))).rejects.toMatchObject({ parts: { kind: "deadline" } });
  });

  it("ends as refused when nothing listens", async () => {
    const gone = await startSite({});
    await gone.close();
    await expect(fetcher({ retries: 0 }).fetch(at(gone.url))).rejects.toMatchObject({ parts: { kind: "refused" } });
  });

  it("ends as tls when the port does not speak TLS", async () => {
    const { url } = await site({});
    const fetching = fetcher().fetch(at(url.replace("http:", "https:")));
    await expect(fetching).rejects.toMatchObject({ parts: { kind: "tls" }, retryable: false });
  });

  it("ends as stopped when closed during a request", async () => {
    const { url } = await site({ "/day": () => void closing.close() });
    const closing: Fetcher = fetcher();
    await expect(closing.fetch(at(`${url}/day`))).rejects.toMatchObject({
      parts: { kind: "stopped" },
      retryable: true,
    });
  });

  it("ends as stopped when closed before a retry", async () => {
    const { url, requests } = await site({ "/day": { status: 503 } });
    const closing: Fetcher = fetcher({
      onWait: () => void closing.close(),
      sleep: async (_ms, signal) => signal?.throwIfAborted(),
    });
    await expect(closing.fetch(at(`${url}/day`))).rejects.toMatchObject({ parts: { kind: "stopped" } });
    expect(requests).toHaveLength(1);
  });

  it.each(["ftp://papers.example/day", "file:///etc/passwd", "no address", "javascript:alert(1)"])(
    "ends as usage: %s",
    async (url) => {
      await expect(fetcher().fetch(at(url))).rejects.toMatchObject({ code: "usage" });
    },
  );
});

describe("a retry", () => {
  it.each<[string, Reply, number]>([
    ["500", { status: 500 }, 500],
    ["a lost connection", { body: HTML, cut: 5 }, 500],
    ["429 with Retry-After", { status: 429, headers: { "retry-after": "7" } }, 7000],
    ["503 with Retry-After", { status: 503, headers: { "retry-after": "120" } }, 120_000],
    [
      "429 with a date, by the site's own clock",
      {
        status: 429,
        headers: { date: "Mon, 09 Mar 2026 00:00:00 GMT", "retry-after": "Mon, 09 Mar 2026 00:00:09 GMT" },
      },
      9000,
    ],
  ])("after %s brings the page", async (_name, first, waitMs) => {
    const { url } = await site({ "/day": [first, { body: HTML }] });
    const told: unknown[] = [];
    const page = await fetcher({ onWait: (info) => void told.push(info) }).fetch(at(`${url}/day`));
    expect(page.body).toBe(HTML);
    expect(waits).toEqual([waitMs]);
    expect(told).toMatchObject([{ attempt: 1, of: 4, waitMs, url: `${url}/day` }]);
  });

  it("does not happen when the site asks for a longer wait than allowed", async () => {
    const { url, requests } = await site({ "/day": { status: 429, headers: { "retry-after": "86400" } } });
    await expect(fetcher().fetch(at(`${url}/day`))).rejects.toMatchObject({
      message: `cannot fetch ${url}/day: the site asks for a longer wait than Paperboy allows (HTTP 429, asked to wait 24 hours)`,
      retryable: true,
    });
    expect(requests).toHaveLength(1);
    expect(waits).toEqual([]);
  });
});
