import { createHash, createPrivateKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Letter } from "../../../src/core/model.js";
import { composeMessage, type ComposeContext } from "../../../src/send/message/template.js";
import { loadDkimKey } from "../../../src/send/message/dkim.js";
import { openTemplate, renderMessage } from "../../../src/send/message/template.js";
import { CONTEXT, LETTER } from "./letters.js";

/** A fixed Ed25519 key (RFC 8410 section 7: a prefix, then the 32 bytes of the key). */
const ED25519 = createPrivateKey({
  key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, 9)]),
  format: "der",
  type: "pkcs8",
}).export({ type: "pkcs8", format: "pem" });

const RSA = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" });

const KEYS = [ED25519, RSA].map((pem, index) =>
  loadDkimKey({ domain: "example.org", selector: `k${index}`, privateKey: pem.toString() }),
);

const FULL: ComposeContext = {
  ...CONTEXT,
  replyTo: "help@example.org",
  listArchive: "https://papers.example.org/archive",
  dkim: KEYS,
  returnPath: ({ subscriberId = 0 }) => `b+${subscriberId}@bounces.example.org`,
  links: ({ subscriberId = 0 }) => ({
    unsubscribeUrl: `https://papers.example.org/u/${"t".repeat(20 + (subscriberId % 5))}?a=${subscriberId}&b=2`,
    unsubscribeMailto: `mailto:unsub@example.org?subject=${subscriberId}`,
    preferencesUrl:
      subscriberId === 2 ? "https://papers.example.org/p/=.=" : `https://papers.example.org/p/${subscriberId}`,
  }),
};

const SLOTS = "{link:unsubscribe}\n{link:preferences}";
const CHINESE = "小模型学会等待。";

/** Letters with one difficulty each; both parts contain the same text. */
const TEXTS: Readonly<Record<string, string>> = {
  plain: "Small models learn to wait",
  "a footer": `${"A sentence of an invented abstract.\n".repeat(900)}Leave: {link:unsubscribe}\nChange: {link:preferences}\n`,
  "links first": `${SLOTS} and on`,
  "links next to each other": "{link:unsubscribe}{link:preferences}{link:unsubscribe}",
  "links after spaces": "leave:   {link:unsubscribe}   \nnext  \t {link:preferences}\t\n\n",
  "links around line ends": `a\r\n${SLOTS}\r\n\r\n{link:unsubscribe}\nb\rc`,
  "links in a long line": `${"word ".repeat(40)}{link:unsubscribe}${" word".repeat(40)}`,
  "equals signs": "a={link:unsubscribe}=b",
  dots: ".\n..\n.{link:unsubscribe}\n.\n{link:preferences}.\n",
  "many dots": `${".\n".repeat(300)}.{link:unsubscribe}`,
  "blank lines at the end": `text {link:unsubscribe}\n\n\n  \n\t\n\n`,
  empty: "",
  "only blank lines": "\n\n \n",
  Chinese: `${CHINESE.repeat(90)}{link:unsubscribe}${CHINESE.repeat(50)}`,
  "Chinese with links next to each other": `${"小".repeat(19)}{link:unsubscribe}待{link:preferences}等待{link:unsubscribe}`,
  "Chinese without links": CHINESE.repeat(200),
  accents: "Über große Modelle 🗞️ 👩‍🔬 {link:unsubscribe}\n",
};

const READERS = [
  { address: "you@example.com" },
  { address: "reader2@example.com", subscriberId: 2 },
  { address: "jürgen@bücher.example", subscriberId: 41 },
];

/** Hashes a message without the value of its RSA signature, since the RSA key is new in each run. */
function hashOf(raw: Buffer): string {
  const text = raw.toString("latin1").replaceAll(/(a=rsa-sha256[^]*? b=)[^:]*(?=\r\n\S)/g, "$1");
  return createHash("sha256").update(text, "latin1").digest("hex").slice(0, 16);
}

