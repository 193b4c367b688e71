import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Digest, Paper } from "../../../src/core/model.js";
import { payloadFor } from "../../../src/send/webhook/payload.js";
import type { PushTarget } from "../../../src/send/webhook/target.js";
import { openNotices } from "../../../src/render/notice.js";
import { DEFAULT_BRANDING } from "../../../src/render/renderer.js";
import { makeDigest, makePaper, makePapers } from "../../support/papers-model.js";

const TARGETS = {
  webhook: { kind: "webhook", url: "https://example.com/hook" },
  slack: { kind: "slack", url: "https://example.com/slack" },
  telegram: { kind: "telegram", url: "https://example.com", token: `1:${"a".repeat(30)}`, chat: "-100" },
} as const satisfies Record<string, PushTarget>;

interface Options {
  readonly archiveUrl?: string;
  readonly templatesDir?: string;
}

function payload(target: PushTarget, digest: Digest, { archiveUrl, templatesDir = "" }: Options = {}): unknown {
  const notices = openNotices({ templatesDir: templatesDir === "" ? null : templatesDir, branding: DEFAULT_BRANDING });
  const write = notices(digest, archiveUrl === undefined ? {} : { archiveUrl });
  return JSON.parse(payloadFor(target, { papers: digest.kept.length, write }));
}

const of = (...papers: readonly Partial<Paper>[]): Digest => makeDigest(papers.map((parts) => makePaper(parts)));

interface Slack {
  readonly text: string;
  readonly blocks: readonly {
    readonly type: string;
    readonly text?: { readonly text: string };
    readonly elements?: readonly { readonly text: string }[];
  }[];
}
const slack = (digest: Digest, options?: Options) => payload(TARGETS.slack, digest, options) as Slack;
const telegram = (digest: Digest, options?: Options) => payload(TARGETS.telegram, digest, options) as { text: string };

function templates(name: string, text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "paperboy-push-"));
  mkdirSync(path.join(folder, "push"));
  writeFileSync(path.join(folder, "push", name), text);
  return folder;
}

describe("the message to a webhook", () => {
  it("contains the edition and its papers, with null for unknown values", () => {
    const digest = of(
      {},
      { id: "2603.00002", title: "Second", abstract: null, codeUrl: null, upvotes: null, authors: [] },
    );
    const message = payload(TARGETS.webhook, digest) as Record<string, unknown>;
    expect(message).toMatchObject({
      version: 1,
      test: false,
      edition: { id: digest.edition.id, kind: "day" },
      total: 2,
      left: 0,
    });
    expect(message["papers"]).toMatchObject([
      { rank: 1, id: "2603.01234", upvotes: 42, authors: ["Ada Quill", "Bo Inkwell", "Cy Vellum", "Di Foolscap"] },
      { rank: 2, id: "2603.00002", title: "Second", abstract: null, codeUrl: null, upvotes: null, authors: [] },
    ]);
  });

  it("contains text from the page unchanged", () => {
    const title = 'A "quoted" \\ title </script> \u2028 {{left}} & more';
    const message = payload(TARGETS.webhook, of({ title, keywords: ['"', "\\"] })) as { papers: object[] };
    expect(message.papers).toMatchObject([{ title, keywords: ['"', "\\"] }]);
  });

  it("contains only http and https links", () => {
    const hostile = of({
      url: "javascript:alert(1)",
      codeUrl: 'https://x.example/"><script>',
      pdfUrl: "file:///etc/passwd",
    });
    expect(payload(TARGETS.webhook, hostile)).toMatchObject({ papers: [{ url: null, codeUrl: null, pdfUrl: null }] });
  });
});

