import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { MAIL_CHOICES, presetOf } from "../../src/ops/setup/answers.js";
import { fixture, freshHome, paperboy, projectRoot } from "../support/paperboy.js";
import { startSite } from "../support/site.js";
import type { Route } from "../support/site.js";
import { startSmtp } from "../support/smtp.js";

const file = (home: string, name: string) => readFileSync(path.join(home, name), "utf8");

describe("with flags", () => {
  it("writes a configuration with which a run succeeds", async () => {
    const home = freshHome();
    const args = ["init", "--mail", "outbox", "--to", "you@example.com", "--topic", "agents", "--min-upvotes", "3"];
    const made = await paperboy(args, { home });
    expect(made.exit).toBe(0);
    expect(made.stdout).toMatch(
      /^wrote paperboy.yaml to .*\n.*crontab -e`:\n\d+ \* \* \* \* .* --home .* run --quiet >\/dev\/null\n$/,
    );
    const config = (await paperboy(["config", "--json"], { home })).json()["settings"];
    expect(config).toContainEqual(expect.objectContaining({ setting: "to", value: ["you@example.com"] }));
    expect(config).toContainEqual(expect.objectContaining({ setting: "view.include", value: ["agents"] }));
    expect(config).toContainEqual(expect.objectContaining({ setting: "view.minUpvotes", value: 3 }));
    expect((await paperboy(["run", fixture("pages/daily.html")], { home })).exit).toBe(0);
  });

  it.each(MAIL_CHOICES.filter((choice) => choice !== "outbox" && choice !== "smtp"))(
    "writes a valid mail server for %s, with the password only in .env",
    async (mail) => {
      const home = freshHome();
      const args = [
        "init",
        "--mail",
        mail,
        "--from",
        "Papers <me+you@example.org>",
        "--user",
        "user name",
        "--to",
        "you@example.com",
      ];
      const made = await paperboy(args, { home, environment: { PAPERBOY_INIT_PASSWORD: 'hunter 22"#$@/' } });
      expect(made.exit).toBe(0);
      expect(statSync(path.join(home, ".env")).mode & 0o777).toBe(0o600);
      expect(file(home, "paperboy.yaml")).not.toContain("hunter");
      const settings = (await paperboy(["config", "--json"], { home })).json()["settings"] as {
        setting: string;
        value: string;
      }[];
      const smtp = settings.find(({ setting }) => setting === "smtp")?.value ?? "";
      expect(smtp).not.toContain("hunter");
      const url = new URL(/PAPERBOY_SMTP_URL="(.*)"/.exec(file(home, ".env"))?.[1] ?? "");
      const preset = presetOf(mail);
      expect(url.hostname).toBe(preset?.host ?? "localhost");
      expect(decodeURIComponent(url.password)).toBe(preset === null ? "" : 'hunter 22"#$@/');
    },
  );

  it("lists every missing flag without a terminal", async () => {
    const run = await paperboy(["init", "--mail", "brevo"]);
    expect(run.exit).toBe(2);
    expect(run.stderr).toMatch(/--to, --from, --user, PAPERBOY_INIT_PASSWORD in the environment/);
  });

  it.each([
    ["--to", "you@example.com\nBcc: x@example.com"],
    ["--from", "not-an-address"],
  ])("refuses an invalid address for %s", async (flag, value) => {
    const home = freshHome();
    const run = await paperboy(
      ["init", "--mail", "local", "--to", "you@example.com", "--from", "me@example.org", flag, value],
      { home },
    );
    expect(run.exit).toBe(2);
    expect(() => file(home, "paperboy.yaml")).toThrow("ENOENT");
  });

  it.each([
    ["week", "weekly"],
    ["month", "monthly"],
  ])("adds a subscriber for --every %s who can unsubscribe", async (every, frequency) => {
    const home = freshHome();
    const args = [
      "init",
      "--mail",
      "local",
      "--from",
      "Papers <me@example.org>",
      "--to",
      "you@example.com",
      "--topic",
      "agents",
    ];
    expect((await paperboy([...args, "--every", every], { home })).exit).toBe(0);
    const { subscriber } = (await paperboy(["subscribers", "show", "you@example.com", "--json"], { home })).json();
    expect(subscriber).toMatchObject({ frequency, include: ["agents"] });
    expect(file(home, "paperboy.yaml")).toContain("unsubscribeAddress: me@example.org");
    expect(file(home, "paperboy.yaml")).not.toMatch(/^to:/m);
  });

  it("writes the papers that the reader likes, with the path of a file, and refuses a broken one", async () => {
    const home = freshHome();
    writeFileSync(path.join(home, "likes.bib"), "@article{a, title = {Couriers}, abstract = {Agents plan.}}\n");
    writeFileSync(path.join(home, "broken.bib"), "Dear reader");
    const args = ["init", "--mail", "outbox", "--to", "you@example.com", "--interests"];
    const broken = await paperboy([...args, path.join(home, "broken.bib")], { home });
    expect(broken.stderr).toContain("broken.bib: it has no entry");
    expect(existsSync(path.join(home, "paperboy.yaml"))).toBe(false);
    const made = await paperboy([...args, path.join(home, "likes.bib"), "--interests", "2603.14473"], { home });
    expect(made.exit).toBe(0);
    const { stdout } = await paperboy(["config", "--json"], { home });
    expect(stdout).toContain('["file:likes.bib","2603.14473"]');
    const shown = await paperboy(["explain", fixture("pages/daily.html")], {
      home,
      environment: { PAPERBOY_SITE_URL: "http://127.0.0.1:9" },
    });
    expect(shown.stdout).toContain("close to “Couriers”");
  });

  it("names the next command, with the chosen schedule", async () => {
    const args = ["init", "--mail", "outbox", "--to", "you@example.com", "--schedule", "systemd", "--from-hour", "7"];
    const { stdout } = await paperboy(args);
    expect(stdout).toMatch(/ --home .* schedule print systemd --from-hour 7\n$/);
  });

  it.each(["paperboy.yaml", "paperboy.json", ".env"])("does not overwrite an existing %s", async (name) => {
    const home = freshHome();
    writeFileSync(path.join(home, name), "{}");
    const run = await paperboy(["init", "--mail", "outbox", "--to", "you@example.com"], { home });
    expect(run.exit).toBe(3);
    expect(run.stderr).toContain(`already contains ${name}`);
    expect(file(home, name)).toBe("{}");
  });
});

describe("the test letter", () => {
  const args = [
    "init",
    "--mail",
    "gmail",
    "--from",
    "me@gmail.com",
    "--to",
    "you@example.com",
    "--test-letter",
    "--json",
  ];
  const page = readFileSync(fixture("pages/daily.html"), "utf8");

  async function begin(routes: Readonly<Record<string, Route>>) {
    const [site, smtp] = [await startSite(routes), await startSmtp()];
    // The environment takes precedence over `.env`, so the letter is sent to this machine, not to the provider.
    const environment = {
      PAPERBOY_INIT_PASSWORD: "hunter 22",
      PAPERBOY_SITE_URL: site.url,
      PAPERBOY_SMTP_URL: smtp.url,
    };
    const run = await paperboy(args, { environment, now: "2026-10-04T07:00:00Z" });
    await Promise.all([site.close(), smtp.close()]);
    return { run, letters: smtp.messages };
  }

  it("contains the last day that has papers", async () => {
    // The day before is a Saturday, whose address shows Friday.
    const { run, letters } = await begin({ "*": { body: page } });
    expect(run.json()).toMatchObject({ reason: "sent", exit: 0 });
    expect(letters.map(({ envelope }) => envelope.to)).toEqual([["you@example.com"]]);
    expect(letters[0]?.raw).toMatch(/^Subject: .*\[test\]/m);
    expect(existsSync(path.join(run.home, "paperboy.db"))).toBe(false);
  });

  it("goes through a server that --mail names by its address", async () => {
    const auth = { user: "me@example.org", password: "hunter/22" };
    const [site, smtp] = [await startSite({ "*": { body: page } }), await startSmtp({ auth, tls: "starttls" })];
    const mail = `smtp://me%40example.org@127.0.0.1:${smtp.port}`;
    const environment = { PAPERBOY_INIT_PASSWORD: auth.password, PAPERBOY_SITE_URL: site.url };
    const given = ["init", "--mail", mail, "--to", "you@example.com", "--test-letter"];
    const run = await paperboy(given, { environment, now: "2026-10-04T07:00:00Z" });
    await Promise.all([site.close(), smtp.close()]);
    expect(run.exit).toBe(0);
    expect(run.stdout).toMatch(/\n1 of 1 test letters accepted by the mail server\n/);
    expect(smtp.messages.map(({ secure, user }) => ({ secure, user }))).toEqual([{ secure: true, user: auth.user }]);
    expect(file(run.home, ".env")).toContain(`smtp://me%40example.org:hunter%2F22@127.0.0.1:${smtp.port}`);
    expect(file(run.home, "paperboy.yaml")).toContain("from: me@example.org");
  });

  it("writes nothing when the server that --mail names does not work", async () => {
    const smtp = await startSmtp();
    await smtp.close();
    const run = await paperboy(["init", "--mail", smtp.url, "--from", "me@example.org", "--to", "you@example.com"]);
    expect(run.exit).toBe(3);
    expect(run.stderr).toMatch(/config-invalid: cannot use the mail server 127.0.0.1, port \d+: /);
    expect(existsSync(path.join(run.home, "paperboy.yaml"))).toBe(false);
  });

  it("leaves the files and reports the failure when it cannot be sent", async () => {
    const { run, letters } = await begin({ "*": { status: 404, body: "gone" } });
    expect(run.json()["reason"]).toBe("fetch-failed");
    expect(run.json()["message"]).toMatch(/^wrote paperboy.yaml and .env to .*; the test letter was not sent: /);
    expect(letters).toEqual([]);
    expect(file(run.home, "paperboy.yaml")).toContain("to:");
  });
});

describe("in a terminal", () => {
  type Keys = readonly (readonly [question: string, keys: string])[];
  const DOWN = "\u001b[B";

  /** Runs `init` in a pseudo-terminal and types each answer when its question appears. */
  async function type(home: string, keys: Keys) {
    const bin = path.join(projectRoot, "bin/paperboy.js");
    const command = `stty cols 100 rows 40; ${process.execPath} ${bin} --home ${home} init`;
    const env = { PATH: process.env["PATH"], TERM: "xterm" };
    const child = spawn("script", ["-qefc", command, "/dev/null"], { env });
    let seen = "";
    let next = 0;
    let answered = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      seen += chunk.toString();
      const [question, typed] = keys[next] ?? [];
      if (question === undefined || typed === undefined || !seen.includes(question, answered)) return;
      next += 1;
      answered = seen.length;
      child.stdin.write(typed);
    });
    const status = await new Promise((resolve) => child.once("close", resolve));
    return { status, asked: next, seen };
  }

  const QUESTIONS: Keys = [
    ["Which topics", "agents, world model*\r"],
    ["Which papers do you like?", "2603.14470, https://arxiv.org/abs/2603.14473\r"],
    ["How many upvotes", "7\r"],
    ["How often", "\r"],
    ["Which scheduler", `${DOWN}\r`],
    ["What is the earliest hour", "6\r"],
    ["Send a test letter now?", "\r"],
  ];

  it("writes the answers", async () => {
    const home = freshHome();
    const keys: Keys = [
      ["Where should letters be sent?", "\r"],
      ["Who receives the letters?", "you@example.com\r"],
      ...QUESTIONS,
    ];
    const { status, asked, seen } = await type(home, keys);
    expect({ status, asked }).toEqual({ status: 0, asked: keys.length });
    expect(file(home, "paperboy.yaml")).toMatch(
      /include:\n\s+- agents\n\s+- world model\*\n\s+minUpvotes: 7\n\s+interests:\n\s+- "2603.14470"\n\s+- "2603.14473"/,
    );
    expect(seen).toMatch(/ schedule print systemd --from-hour 6\s*$/);
  });

  it("shows the provider's note and hides the password", async () => {
    const home = freshHome();
    const keys: Keys = [
      ["Where should letters be sent?", `${DOWN}\r`],
      ["Who receives the letters?", "you@example.com\r"],
      ["Who is the sender?", "\r"],
      ["Password: an app password", "hunter22\r"],
      ...QUESTIONS.slice(0, -1),
      ["Send a test letter now?", "n"],
    ];
    const { status, asked, seen } = await type(home, keys);
    expect({ status, asked }).toEqual({ status: 0, asked: keys.length });
    expect(seen).toContain("From must be the account or one of its aliases");
    expect(seen).not.toContain("hunter");
    expect(file(home, ".env")).toContain("smtps://you%40example.com:hunter22@smtp.gmail.com:465");
    expect(statSync(path.join(home, ".env")).mode & 0o777).toBe(0o600);
  });

  it("asks for another server until it works", async () => {
    const home = freshHome();
    const smtp = await startSmtp({ auth: { user: "me", password: "hunter22" } });
    const keys: Keys = [
      ["Where should letters be sent?", `${DOWN.repeat(MAIL_CHOICES.length - 2)}\r`],
      ["Which mail server?", `127.0.0.1:${smtp.port}\r`],
      ["User name?", "me\r"],
      ["Password:", "wrong\r"],
      ["What do you want to do?", "\r"],
      ["Which mail server?", "\r"],
      ["User name?", "me\r"],
      ["Password:", "hunter22\r"],
      ["Who receives the letters?", "you@example.com\r"],
      ["Who is the sender?", "\r"],
      ...QUESTIONS.slice(0, -1),
      ["Send a test letter now?", "n"],
    ];
    const { status, asked, seen } = await type(home, keys);
    await smtp.close();
    expect({ status, asked, seen }).toMatchObject({ status: 0, asked: keys.length });
    expect(seen).not.toContain("hunter");
    expect(file(home, ".env")).toContain(`"smtp://me:hunter22@127.0.0.1:${smtp.port}"`);
  });

  it("asks nothing in a configured home", async () => {
    const home = freshHome();
    writeFileSync(path.join(home, "paperboy.yaml"), "to: []\n");
    const { status, seen } = await type(home, []);
    expect(status).toBe(3);
    expect(seen).not.toContain("Where should");
  });

  it("writes nothing when it is canceled", async () => {
    const home = freshHome();
    const { status } = await type(home, [["Where should letters be sent?", "\u0003"]]);
    expect(status).toBe(2);
    expect(existsSync(path.join(home, "paperboy.yaml"))).toBe(false);
  });
});
