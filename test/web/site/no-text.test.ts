import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { archiveModule } from "../../../src/web/archive/routes.js";
import { SUBSCRIPTION_MODULE } from "../../../src/web/site/app.js";
import { describeServed } from "../../store/postgres/servers.js";
import { BASE, openHarness, ORIGIN } from "./harness.js";
import type { Harness } from "./harness.js";

const ROUTES = [...SUBSCRIPTION_MODULE.routes, ...archiveModule().routes];

/** Percent-encoded bytes that are no text, or none that a database stores. */
const NO_TEXT = ["%00", "a%00b", "%ED%A0%80", "a%ED%BF%BFb", "%C0%80", "%FF"];

/** Every name that a route reads from a query, and of another one. */
const QUERY = ["q", "order", "page", "topic", "welcome", "saved", "other"];

/** Every field of the forms, and another one. */
const FIELDS = [
  "email",
  "comment",
  "csrf",
  "frequency",
  "include",
  "exclude",
  "abstracts",
  "limit",
  "language",
  "pause",
].concat(["until", "pictures", "do", "sure", "authors", "organizations", "votes", "code", "order", "revisit", "other"]);

const FORM = { origin: ORIGIN, "content-type": "application/x-www-form-urlencoded" };

interface Ask {
  readonly method: "GET" | "POST";
  readonly target: string;
  readonly body?: string;
}

/** Requests to every route with `text` in one part: in each parameter of the path, in the query, in the form. */
function asksWith(text: string, link: (path: string) => string): readonly Ask[] {
  return ROUTES.flatMap(({ method, path, needsOnlyLink }) => {
    const real = link(path).replace(/:name/, "days").replace(/:page/, "1").replace(/:id/, "2610.00001");
    const parameters = path.match(/:\w+/g) ?? [];
    const paths = [
      ...parameters.map((one) => link(path.replace(one, text)).replaceAll(/:\w+/g, "days")),
      `${real}${text}`,
    ];
    const queries = QUERY.map((name) => `${real}?${name}=${text}`).concat(`${real}?${text}=1`);
    const forms = FIELDS.map((name) => `${name}=${text}`).concat(`${text}=1`, text);
    const asks = [...paths, ...queries].map((target) => ({ method, target }));
    const posts = method === "POST" && !needsOnlyLink ? forms.map((body) => ({ method, target: real, body })) : [];
    return [...asks, ...posts];
  });
}

function testNoText(open: () => Promise<Harness>): void {
  let harness: Harness;
  let id = 0;
  beforeEach(async () => {
    harness = await open();
    ({ id } = await harness.reader("you@example.com"));
  });
  afterEach(() => harness.close());

  const link = (path: string): string => {
    const purpose = path.startsWith("/u/") ? "unsubscribe" : path.startsWith("/c/") ? "confirm" : "preferences";
    return path.includes(":token") ? harness.link(purpose, id) + path.replace(/^\/\w\/:token/, "") : `${BASE}${path}`;
  };

  it.each(NO_TEXT)("is refused with 400 or 404 by every route: %s", async (text) => {
    const answers: unknown[] = [];
    for (const { method, target, body } of asksWith(text, link)) {
      const { status } = await harness.request(
        method,
        target,
        method === "POST" ? { headers: FORM, body: body ?? "" } : {},
      );
      if (status !== 400 && status !== 404) answers.push([status, method, target, body]);
    }
    expect(answers).toEqual([]);
    expect(harness.log.filter((line) => line.includes("failed"))).toEqual([]);
    expect(await harness.store.subscribers.byId(id)).toMatchObject({ state: "active" });
  });

  it("is refused in a form of several parts", async () => {
    const headers = { origin: ORIGIN, "content-type": "multipart/form-data; boundary=x" };
    const body = '--x\r\nContent-Disposition: form-data; name="include"\r\n\r\na\0b\r\n--x--\r\n';
    for (const path of ["/subscribe", "/p/:token", "/p/:token/erase"]) {
      expect((await harness.request("POST", link(path), { headers, body })).status).toBe(400);
    }
    expect(harness.log.filter((line) => line.includes("failed"))).toEqual([]);
  });

  it("in the body of a one-click request does not keep it from ending the subscription", async () => {
    const { status } = await harness.request("POST", link("/u/:token"), { headers: FORM, body: "a=%00&%ED%A0%80" });
    expect(status).toBe(200);
    expect(await harness.store.subscribers.byId(id)).toMatchObject({ state: "gone" });
  });

  it("is not seen in text with percent signs, other scripts and emoji", async () => {
    for (const q of ["%2500", "100%25", "100%", "%E6%B7%B1%E5%BA%A6", "%F0%9F%9A%80", "caf%C3%A9+au+lait"]) {
      expect((await harness.get(`${BASE}/search?q=${q}`)).status).toBe(200);
    }
  });
}

describe("text that no database stores, on SQLite", () => {
  testNoText(() => openHarness());
});

describeServed("text that no database stores, on PostgreSQL", (served) => {
  testNoText(async () => openHarness({ store: await served.open() }));
});
