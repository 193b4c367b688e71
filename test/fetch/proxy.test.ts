import { request as httpRequest } from "node:http";
import { expect, it } from "vitest";
import type { Handler, Site } from "../support/site.js";
import { at, useHarness } from "./harness.js";

const { site: start, fetcher } = useHarness();

/** A proxy that forwards every request to one site. */
async function proxyTo(site: Site): Promise<Site> {
  const forward: Handler = (request, response) => {
    const target = new URL(request.url ?? "/", site.url);
    const onward = httpRequest(`${site.url}${target.pathname}`, { headers: { host: target.host } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.end();
  };
  return start({ "*": forward });
}

it.each(["http_proxy", "HTTP_PROXY"])("goes through the proxy that %s names, with its login", async (name) => {
  const site = await start({ "/day": { body: "bread" } });
  const proxy = await proxyTo(site);
  const env = { [name]: proxy.url.replace("//", "//me:secret@") };
  const page = await fetcher({ env, retries: 0 }).fetch(at("http://papers.invalid/day"));
  expect(page).toMatchObject({ url: "http://papers.invalid/day", body: "bread" });
  expect(proxy.requests[0]).toMatchObject({
    path: "http://papers.invalid/day",
    headers: { "proxy-authorization": `Basic ${Buffer.from("me:secret").toString("base64")}` },
  });
});

it("does not use the proxy for localhost", async () => {
  const site = await start({ "/day": { body: "bread" } });
  const proxy = await proxyTo(site);
  await fetcher({ env: { HTTP_PROXY: proxy.url } }).fetch(at(`${site.url}/day`));
  expect(proxy.requests).toEqual([]);
});

it.each(["*", "other.example,papers.invalid", ".invalid"])(
  "goes around the proxy for NO_PROXY=%s",
  async (NO_PROXY) => {
    const proxy = await start({ "*": { body: "bread" } });
    const fetching = fetcher({ env: { HTTP_PROXY: proxy.url, NO_PROXY }, retries: 0 }).fetch(
      at("http://papers.invalid/day"),
    );
    await expect(fetching).rejects.toMatchObject({ parts: { kind: "dns" } });
    expect(proxy.requests).toEqual([]);
  },
);

it.each([
  { http_proxy: "", HTTP_PROXY: "PROXY" },
  { http_proxy: " ", HTTP_PROXY: "PROXY" },
  { http_proxy: "PROXY", HTTP_PROXY: "http://127.0.0.1:9" },
  { http_proxy: "PROXY", HTTP_PROXY: "" },
  { HTTP_PROXY: "PROXY", no_proxy: "", NO_PROXY: "" },
])("ignores an empty variable next to one that is set: %j", async (variables) => {
  const proxy = await start({ "*": { body: "bread" } });
  const env = Object.fromEntries(
    Object.entries(variables).map(([name, text]) => [name, text.replace("PROXY", proxy.url)]),
  );
  const page = await fetcher({ env, retries: 0 }).fetch(at("http://papers.invalid/day"));
  expect(page.body).toBe("bread");
});

it("ignores an empty https_proxy next to HTTPS_PROXY", async () => {
  const proxy = await start({});
  const env = { https_proxy: "", HTTPS_PROXY: proxy.url };
  const fetching = fetcher({ env, retries: 0 }).fetch(at("https://papers.invalid/day"));
  await expect(fetching).rejects.toMatchObject({ parts: { kind: "proxy" } });
});

it.each([
  { no_proxy: "", NO_PROXY: "papers.invalid" },
  { no_proxy: "papers.invalid", NO_PROXY: "" },
])("goes around the proxy for the variable that is not empty: %j", async (exceptions) => {
  const proxy = await start({ "*": { body: "bread" } });
  const fetching = fetcher({ env: { http_proxy: proxy.url, ...exceptions }, retries: 0 }).fetch(
    at("http://papers.invalid/day"),
  );
  await expect(fetching).rejects.toMatchObject({ parts: { kind: "dns" } });
  expect(proxy.requests).toEqual([]);
});

it("reports that the proxy requires a login", async () => {
  const proxy = await start({ "*": { status: 407 } });
  const fetching = fetcher({ env: { HTTP_PROXY: proxy.url }, retries: 0 }).fetch(at("http://papers.invalid/day"));
  await expect(fetching).rejects.toMatchObject({ code: "fetch-failed", parts: { kind: "proxy" } });
});

it("ends as proxy when the proxy drops the tunnel", async () => {
  // The test site does not support CONNECT and drops the connection.
  const proxy = await start({});
  const fetching = fetcher({ env: { HTTPS_PROXY: proxy.url }, retries: 0 }).fetch(at("https://papers.invalid/day"));
  await expect(fetching).rejects.toMatchObject({ code: "fetch-failed", parts: { kind: "proxy" } });
});

it("reports an invalid proxy address", async () => {
  const fetching = fetcher({ env: { HTTPS_PROXY: "no address" }, retries: 0 }).fetch(at("https://papers.invalid/day"));
  await expect(fetching).rejects.toMatchObject({ code: "config-invalid" });
});
