import { expect, it } from "vitest";
import { LINK_CHECKS } from "../../../src/ops/doctor/links.js";
import type { Links } from "../../../src/ops/doctor/links.js";
import { freshHome, paperboy } from "../../support/paperboy.js";
import { startSite } from "../../support/site.js";
import type { Reply } from "../../support/site.js";
import { runCheck, FROM, closeAfterTest } from "./setup.js";

const PATH = "/u/doctor-test-not-a-user";
const OUR_ROBOTS = { body: "User-agent: *\nDisallow: /c/\nDisallow: /p/\nDisallow: /u/\n" };

interface Case {
  readonly problem: string;
  readonly answer: Reply;
  readonly robots?: Reply;
  readonly result: string;
  readonly detail: RegExp;
  readonly fix: RegExp;
}

const CASES: readonly Case[] = [
  {
    problem: "redirects POST",
    answer: { status: 301, headers: { location: "https://example.org/" } },
    result: "fail",
    detail: /a POST is redirected/,
    fix: /^Set publicUrl to the URL/,
  },
  {
    problem: "requires a login",
    answer: { status: 401 },
    result: "fail",
    detail: /refused before/,
    fix: /without a login/,
  },
  {
    problem: "accepts only GET",
    answer: { status: 405 },
    result: "fail",
    detail: /POST is not allowed/,
    fix: /pass POST to \/u\//,
  },
  { problem: "answers 502", answer: { status: 502 }, result: "fail", detail: /HTTP 502/, fix: /`paperboy serve`/ },
  {
    problem: "belongs to another program",
    answer: { status: 404 },
    result: "fail",
    detail: /a program other than Paperboy/,
    fix: /^Route `publicUrl`/,
  },
  {
    problem: "belongs to Paperboy on this machine",
    answer: { status: 404 },
    robots: OUR_ROBOTS,
    result: "warn",
    detail: /address of this machine/,
    fix: /https:\/\//,
  },
];

it.each(CASES)("reports a publicUrl that $problem", async ({ answer, robots, result, detail, fix }) => {
  const site = closeAfterTest(await startSite({ [PATH]: answer, ...(robots && { "/robots.txt": robots }) }));
  const found = await runCheck("links.unsubscribe", { environment: { PAPERBOY_PUBLIC_URL: site.url } });
  expect(found.result).toBe(result);
  expect(found.detail).toMatch(detail);
  expect(found.fix).toMatch(fix);
  expect(site.requests[0]).toMatchObject({ method: "POST", path: PATH });
});

it("accepts an encrypted publicUrl of Paperboy", async () => {
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
    request: (url, { method }) => {
      asked.push(`${method} ${url}`);
      return Promise.resolve(method === "POST" ? { status: 404, body: "" } : { status: 200, body: OUR_ROBOTS.body });
    },
  };
  const found = await LINK_CHECKS.find(({ id }) => id === "links.unsubscribe")?.run(links);
  expect(found?.result).toBe("ok");
  expect(asked).toEqual([`POST https://papers.example.org${PATH}`, "GET https://papers.example.org/robots.txt"]);
});

it("fails when subscribers have no way to unsubscribe", async () => {
  const home = freshHome();
  await paperboy(["subscribers", "add", "reader@example.com"], { home });
  const environment = { PAPERBOY_SMTP_URL: "smtp://127.0.0.1:9", PAPERBOY_FROM: FROM };
  expect(await runCheck("links.leave", { home, environment })).toMatchObject({
    result: "fail",
    detail: "subscribers cannot unsubscribe (1 active), so runs refuse to mail them",
    fix: "Set `publicUrl` (the URL of `paperboy serve`) or `unsubscribeAddress` (a mailbox that `paperboy inbox` reads).",
  });
  const withAddress = { ...environment, PAPERBOY_UNSUBSCRIBE_ADDRESS: "leave@example.org" };
  expect(await runCheck("links.leave", { home, environment: withAddress })).toMatchObject({
    result: "ok",
    detail: "by mail",
  });
});