async function hashesOf(letter: Partial<Letter>, context: ComposeContext): Promise<string> {
  const messages = READERS.map((reader) => composeMessage({ ...LETTER, ...letter }, reader, context));
  const made = await Promise.all(messages);
  const html = createHash("sha256")
    .update(made.map((message) => message.html).join("\0"))
    .digest("hex");
  return [...made.map(({ raw }) => hashOf(raw)), html.slice(0, 16)].join(" ");
}

// Receivers drop a second copy by its Message-ID and bytes, so a new version must compose the same messages of an old edition.
describe("the wire form of a message", () => {
  it.each(Object.keys(TEXTS))("is the message with stuffed dots: %s", async (name) => {
    for (const reader of READERS) {
      const text = TEXTS[name] ?? "";
      const { raw, wire } = await composeMessage({ ...LETTER, text, html: text }, reader, FULL);
      const sent = Buffer.concat([...(wire?.pieces ?? []), Buffer.from("\r\n")]).toString("latin1");
      expect(sent).toBe(raw.toString("latin1").replaceAll("\r\n.", "\r\n.."));
      expect(wire?.size).toBe(raw.length);
    }
  });

  it("shares its long parts with the other messages of its letter", async () => {
    const text = TEXTS["a footer"] ?? "";
    const template = openTemplate({ ...LETTER, text, html: text }, FULL);
    const one = await renderMessage(template, { address: "a@example.com" });
    const two = await renderMessage(template, { address: "b@example.com" });
    const own = two.wire?.pieces.filter((piece) => !one.wire?.pieces.includes(piece)) ?? [];
    // The bytes copied for one reader: header, signatures, links.
    expect(own.reduce((sum, piece) => sum + piece.length, 0)).toBeLessThan(6000);
    expect(two.wire?.size).toBeGreaterThan(60_000);
  });
});

