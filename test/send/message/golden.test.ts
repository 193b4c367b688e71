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
  feedbackId: "paperboy",
  listHelp: "https://papers.example.org/help",
  listOwner: "mailto:owner@example.org",
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

const SLOTS = "{slot:unsubscribe}\n{slot:preferences}";
const CHINESE = "小模型学会等待。";

/** Letters with one difficulty each; both parts contain the same text. */
const TEXTS: Readonly<Record<string, string>> = {
  plain: "Small models learn to wait",
  "a footer": `${"A sentence of an invented abstract.\n".repeat(900)}Leave: {slot:unsubscribe}\nChange: {slot:preferences}\n`,
  "slots first": `${SLOTS} and on`,
  "slots side by side": "{slot:unsubscribe}{slot:preferences}{slot:unsubscribe}",
  "slots after spaces": "leave:   {slot:unsubscribe}   \nnext  \t {slot:preferences}\t\n\n",
  "slots around line ends": `a\r\n${SLOTS}\r\n\r\n{slot:unsubscribe}\nb\rc`,
  "slots in a long line": `${"word ".repeat(40)}{slot:unsubscribe}${" word".repeat(40)}`,
  "equals signs": "a={slot:unsubscribe}=b",
  dots: ".\n..\n.{slot:unsubscribe}\n.\n{slot:preferences}.\n",
  "many dots": `${".\n".repeat(300)}.{slot:unsubscribe}`,
  "blank lines at the end": `text {slot:unsubscribe}\n\n\n  \n\t\n\n`,
  empty: "",
  "only blank lines": "\n\n \n",
  Chinese: `${CHINESE.repeat(90)}{slot:unsubscribe}${CHINESE.repeat(50)}`,
  "Chinese with slots side by side": `${"小".repeat(19)}{slot:unsubscribe}待{slot:preferences}等待{slot:unsubscribe}`,
  "Chinese without slots": CHINESE.repeat(200),
  accents: "Über große Modelle 🗞️ 👩‍🔬 {slot:unsubscribe}\n",
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

  it("shares its long parts with the other messages of its letter", () => {
    const text = TEXTS["a footer"] ?? "";
    const template = openTemplate({ ...LETTER, text, html: text }, FULL);
    const [one, two] = [
      renderMessage(template, { address: "a@example.com" }),
      renderMessage(template, { address: "b@example.com" }),
    ];
    const own = two.wire?.pieces.filter((piece) => !one.wire?.pieces.includes(piece)) ?? [];
    // The bytes copied for one reader: header, signatures, links.
    expect(own.reduce((sum, piece) => sum + piece.length, 0)).toBeLessThan(6000);
    expect(two.wire?.size).toBeGreaterThan(60_000);
  });
});

