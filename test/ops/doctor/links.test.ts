import { expect, it } from "vitest";
import { LINK_CHECKS } from "../../../src/ops/doctor/links.js";
import type { Links } from "../../../src/ops/doctor/links.js";
import { freshHome, paperboy } from "../../support/paperboy.js";
import { startSite } from "../../support/site.js";
import type { Reply } from "../../support/site.js";
import { examined, FROM, kept } from "./rig.js";

const PATH = "/u/doctor-asks-for-nobody";
const OUR_ROBOTS = { body: "User-agent: *\nDisallow: /c/\nDisallow: /p/\nDisallow: /u/\n" };

interface Case {
  readonly of: string;
  readonly answer: Reply;
  readonly robots?: Reply;
  readonly result: string;
  readonly detail: RegExp;
  readonly fix: RegExp;
}

const CASES: readonly Case[] = [
  {
    of: "is redirected",
    answer: { status: 301, headers: { location: "https://example.org/" } },
    result: "fail",
    detail: /a POST is redirected/,
    fix: /^Write publicUrl as the address/,
  },
  { of: "wants a login", answer: { status: 401 }, result: "fail", detail: /refused before/, fix: /without a login/ },
  { of: "takes GET alone", answer: { status: 405 }, result: "fail", detail: /only GET/, fix: /pass POST to \/u\// },
  { of: "is broken", answer: { status: 502 }, result: "fail", detail: /HTTP 502/, fix: /`paperboy serve`/ },
  {
    of: "is somebody else's",
    answer: { status: 404 },
    result: "fail",
    detail: /something else than Paperboy/,
    fix: /^Let the address lead to `paperboy serve`/,
  },
  {
    of: "is ours, and not encrypted",
    answer: { status: 404 },
    robots: OUR_ROBOTS,
    result: "warn",
    detail: /not encrypted/,
    fix: /https:\/\//,
  },
];

it.each(CASES)("an address to leave that $of", async ({ answer, robots, result, detail, fix }) => {
  const site = kept(await startSite({ [PATH]: answer, ...(robots && { "/robots.txt": robots }) }));
  const found = await examined("links.unsubscribe", { environment: { PAPERBOY_PUBLIC_URL: site.url } });
  expect(found.result).toBe(result);
  expect(found.detail).toMatch(detail);
  expect(found.fix).toMatch(fix);
  expect(site.requests[0]).toMatchObject({ method: "POST", path: PATH });
});

it("is content with an encrypted address that is ours", async () => {
  const asked: string[] = [];
  const links: Links = {
    publicUrl: "https://papers.example.org",
    unsubscribeAddress: null,
    mails: true,
    readers: {
      named: 0,
      storeAccess: {
        file: "x",
        keyFile: null,
        open: () => Promise.reject(new Error()),
        store: () => Promise.resolve({ absent: "none" }),
      },
    },
    ask: (url, { method }) => {
      asked.push(`${method} ${url}`);
      return Promise.resolve(method === "POST" ? { status: 404, body: "" } : { status: 200, body: OUR_ROBOTS.body });
    },
  };
  const found = await LINK_CHECKS.find(({ id }) => id === "links.unsubscribe")?.run(links);
  expect(found?.result).toBe("ok");
  expect(asked).toEqual([`POST https://papers.example.org${PATH}`, "GET https://papers.example.org/robots.txt"]);
});

it("names subscribers who could not leave", async () => {
  const home = freshHome();
  await paperboy(["subscribers", "add", "reader@example.com"], { home });
  const environment = { PAPERBOY_SMTP_URL: "smtp://127.0.0.1:9", PAPERBOY_FROM: FROM };
  expect(await examined("links.leave", { home, environment })).toMatchObject({
    result: "fail",
    detail: "there are 1 subscribers, and no way for them to leave: a run refuses to mail them",
    fix: "Set `publicUrl` (where `paperboy serve` is reached) or `unsubscribeAddress` (a mailbox that is read).",
  });
  const told = { ...environment, PAPERBOY_UNSUBSCRIBE_ADDRESS: "leave@example.org" };
  expect(await examined("links.leave", { home, environment: told })).toMatchObject({ result: "ok", detail: "by mail" });
});
