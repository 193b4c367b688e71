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
      `"861ba3c0142e056d b708e65a3ef015b6 a2104703c9a4bdd9 f43c4a6fc6e44364"`,
    );
  });

  it("with two signatures and links", async () => {
    const all: Record<string, string> = {};
    for (const [name, text] of Object.entries(TEXTS))
      all[name] = await hashesOf({ text, html: `<p>${text}</p>` }, FULL);
    expect(all).toMatchInlineSnapshot(`
      {
        "Chinese": "134b4df435e923c2 643791d3268a9611 ef798940d89185b9 f57a41615cd14ffc",
        "Chinese with links next to each other": "6603c94206c34e9e 35daa1640a43c86d 08b9e7abda8564cb bebf2955ac725040",
        "Chinese without links": "6649beeb0635be3b c1b830a94a1c9ea7 3a5e60171b73dcf2 4705ca760df0a9ab",
        "a footer": "b612d479a208a67a dee1c3a6abf4c5e3 9fe43bd998e7ef73 e0a4aed38e6a7cd8",
        "accents": "b418e53110a46bc2 68f24955ab80ee17 fdc8f871587ec737 4cce93203c0803e9",
        "blank lines at the end": "9f7bab7e9ac74dd7 da1d68a4e7eee9c3 365ee2a1ea5a8e9d bc9a23495566646a",
        "dots": "4962c477cb5b19be a54bf0bfbfd92173 676b31ef071b7789 53585ea3214f2e6b",
        "empty": "577261bb038dd40d f337ac177a47edc6 fa136e7c9077251d c48f636b35bb7689",
        "equals signs": "0f27a01e527d8767 b4078b823bb933e8 5242f291cc8c75c8 3009a0f555db871a",
        "links after spaces": "487aa46797c7e607 668f7d6dc4be0736 2ed5c3c566832743 127f43783f11aabe",
        "links around line ends": "6bebc8be30992f02 060c1b7a8052b504 f9d5b1f06ddbda55 31dd4ad3cb3872ab",
        "links first": "64a02b6857a845c2 a0b2bb94c21fb558 b92f80751130a98b f8c2abeef78c3082",
        "links in a long line": "e8536c21adb29285 944206ac74e5157e 76ec543e6c403a56 2d4fa84162183b4b",
        "links next to each other": "f713e97f3d76a3be fe1d235fb4480663 ea458ab387c60ab8 0c988c93ae71ee63",
        "many dots": "90b17328106f02ea 30cbb19e584fd518 260f69c4f1e3496d 3c6c995936e9b7f5",
        "only blank lines": "c6bd2499167c96fb aecb1ed1c7c5a5f3 7cce51aff26b0dbf 2ec8528ba92e178b",
        "plain": "c4792f349e42a340 2988164380f013f4 088538cd40d8c624 d1a958df027cf3d5",
      }
    `);
  });

  it("with links in the HTML only", async () => {
    const all: Record<string, string> = {};
    for (const [name, html] of Object.entries(TEXTS)) all[name] = await hashesOf({ html }, { ...FULL, dkim: [] });
    expect(all).toMatchInlineSnapshot(`
      {
        "Chinese": "dd91ce32ef4ca99b 9cb36590b10d40d2 698edf75e6c9ef2a d2c144178567de99",
        "Chinese with links next to each other": "27e03e1e358ef68d bc51fc1d9ee69879 9f0ec9da113215ae 24d263c59025599e",
        "Chinese without links": "450fe0542b789349 85d9c70824ee7235 1c6297bcee209e50 e020ca608cfe0a5d",
        "a footer": "35e3a60748b49118 cd53cb92a5293e2c c4f92bb5b76c5c71 7300acb5dd74dfc1",
        "accents": "e76c4c0ff287f467 428ed47a8470d0d7 5beddfcb22591a5a 0326da2e7af65563",
        "blank lines at the end": "13ae2c367ddf62e1 789c0a5ffcc476a2 5ecb172f75adf748 2dc2ff59b7581bc5",
        "dots": "52ae2be0131f4eca 6e4ee5bf20ee4c8b 5134a240b5444958 7263a1d30806a865",
        "empty": "bb3cb040882885dd 5daddeaa9f0034cb da494c9cd3843b48 96a296d224f285c6",
        "equals signs": "0ec76168c0719c57 f5f1c0d8b4b5d4a5 ac7fcab0059802e6 668abf9af298f7f8",
        "links after spaces": "6faa2574dab352c2 76be5bd177d46f70 f6e3972c8810d258 917a76bafdf300b2",
        "links around line ends": "b8fd4b11eddadeb2 00068281b7eb3c93 affaa1b1253fadb9 9d5b060d90d04282",
        "links first": "5777f4cd5ced90b5 d62ba3b4f136e394 125c60cdd918dae0 bfae8c0d2d9907cb",
        "links in a long line": "f02b7eb9d5d4d625 9a4122f8eb796195 e8475400dfe84bc9 7a6c2fc9f78b0e25",
        "links next to each other": "c96d9cc7f648f0cc 6ad7d26217c7fc6a cacb03a9974b0020 39409f8f6362b25e",
        "many dots": "51d13332285b473d e82cc84a8d35f5ab d43439a79d82ccd1 f738cd5be5fdd42a",
        "only blank lines": "aef04b7f48605cee 9269e760529a7bf7 a688f17cb876388d 734dc0d0c66fedbb",
        "plain": "5ef0aa0c970ff3a9 3b3e0d521601c559 da383fa8d8b2f21f eaffacb35b87d55f",
      }
    `);
  });

  it("of a test letter to a provider that rewrites header fields", async () => {
    expect(await hashesOf({}, { ...FULL, test: true, rewritten: ["date", "message-id"] })).toMatchInlineSnapshot(
      `"977f394113194618 5767c1477eb3b328 cbab7e8f3967d6e5 f43c4a6fc6e44364"`,
    );
  });
});