describe("the bytes of a message stay the same between versions", () => {
  it("without signatures and links", async () => {
    expect(await hashesOf({}, CONTEXT)).toMatchInlineSnapshot(
      `"098cb42b05759eba 37c07de9e95644cc 2cae20ab2aa38562 f43c4a6fc6e44364"`,
    );
  });

  it("with two signatures and links", async () => {
    const all: Record<string, string> = {};
    for (const [name, text] of Object.entries(TEXTS))
      all[name] = await hashesOf({ text, html: `<p>${text}</p>` }, FULL);
    expect(all).toMatchInlineSnapshot(`
      {
        "Chinese": "2e39fdbfb505dc75 2f995d119fff1be3 860cf8f6538b4418 f57a41615cd14ffc",
        "Chinese with slots side by side": "d679e246af07d457 f1db6a4da7465f26 51af305c692cdfcb bebf2955ac725040",
        "Chinese without slots": "977f85d362cc5dd1 3d1b16b67b4c335d 533f688cb0f2198f 4705ca760df0a9ab",
        "a footer": "266dad9e225f71b6 b1a27c75250fef41 a3e47c54aac0d0f5 e0a4aed38e6a7cd8",
        "accents": "4c91b19733c1462d af35a08e633549ed 19e0ea40079d5ef6 4cce93203c0803e9",
        "blank lines at the end": "2ac39c4aed5b8773 374fa778f6777148 21a6331871557f6a bc9a23495566646a",
        "dots": "7731206ee41ee300 185068eaf80874dc e531632611de7c1b 53585ea3214f2e6b",
        "empty": "40fcdc4efd6c8cac 447c1c835fb2a03d af94407aa1f8f8b0 c48f636b35bb7689",
        "equals signs": "870fdf1bd022afb7 73ad2320205faabd 029836c83cf782ca 3009a0f555db871a",
        "many dots": "a5b62cbb7d66eb5d 37e02353497e7033 5ca1e8c684443760 3c6c995936e9b7f5",
        "only blank lines": "c2cdc294c9301d69 9f0a01fced9594ea eff624d0eff95f96 2ec8528ba92e178b",
        "plain": "f71776f8964188d4 f2a4274ba3bf64b3 c58730ea75e075f5 d1a958df027cf3d5",
        "slots after spaces": "3f6d7d95f1bad7ad bede6908c3cd3bc0 2953647942bbb898 127f43783f11aabe",
        "slots around line ends": "8a6ec0c77bd05a74 82ab14e93c993410 016dc5750fb7c23a 31dd4ad3cb3872ab",
        "slots first": "5219bd9ad261a60d 202b7e1afb6f7569 c949018a829c83af f8c2abeef78c3082",
        "slots in a long line": "f627a4c1d219a241 5f958fa4c272edd1 87edae35ce87de08 2d4fa84162183b4b",
        "slots side by side": "460ce61436747dbf 918ba48a3f55884b 0d57a60a501e669a 0c988c93ae71ee63",
      }
    `);
  });

  it("with links in the HTML only", async () => {
    const all: Record<string, string> = {};
    for (const [name, html] of Object.entries(TEXTS)) all[name] = await hashesOf({ html }, { ...FULL, dkim: [] });
    expect(all).toMatchInlineSnapshot(`
      {
        "Chinese": "c2d795b8b72d937a de50790e59eff228 6535438d802447b3 d2c144178567de99",
        "Chinese with slots side by side": "5913717d8d85ff56 f756e31d9d4d69d9 31618e35d18c1a1c 24d263c59025599e",
        "Chinese without slots": "9c08c291d9c703a3 7ed04f178071a78a 211fe0614c25be7e e020ca608cfe0a5d",
        "a footer": "db6f020e6bc955e6 adba4b078d4f1950 40438314a1157051 7300acb5dd74dfc1",
        "accents": "3dcd201aa4957628 a6a09d2a3c81bdd0 dc4426a049fef038 0326da2e7af65563",
        "blank lines at the end": "ac239beed92b51f3 da7efdd24162fa77 9a8adde5f326e792 2dc2ff59b7581bc5",
        "dots": "0ef20ab5194b8d79 d78739c8e6a195e9 86dc0b4e642be1d2 7263a1d30806a865",
        "empty": "1d5b51987eb3135f 01f7b90ed2a6b67f b2c124f89132c878 96a296d224f285c6",
        "equals signs": "e50d5740b2430286 f9a21a50ab3fccea 1349d61d3d7e47e1 668abf9af298f7f8",
        "many dots": "63541693e1d85a91 209087cbdba19d41 3d3024b18dfdb331 f738cd5be5fdd42a",
        "only blank lines": "e4c680978677443d ff8524186fe7db1a 93a870c33b3bcf68 734dc0d0c66fedbb",
        "plain": "ea4a088d4b839656 3b61e44036f8ca52 7a2dec08af60668a eaffacb35b87d55f",
        "slots after spaces": "0802a976b339d1d0 19110bb16c729aa2 8babb4a4a52ebb85 917a76bafdf300b2",
        "slots around line ends": "7d720009c63ae100 e563a78819d6bd11 5297b1568aa003a6 9d5b060d90d04282",
        "slots first": "fbda5c0477a3915a be41c975d0e98bc6 3b29f91507ac29f0 bfae8c0d2d9907cb",
        "slots in a long line": "a201bc7c490df1cc 3400a34eff38c633 cddb4f5331078466 7a6c2fc9f78b0e25",
        "slots side by side": "e10ba80f9563d3af 4bf301d4b93edf79 ec8e3c2d0f4c9be3 39409f8f6362b25e",
      }
    `);
  });

  it("of a test letter to a provider that rewrites header fields", async () => {
    expect(await hashesOf({}, { ...FULL, test: true, rewritten: ["date", "message-id"] })).toMatchInlineSnapshot(
      `"674141988225e80b 4377e51eeb31a599 78b7ce3632234622 f43c4a6fc6e44364"`,
    );
  });
});
