import { describe, expect, it } from "vitest";
import {
  FetchFailed,
  type FailureKind,
  kindOfError,
  kindOfStatus,
  withoutCredentials,
} from "../../src/fetch/failures.js";

function coded(code: string, message = "it failed"): Error {
  return Object.assign(new Error(message), { code });
}

describe("kindOfError", () => {
  it.each<[string, Error, FailureKind]>([
    ["an unknown host", coded("ENOTFOUND"), "dns"],
    ["a name server in trouble", coded("EAI_AGAIN"), "dns"],
    ["a closed port", coded("ECONNREFUSED"), "refused"],
    ["no route", coded("EHOSTUNREACH"), "network"],
    ["a slow connection", coded("UND_ERR_CONNECT_TIMEOUT"), "connect-timeout"],
    ["slow headers", coded("UND_ERR_HEADERS_TIMEOUT"), "headers-timeout"],
    ["a silent body", coded("UND_ERR_BODY_TIMEOUT"), "body-timeout"],
    ["a lost connection", coded("UND_ERR_SOCKET"), "cut-off"],
    ["a packed body without its end", coded("Z_BUF_ERROR"), "cut-off"],
    ["a packed body that is damaged", coded("Z_DATA_ERROR"), "bad-answer"],
    ["no HTTP", coded("HPE_INVALID_CONSTANT"), "bad-answer"],
    ["an expired certificate", coded("CERT_HAS_EXPIRED"), "tls"],
    ["a certificate of its own making", coded("DEPTH_ZERO_SELF_SIGNED_CERT"), "tls"],
    ["a certificate for another host", coded("ERR_TLS_CERT_ALTNAME_INVALID"), "tls"],
    ["an unknown authority", coded("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), "tls"],
    ["a proxy's refusal", coded("UND_ERR_ABORTED", "Proxy response (403) !== 200 when HTTP Tunneling"), "proxy"],
    ["the deadline", new DOMException("too slow", "TimeoutError"), "deadline"],
    ["a cause underneath", new Error("outer", { cause: coded("ECONNREFUSED") }), "refused"],
    ["anything else", new Error("odd"), "network"],
  ])("names %s", (_name, error, kind) => {
    expect(kindOfError(error)).toBe(kind);
  });
});

describe("kindOfStatus", () => {
  it.each<[number, FailureKind]>([
    [202, "odd-status"],
    [304, "odd-status"],
    [401, "login"],
    [403, "forbidden"],
    [404, "not-found"],
    [410, "gone"],
    [418, "odd-status"],
    [429, "rate-limited"],
    [500, "server-error"],
    [599, "server-error"],
    [999, "odd-status"],
  ])("%i is %s", (status, kind) => {
    expect(kindOfStatus(status)).toBe(kind);
  });
});

describe("FetchFailed", () => {
  it.each<[FailureKind, boolean]>([
    ["server-error", true],
    ["bot-check", true],
    ["not-found", false],
    ["tls", false],
  ])("shows for %s whether the same call may succeed later: %s", (kind, retryable) => {
    expect(new FetchFailed({ kind, url: "https://papers.example/" })).toMatchObject({
      code: "fetch-failed",
      retryable,
    });
  });

  it("shows no password", () => {
    const failure = new FetchFailed({
      kind: "forbidden",
      url: "https://me:secret@papers.example/day",
      detail: "HTTP 403",
    });
    expect(failure.message).toBe("cannot fetch https://papers.example/day: the site refused the request (HTTP 403)");
  });
});

describe("withoutCredentials", () => {
  it("returns an invalid URL unchanged", () => {
    expect(withoutCredentials("not an address")).toBe("not an address");
  });
});
