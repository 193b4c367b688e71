import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { composeMessage } from "../../../src/send/message/template.js";
import type { ReaderLinks } from "../../../src/send/message/headers.js";
import { CONTEXT, LETTER } from "./letters.js";

const LINK = "https://papers.example.org/u/abc=def?x=1&y=2";

const linksTo = (unsubscribeUrl: string) => ({
  ...CONTEXT,
  links: (): ReaderLinks => ({
    unsubscribeUrl,
    unsubscribeMailto: "mailto:stop@example.org",
    preferencesUrl: null,
  }),
});
const LINKS = linksTo(LINK);

const KINDS = [
  ["with characters to be encoded", LINK],
  ["without special characters", "https://papers.example.org/u/abc"],
  ["as long as a line", `https://papers.example.org/u/${"a".repeat(47)}`],
  ["longer than a line", `https://papers.example.org/u/${"a".repeat(48)}`],
] as const;

async function read(letter: { readonly html?: string; readonly text?: string }, context = LINKS) {
  const message = await composeMessage({ ...LETTER, ...letter }, { address: "you@example.com" }, context);
  return { message, mail: await PostalMime.parse(message.raw) };
}

describe.each(KINDS)("placeholders for a URL %s", (_, link) => {
  it.each([
    ["at the start", "{link:unsubscribe} and on"],
    ["at the end", "leave {link:unsubscribe}"],
    ["alone", "{link:unsubscribe}"],
    ["twice side by side", "{link:unsubscribe}{link:unsubscribe}"],
    ["after spaces", "leave:   {link:unsubscribe}   \nnext"],
    ["around line ends", "a\n{link:unsubscribe}\n\n{link:unsubscribe}\nb"],
    ["in a long line", `${"word ".repeat(40)}{link:unsubscribe}${" word".repeat(40)}`],
    ["next to equals signs", "a={link:unsubscribe}=b"],
    ["among dots", ".\n.{link:unsubscribe}\n."],
    ["in Chinese, which is sent as base64", `${"小模型学会等待。".repeat(30)}{link:unsubscribe}${"学会".repeat(50)}`],
    ["in Chinese, at every offset", `${"小".repeat(19)}{link:unsubscribe}待{link:unsubscribe}等待{link:unsubscribe}`],
  ])("are filled %s", async (_where, text) => {
    const { mail, message } = await read({ text, html: `<p title="${text}">${text}</p>` }, linksTo(link));
    expect(mail.text?.trimEnd()).toBe(text.replaceAll("{link:unsubscribe}", link).trimEnd());
    const escaped = link.replaceAll("&", "&amp;");
    expect(mail.html?.trimEnd()).toBe(
      `<p title="${text.replaceAll("{link:unsubscribe}", escaped)}">${text.replaceAll("{link:unsubscribe}", escaped)}</p>`,
    );
    expect(message.html).toBe(mail.html?.trimEnd());
    // A URL in the header is never folded.
    const [, ...body] = message.raw.toString("latin1").split("\r\n\r\n");
    const lines = body.join("\r\n\r\n").split("\r\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(78);
  });
});

describe("placeholders", () => {
  it("link to the mailbox when no site is configured", async () => {
    const { mail } = await read(
      { text: "leave: {link:unsubscribe}" },
      { ...LINKS, links: () => ({ ...LINKS.links(), unsubscribeUrl: null }) },
    );
    expect(mail.text?.trim()).toBe("leave: mailto:stop@example.org");
  });

  it("without a value are an error", async () => {
    await expect(read({ text: "{link:preferences}" })).rejects.toMatchObject({ code: "config-invalid" });
  });

  it("with an unknown name are left as text", async () => {
    const { mail } = await read({ text: "{link:other} {link:} {{link:unsubscribe}}" });
    expect(mail.text?.trim()).toBe(`{link:other} {link:} {${LINK}}`);
  });
});