describe("the message to Slack", () => {
  it("has a header, and a section with a link for each paper", () => {
    const { text, blocks } = slack(of({}));
    expect(text).toBe("Paperboy: Monday, 9 March 2026, 1 paper");
    expect(blocks.map(({ type }) => type)).toEqual(["section", "section"]);
    expect(blocks[1]?.text?.text).toMatch(
      /^1\. <https:\/\/huggingface\.co\/papers\/2603\.01234\|Lantern: .*> · 42 votes\nAda/,
    );
  });

  it("contains no mention or link that text from a page asks for", () => {
    const { blocks } = slack(
      of({ title: "<!channel> & <https://evil.example|here>\nx", url: "https://example.org/a|b" }),
    );
    const [first = ""] = (blocks[1]?.text?.text ?? "").split("\n");
    expect(first).toContain("<https://example.org/a%7Cb|&lt;!channel&gt; &amp; &lt;https://evil.example|here&gt; x>");
  });

  it("has at most 50 blocks, and says how many papers are left out and where they are", () => {
    const { blocks } = slack(makeDigest(makePapers(120)), { archiveUrl: "https://papers.example.org/archive/x" });
    expect(blocks).toHaveLength(50);
    expect(blocks.at(-1)?.elements).toEqual([
      { type: "mrkdwn", text: "<https://papers.example.org/archive/x|and 72 more papers>" },
    ]);
  });

  it("has no section of more than 3,000 characters", () => {
    const folder = templates(
      "slack.json.hbs",
      '{"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "{{#each papers}}{{title}}\\n{{/each}}{{#if left}}{{left.note}}{{/if}}"}}]}',
    );
    const { blocks } = slack(makeDigest(makePapers(120)), { templatesDir: folder });
    const text = blocks[0]?.text?.text ?? "";
    expect(text.length).toBeLessThanOrEqual(3_000);
    expect(text.length).toBeGreaterThan(2_900);
    expect(text).toMatch(/and \d+ more papers$/);
  });
});

describe("the message to Telegram", () => {
  it("is HTML with a link for each paper, addressed to the chat", () => {
    const message = payload(TARGETS.telegram, of({})) as Record<string, unknown>;
    expect(message).toEqual({
      chat_id: "-100",
      parse_mode: "HTML",
      link_preview_options: { is_disabled: true },
      text:
        "<b>Paperboy: Monday, 9 March 2026</b>\n1 paper\n\n" +
        '1. <a href="https://huggingface.co/papers/2603.01234">Lantern: Reading Long Letters by Lamplight</a> (42 votes)',
    });
  });

  it("contains no markup from a page", () => {
    const { text } = telegram(of({ title: '</a><b>&"\u202efake', url: "https://example.org/?a=1&b=2" }));
    expect(text).toContain('<a href="https://example.org/?a=1&amp;b=2">&lt;/a&gt;&lt;b&gt;&amp;&quot; fake</a>');
  });

  it("has at most 4,096 visible characters and 100 entities, and says what is left out", () => {
    const papers = makePapers(200, { title: "Lantern & Lamp: ".repeat(8) });
    const { text } = telegram(makeDigest(papers), { archiveUrl: "https://papers.example.org/archive/x" });
    const seen = text.replaceAll(/<[^>]+>/g, "").replaceAll("&amp;", "&");
    expect(seen.length).toBeLessThanOrEqual(4_096);
    expect(seen.length).toBeGreaterThan(3_800);
    expect(text).toMatch(/<a href="https:\/\/papers\.example\.org\/archive\/x">and 1\d\d more papers<\/a>$/);
    const many = telegram(makeDigest(makePapers(200, { title: "L" })));
    expect(many.text.match(/<[a-z]/g)).toHaveLength(100);
  });
});

describe("an operator's template", () => {
  it("replaces the built-in one", () => {
    const folder = templates("telegram.hbs", "{{#each papers}}{{title}}{{/each}}");
    expect(telegram(of({ title: "A < B" }), { templatesDir: folder }).text).toBe("A &lt; B");
  });

  it.each([
    ["invalid JSON", "slack.json.hbs", "{{name}}", /slack\.json\.hbs: its output is not valid JSON/],
    ["JSON that is not an object", "webhook.json.hbs", "12", /webhook\.json\.hbs: its output is not valid JSON/],
    ["output that is too large without papers", "telegram.hbs", "x".repeat(5_000), /too large for telegram/],
    ["raw output", "telegram.hbs", "{{{name}}}", /raw output/],
    ["a name that does not exist", "telegram.hbs", "{{#if nmae}}x{{/if}}", /nmae/],
  ])("is refused with %s", (_, name, text, message) => {
    const kind = name.split(".")[0] as "webhook" | "slack" | "telegram";
    const attempt = () => payload(TARGETS[kind], of({}), { templatesDir: templates(name, text) });
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(expect.objectContaining({ code: "config-invalid" }));
  });
});
