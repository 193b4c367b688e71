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
      `"861ba3c0142e056d b708e65a3ef015b6 a2104703c9a4bdd9 f43c4a6fc6e44364"`,
    );
  });

  it("with two signatures and links", async () => {
    const all: Record<string, string> = {};
    for (const [name, text] of Object.entries(TEXTS))
      all[name] = await hashesOf({ text, html: `<p>${text}</p>` }, FULL);
    expect(all).toMatchInlineSnapshot(`
      {
        "Chinese": "22d759440d861659 1e15427b47288c2f d99bd79cbf1c04bc f57a41615cd14ffc",
        "Chinese with slots side by side": "46910aaa7b8550c6 b444aaec55381339 c22c380bf01ebe6b bebf2955ac725040",
        "Chinese without slots": "6649beeb0635be3b c1b830a94a1c9ea7 3a5e60171b73dcf2 4705ca760df0a9ab",
        "a footer": "21fd22e6733ad074 d0684e8eb31896c0 378c5981d7441e49 e0a4aed38e6a7cd8",
        "accents": "919a9a6441d76907 79034918ed502340 d93cd602c7b230fa 4cce93203c0803e9",
        "blank lines at the end": "4cc0d771becd0f6f bc412174e38ffdf1 37a6960e37c78264 bc9a23495566646a",
        "dots": "cfad1ebe841601d5 3112a8a79834e40c 5acc606d01b1a0a1 53585ea3214f2e6b",
        "empty": "577261bb038dd40d f337ac177a47edc6 fa136e7c9077251d c48f636b35bb7689",
        "equals signs": "a9c17c97799fc9a1 3ad0fba718b0ad94 c99e8700a37ceeab 3009a0f555db871a",
        "many dots": "4e098603a1ae5939 710478fcfa9db889 196b81abdab94236 3c6c995936e9b7f5",
        "only blank lines": "c6bd2499167c96fb aecb1ed1c7c5a5f3 7cce51aff26b0dbf 2ec8528ba92e178b",
        "plain": "c4792f349e42a340 2988164380f013f4 088538cd40d8c624 d1a958df027cf3d5",
        "slots after spaces": "b85bee561d7edd48 3ec1beaa973961bf c826a35563b920c5 127f43783f11aabe",
        "slots around line ends": "1aefaa508e8dd057 6cd97506b6183e42 6ce48cd9e79856a7 31dd4ad3cb3872ab",
        "slots first": "f4cde7e03cf582e3 c4bf6b9b2692d136 184ecc5c4547426f f8c2abeef78c3082",
        "slots in a long line": "48afe15822aecc72 68eb4e633f0d5711 ee03698c186dbb33 2d4fa84162183b4b",
        "slots side by side": "d673ba7c12cbe1ee bc82ee0d20842f7b 79db0c0d9e303a64 0c988c93ae71ee63",
      }
    `);
  });

  it("with links in the HTML only", async () => {
    const all: Record<string, string> = {};
    for (const [name, html] of Object.entries(TEXTS)) all[name] = await hashesOf({ html }, { ...FULL, dkim: [] });
    expect(all).toMatchInlineSnapshot(`
      {
        "Chinese": "128995447c438ed4 a458d581040fba9c 75aec0e8c8eeb719 d2c144178567de99",
        "Chinese with slots side by side": "2a4001d0d2dc1d52 c83fdbaf6379fcba 54564dd20d7186a5 24d263c59025599e",
        "Chinese without slots": "450fe0542b789349 85d9c70824ee7235 1c6297bcee209e50 e020ca608cfe0a5d",
        "a footer": "8ca86d5d5a954b5c 83a3d629dfa6186a 195586f3d7b3332c 7300acb5dd74dfc1",
        "accents": "01a792505adcc3d5 029d34871c29671f 1448c35de664f2d7 0326da2e7af65563",
        "blank lines at the end": "eb3f23837de3c686 519fc3f708c652a8 10c1e9c88579acef 2dc2ff59b7581bc5",
        "dots": "d8deb3872b32d897 67a190896591b512 995388bd09cdd99f 7263a1d30806a865",
        "empty": "bb3cb040882885dd 5daddeaa9f0034cb da494c9cd3843b48 96a296d224f285c6",
        "equals signs": "3c46235de06bc18b d97e8aa5ba0076f2 eb8200093ac117f2 668abf9af298f7f8",
        "many dots": "1c8ebeae2357e057 56c93684fd2c1bb9 688f3b3527cb0531 f738cd5be5fdd42a",
        "only blank lines": "aef04b7f48605cee 9269e760529a7bf7 a688f17cb876388d 734dc0d0c66fedbb",
        "plain": "5ef0aa0c970ff3a9 3b3e0d521601c559 da383fa8d8b2f21f eaffacb35b87d55f",
        "slots after spaces": "3fc71956eecc6268 7e6aff787560be1f 80a8e4479df1c5e7 917a76bafdf300b2",
        "slots around line ends": "6a04a74f89f536d7 f6a56c96044a69cb 607c26ef9115b6ef 9d5b060d90d04282",
        "slots first": "d2590f10cf269144 64229ebd9f86bcda a53d58096f573f86 bfae8c0d2d9907cb",
        "slots in a long line": "f6d6ef5b12c4b5a1 5fa10175eaca0877 ff590df40e4969ce 7a6c2fc9f78b0e25",
        "slots side by side": "18e66d5164bebdea c769fba4a6eafada f21d9765074e68bf 39409f8f6362b25e",
      }
    `);
  });

  it("of a test letter to a provider that rewrites header fields", async () => {
    expect(await hashesOf({}, { ...FULL, test: true, rewritten: ["date", "message-id"] })).toMatchInlineSnapshot(
      `"977f394113194618 5767c1477eb3b328 cbab7e8f3967d6e5 f43c4a6fc6e44364"`,
    );
  });
});