describe("the bytes of a message stay the same between versions", () => {
  it("without signatures and links", async () => {
    expect(await hashesOf({}, CONTEXT)).toMatchInlineSnapshot(
      `"39ebebe6baacdbc8 921f30604987d435 9b57f55d82f9578e f43c4a6fc6e44364"`,
    );
  });

  it("with two signatures and links", async () => {
    const all: Record<string, string> = {};
    for (const [name, text] of Object.entries(TEXTS))
      all[name] = await hashesOf({ text, html: `<p>${text}</p>` }, FULL);
    expect(all).toMatchInlineSnapshot(`
      {
        "Chinese": "0cd0ce171569b27d 68329d879e4c23e4 c36c02eca34ff524 f57a41615cd14ffc",
        "Chinese with links next to each other": "964ef735605019ff 088de5d2bd8203f1 7b0e80452e429ede bebf2955ac725040",
        "Chinese without links": "b26ca3df1c12069a 8ba91304c18cb6b7 485f2ecec3e0d850 4705ca760df0a9ab",
        "a footer": "dc20111b03a4164a 4913eb761ba0cefe efc56844ceabe149 e0a4aed38e6a7cd8",
        "accents": "7fa175b70e40ad65 124936a6cfddf5f3 d111d5ebfdcf6dbd 4cce93203c0803e9",
        "blank lines at the end": "4c9fa44b7c49d2dd 14ac4a72c35d49c0 3888b042a7c2ffeb bc9a23495566646a",
        "dots": "982f0be9e143271d ff5e211e90f5975b 2e82dd55ae0dd015 53585ea3214f2e6b",
        "empty": "95275acee3d9daeb 4f0f1db8570f7da2 da80e2a56a9db61f c48f636b35bb7689",
        "equals signs": "7b698134664e4fc3 82d28ae9f3dbac9c d51c753cab21d62c 3009a0f555db871a",
        "links after spaces": "a45e38c5befe675b e831b7bab87c9643 0b9fef1a41ef0c61 127f43783f11aabe",
        "links around line ends": "25c0907e4b4df948 01f44b632b596586 b52bcee6095f8941 31dd4ad3cb3872ab",
        "links first": "ddd25007b4e30c04 5864263436373097 63d73e5e53db0205 f8c2abeef78c3082",
        "links in a long line": "8360dfc976b0a65c 36a660fd5ba7aa53 0cdaf8c01abdc109 2d4fa84162183b4b",
        "links next to each other": "bdfc9312af21e90f 419766234adeb2ec b0beeeec6554495d 0c988c93ae71ee63",
        "many dots": "0bfe40f70b1c8f9f 575eb0457c182deb 16a32c510dad0847 3c6c995936e9b7f5",
        "only blank lines": "615c31862776ceab 7f0c9879205437c5 9217d68ba1061ff1 2ec8528ba92e178b",
        "plain": "f630329a36d00c7c 579f3dda8835dede e25d77b6b25d1bc2 d1a958df027cf3d5",
      }
    `);
  });

  it("with links in the HTML only", async () => {
    const all: Record<string, string> = {};
    for (const [name, html] of Object.entries(TEXTS)) all[name] = await hashesOf({ html }, { ...FULL, dkim: [] });
    expect(all).toMatchInlineSnapshot(`
      {
        "Chinese": "4c93b9b731f8b32a ccf9456dea7babfb 7dd7b3c64000715e d2c144178567de99",
        "Chinese with links next to each other": "d5060ac0f40554ab fc0ef0952ef4ada5 918ae28001396b22 24d263c59025599e",
        "Chinese without links": "b006083f374bfb4f 5d383bfc35b374ae bf4a04b87b045fe7 e020ca608cfe0a5d",
        "a footer": "9b6c11d045e0816e 1742b5c5035dc5c3 860f6710e8df69c1 7300acb5dd74dfc1",
        "accents": "1484cf86dfdcd6db 8bf54ee1d354a979 aa5c82a1bf73d987 0326da2e7af65563",
        "blank lines at the end": "41c84b44f5f21021 1e48e8cd5bd17022 3106a204a90072e4 2dc2ff59b7581bc5",
        "dots": "1d0791ba1b9fc948 d1afa29de59ca1cd 9bc0950c13a14970 7263a1d30806a865",
        "empty": "9d4e0c4f1752cfbe f85249a12683f16a f0eedd239a0b6819 96a296d224f285c6",
        "equals signs": "c3593078b4347708 a9d56eb3dd66719a 4b7898da3c5bed0c 668abf9af298f7f8",
        "links after spaces": "890d149a875ecc73 671f90b9268959c7 fbfc564e1a4843a7 917a76bafdf300b2",
        "links around line ends": "f064e845d5fdeeca dfcc8ece582c5edf f0c5730b45e4a64e 9d5b060d90d04282",
        "links first": "39ea6f1ba24b3e41 439fd9a2c1ec7919 242b0d1248c6a59a bfae8c0d2d9907cb",
        "links in a long line": "d71b971e20476a81 51b8679ed1c48bd3 dc18f7a74c766363 7a6c2fc9f78b0e25",
        "links next to each other": "4fe530a8d213592b c9b91d471222feac f8226e2808cc5385 39409f8f6362b25e",
        "many dots": "c3046300798e9858 f0f0137baf0a70b7 ae7719bad115eab0 f738cd5be5fdd42a",
        "only blank lines": "ebc916f89f62211c adf7fd4ca5271b7f 3d96ed8bd0d8d6ef 734dc0d0c66fedbb",
        "plain": "dc388fbae83ff2d9 1cef250a27c545c9 5c2e765de955f079 eaffacb35b87d55f",
      }
    `);
  });

  it("of a test letter to a provider that rewrites header fields", async () => {
    expect(await hashesOf({}, { ...FULL, test: true, rewritten: ["date", "message-id"] })).toMatchInlineSnapshot(
      `"22676c16f0621658 61c60d89a93e3b55 bf04f029a15294d6 f43c4a6fc6e44364"`,
    );
  });
});
