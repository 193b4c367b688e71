import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decodeText, isText, mediaTypeOf } from "../../src/fetch/bytes.js";
import { unpack } from "../../src/fetch/unpack.js";

const TEXT = Buffer.from("A paper on naïve bakers. ".repeat(40));

function meta(charset: string): string {
  return `<html><head><meta charset="${charset}"><title>Café</title>`;
}

describe("unpack", () => {
  it.each([
    ["nothing", null, TEXT],
    ["identity", "identity", TEXT],
    ["gzip", "gzip", gzipSync(TEXT)],
    ["the old name of gzip", "X-GZIP", gzipSync(TEXT)],
    ["brotli", "br", brotliCompressSync(TEXT)],
    ["deflate", "deflate", deflateSync(TEXT)],
    ["raw deflate", "deflate", deflateRawSync(TEXT)],
    ["two layers, the last one first", "gzip, br", brotliCompressSync(gzipSync(TEXT))],
  ])("decodes %s", async (_name, encoding, bytes) => {
    expect(await unpack(bytes, encoding, 10_000)).toEqual(TEXT);
  });

  it.each(["zstd", "gzip, gzip, gzip", "gzip;q=1"])("returns null for the unknown encoding %j", async (encoding) => {
    expect(await unpack(TEXT, encoding, 10_000)).toBeNull();
  });

  it.each([
    ["over the limit", gzipSync(TEXT), "ERR_BUFFER_TOO_LARGE"],
    ["cut short", gzipSync(TEXT).subarray(0, 30), "Z_BUF_ERROR"],
    ["damaged", Buffer.from("not gzip at all"), "Z_DATA_ERROR"],
  ])("throws for data that is %s", async (_name, bytes, code) => {
    await expect(unpack(bytes, "gzip", TEXT.length - 1)).rejects.toMatchObject({ code });
  });

  it("leaves an empty body empty", async () => {
    expect(await unpack(Buffer.alloc(0), "gzip", 10)).toEqual(Buffer.alloc(0));
  });
});

describe("decodeText", () => {
  it.each([
    { by: "UTF-8 when nothing says so", bytes: Buffer.from("Café"), type: "text/html", text: "Café" },
    {
      by: "the header's charset",
      bytes: Buffer.from("Café", "latin1"),
      type: "text/html; charset=ISO-8859-1",
      text: "Café",
    },
    {
      by: "a quoted charset",
      bytes: Buffer.from([0x93, 0x61, 0x94]),
      type: 'text/html; charset="windows-1252"',
      text: "“a”",
    },
    { by: "the meta's charset", bytes: Buffer.from(meta("latin1"), "latin1"), type: "text/html", text: meta("latin1") },
    {
      by: "the header before the meta",
      bytes: Buffer.from(meta("latin1")),
      type: "text/html; charset=utf-8",
      text: meta("latin1"),
    },
    {
      by: "the mark before the header",
      bytes: Buffer.from("\uFEFFCafé"),
      type: "text/html; charset=latin1",
      text: "Café",
    },
    { by: "UTF-16 with its mark", bytes: Buffer.from("\uFEFFCafé", "utf16le"), type: null, text: "Café" },
    { by: "UTF-8 where a meta claims UTF-16", bytes: Buffer.from(meta("utf-16")), type: null, text: meta("utf-16") },
    {
      by: "UTF-8 where the charset is unknown",
      bytes: Buffer.from("Café"),
      type: "text/html; charset=klingon",
      text: "Café",
    },
    { by: "UTF-8 to the last, broken byte", bytes: Buffer.from([0x61, 0xc3]), type: null, text: "a\uFFFD" },
  ])("reads by $by", ({ bytes, type, text }) => {
    expect(decodeText(bytes, type)).toBe(text);
  });
});

describe("media types", () => {
  it.each([
    ["text/html; charset=utf-8", "text/html", true],
    ["Application/JSON", "application/json", true],
    ["application/problem+json", "application/problem+json", true],
    ["application/xhtml+xml", "application/xhtml+xml", true],
    ["image/svg+xml", "image/svg+xml", false],
    ["image/png", "image/png", false],
    ["application/pdf", "application/pdf", false],
    ["application/octet-stream", "application/octet-stream", false],
  ])("%j is %j; text: %j", (header, type, text) => {
    expect(mediaTypeOf(header)).toBe(type);
    expect(isText(type, Buffer.from("a"))).toBe(text);
  });

  it("decides by the bytes when a response has no media type", () => {
    expect(mediaTypeOf(null)).toBeNull();
    expect(isText(null, Buffer.from("<html>"))).toBe(true);
    expect(isText(null, Buffer.from([0x50, 0x4b, 3, 4, 0, 0]))).toBe(false);
  });
});
