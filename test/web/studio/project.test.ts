import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Edition, Letter } from "../../../src/core/model.js";
import { parseSource } from "../../../src/fetch/sources.js";
import { DEFAULT_VIEW } from "../../../src/rank/view.js";
import { createRenderer, DEFAULT_BRANDING } from "../../../src/render/renderer.js";
import { parseAddress } from "../../../src/send/message/address.js";
import { createStudioParts, memoizeAsync } from "../../../src/web/studio/project.js";
import type { CurrentConfig, StudioProject } from "../../../src/web/studio/project.js";
import { paper } from "../../rank/papers.js";
import { freshHome, projectRoot } from "../../support/paperboy.js";

const NOW = new Date("2026-10-05T07:00:00Z");
const EDITION: Edition = {
  id: "day:2026-10-02",
  source: "2026-10-02",
  kind: "day",
  date: "2026-10-02",
  url: "https://example.org/papers/date/2026-10-02",
  format: "data",
  early: false,
  papers: [paper({ id: "2610.00001", title: "Harbour maps" })],
};

interface Calls {
  read: number;
  readonly sent: string[];
}

const messageTo = (to: string) => ({ raw: Buffer.from(""), to, from: "digest@example.org", messageId: "<1@x>" });

/** A project in memory: one edition, a fixed configuration, and a log of what was read and sent. */
function projectWith(config: Partial<CurrentConfig> = {}, directory = freshHome()) {
  const calls: Calls = { read: 0, sent: [] };
  const current: CurrentConfig = {
    theme: undefined,
    to: [],
    templates: undefined,
    view: () => Promise.resolve(DEFAULT_VIEW),
    renderer: () => Promise.resolve(createRenderer({ templatesDir: null, branding: DEFAULT_BRANDING })),
    checkOptions: (readers) => ({ allowedHosts: [], allowedAddresses: [], readers, unsubscribe: "none" }),
    parseAddress,
    compose: (_letter, to) => Promise.resolve(messageTo(to) as never),
    send: ({ to }) => {
      calls.sent.push(to);
      return Promise.resolve({ state: "sent", detail: "250 OK" } as never);
    },
    ...config,
  };
  const project: StudioProject = {
    home: directory,
    directory,
    source: (text) =>
      parseSource(text, { site: "https://example.org", now: NOW, exists: () => text.endsWith(".html") }),
    readEdition: () => {
      calls.read += 1;
      return Promise.resolve(EDITION);
    },
    withRevisit: () => Promise.resolve(null),
    likedBy: () => Promise.resolve([]),
    withConfig: (use) => use(current),
  };
  return { project, calls };
}

describe("createStudioParts", () => {
  it("starts with the given source and theme, or with yesterday and the default theme", async () => {
    const { project } = projectWith();
    const given = await createStudioParts(project, { source: "trending", theme: "compact" });
    expect(await given.start()).toEqual({ source: "trending", theme: "compact", view: DEFAULT_VIEW });
    const none = await createStudioParts(project, {});
    expect(await none.start()).toMatchObject({ source: "yesterday", theme: DEFAULT_BRANDING.theme });
  });

  it("starts with the example page in this repository", async () => {
    const parts = await createStudioParts(projectWith({}, projectRoot).project, {});
    expect((await parts.start()).source).toBe(path.join("fixtures", "pages", "daily.html"));
  });

  it("reads an edition once for all views", async () => {
    const { project, calls } = projectWith();
    const parts = await createStudioParts(project, { source: "2026-10-02" });
    expect((await parts.compose("2026-10-02", DEFAULT_VIEW)).kept).toHaveLength(1);
    const other = await parts.compose("2026-10-02", { ...DEFAULT_VIEW, include: ["no such topic"] });
    expect(other.kept).toEqual([]);
    expect(calls.read).toBe(1);
  });

  it("adds example papers to an edition that cannot have a revisit", async () => {
    const parts = await createStudioParts(projectWith().project, { source: "2026-10-02" });
    const { revisit } = await parts.compose("2026-10-02", { ...DEFAULT_VIEW, revisit: 2 });
    expect(revisit?.kept.map(({ paper: { title } }) => title)).toEqual([
      expect.stringContaining("Studio Example"),
      expect.stringContaining("Studio Example"),
    ]);
  });

  it("opens pages of the site but refuses other files", async () => {
    const { project } = projectWith();
    const parts = await createStudioParts(project, { source: "2026-10-02" });
    expect((await parts.compose("2026-10-01", DEFAULT_VIEW)).edition.papers).toHaveLength(1);
    await expect(parts.compose("/etc/secret.html", DEFAULT_VIEW)).rejects.toMatchObject({ code: "usage" });
  });

  it("mails a test letter to one valid address only", async () => {
    const { project, calls } = projectWith();
    const parts = await createStudioParts(project, { source: "2026-10-02" });
    const digest = await parts.compose("2026-10-02", DEFAULT_VIEW);
    const letter: Letter = (await parts.renderer("comfortable")).letter(digest);
    await expect(parts.send(letter, digest, "me@example.com, you@example.com")).rejects.toMatchObject({
      code: "usage",
    });
    expect(calls.sent).toEqual([]);
    expect(await parts.send(letter, digest, " me@example.com ")).toMatchObject({ state: "sent" });
    expect(calls.sent).toEqual(["me@example.com"]);
  });

  it("sends no letter that fails a check", async () => {
    const { project, calls } = projectWith();
    const parts = await createStudioParts(project, { source: "2026-10-02" });
    const digest = await parts.compose("2026-10-02", DEFAULT_VIEW);
    const letter = { ...(await parts.renderer("comfortable")).letter(digest), subject: "" };
    await expect(parts.send(letter, digest, "me@example.com")).rejects.toMatchObject({ code: "config-invalid" });
    expect(calls.sent).toEqual([]);
  });

  it("watches the built-in templates and the configuration when the configuration is invalid", async () => {
    const { project } = projectWith();
    const broken = { ...project, withConfig: () => Promise.reject(new Error("invalid")) };
    const parts = await createStudioParts(broken, { source: "2026-10-02" });
    expect((await parts.watched()).map(({ folder }) => folder)).toEqual([expect.any(String), project.home]);
  });
});

it("memoizeAsync tries again after a failure", async () => {
  let calls = 0;
  const work = memoizeAsync(String, (text: string) => {
    calls += 1;
    return calls === 1 ? Promise.reject(new Error("failed")) : Promise.resolve(text);
  });
  await expect(work("a")).rejects.toThrow("failed");
  expect([await work("a"), await work("a")]).toEqual(["a", "a"]);
  expect(calls).toBe(2);
});
