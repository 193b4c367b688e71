import { afterEach, describe, expect, it } from "vitest";
import { describeServer, parseServer, serverUrl, tryServer } from "../../../src/ops/setup/mail-server.js";
import type { AskedServer } from "../../../src/ops/setup/mail-server.js";
import { smtpFromUrl } from "../../../src/send/smtp/settings.js";
import { SMTP_TIMES } from "../../../src/send/smtp/session.js";
import { startSmtp } from "../../support/smtp.js";
import type { Smtp, SmtpOptions } from "../../support/smtp.js";

const NO_LOGIN = { user: null, password: null };
const LOGIN = { user: "me@example.org", password: "p/a:s#s@w%rd" };
/** A server that expects TLS never greets: the greeting's limit is what a test waits for. */
const TIMES = { ...SMTP_TIMES, connect: 5000, greeting: 300, command: 5000 };

function asked(text: string, login: Parameters<typeof parseServer>[1] = NO_LOGIN): AskedServer {
  const parsed = parseServer(text, login);
  if (!parsed.ok) throw new Error(parsed.why);
  return parsed.server;
}

describe("parseServer", () => {
  it.each([
    ["mail.example.org", { host: "mail.example.org" }, false],
    ["mail.example.org:2525", { host: "mail.example.org", port: 2525, secure: false }, true],
    ["smtps://mail.example.org", { port: 465, secure: true }, false],
    ["SMTP://mail.example.org:465", { port: 465, secure: true }, true],
    ["[::1]:25", { host: "::1", port: 25 }, true],
  ])("parses %s", (text, settings, hasPort) => {
    expect(asked(text)).toMatchObject({ hasPort, settings: { ...settings, login: null } });
  });

  it("completes an address with the login, and keeps a login that it contains", () => {
    expect(asked("mail.example.org", LOGIN).settings.login).toEqual(LOGIN);
    expect(asked("smtp://you@mail.example.org", LOGIN).settings.login).toEqual({ ...LOGIN, user: "you" });
    expect(asked("smtp://you:mine@mail.example.org", LOGIN).settings.login).toEqual({ user: "you", password: "mine" });
  });

  it.each(["", "mail example.org", "http://mail.example.org", "mail.example.org/x", "smtp://"])(
    "refuses %j",
    (text) => {
      expect(parseServer(text, NO_LOGIN).ok).toBe(false);
    },
  );

  it.each([
    "smtp://me%40example.org:p%2Fw@mail.example.org:587",
    "smtps://[::1]:465",
    "smtp://h:26?allowPlaintext=true",
  ])("writes %s as it was read", (url) => {
    const parsed = smtpFromUrl(url);
    expect(parsed.ok && serverUrl(parsed.settings)).toBe(url);
  });
});

describe("tryServer", () => {
  const servers: Smtp[] = [];
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));
  const start = async (options: SmtpOptions) => {
    const server = await startSmtp(options);
    servers.push(server);
    return server;
  };

  it.each([
    ["starttls", "smtp", false],
    ["starttls", "smtps", false],
    ["implicit", "smtp", true],
    ["implicit", "smtps", true],
    [undefined, "smtps", false],
  ] as const)("finds out that a server with TLS %s is not %s", async (tls, scheme, secure) => {
    const { port } = await start({ ...(tls && { tls }), auth: LOGIN });
    const found = await tryServer(asked(`${scheme}://127.0.0.1:${port}`, LOGIN), TIMES);
    expect(found).toMatchObject({ port, secure, login: LOGIN });
    expect(describeServer(found)).toBe(`127.0.0.1, port ${port}, ${secure ? "TLS" : "this machine"}`);
  });

  it("reports a refused login with the server's reply, and never the password", async () => {
    const { port, messages } = await start({ auth: { ...LOGIN, password: "other" } });
    const failed = await tryServer(asked(`127.0.0.1:${port}`, LOGIN), TIMES).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: "config-invalid", hint: expect.stringMatching(/user or password is wrong/) });
    expect(String(failed)).toContain(`the mail server 127.0.0.1, port ${port}: `);
    expect(JSON.stringify(failed) + String(failed)).not.toContain(LOGIN.password);
    expect(messages).toEqual([]);
  });

  it("reports a port that nothing listens on", async () => {
    const server = await startSmtp();
    await server.close();
    const { port } = server;
    await expect(tryServer(asked(`127.0.0.1:${port}`), TIMES)).rejects.toMatchObject({
      code: "config-invalid",
      message: expect.stringContaining(`port ${port}: `),
      hint: expect.stringMatching(/refused: check host and port/),
    });
  });

  it("names a host that does not exist", async () => {
    await expect(tryServer(asked("mail.invalid"), TIMES)).rejects.toMatchObject({
      message: expect.stringContaining("the mail server mail.invalid, port 465, 587, 25: "),
      hint: expect.stringMatching(/name is unknown/),
    });
  });
});
