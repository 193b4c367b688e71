import { spawn } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { MAIL_CHOICES, presetOf } from "../../src/setup/presets.js";
import { fixture, freshHome, paperboy, projectRoot } from "../support/paperboy.js";

const file = (home: string, name: string) => readFileSync(path.join(home, name), "utf8");

describe("by flags", () => {
  it("writes a configuration that runs at once", async () => {
    const home = freshHome();
    const args = ["init", "--mail", "outbox", "--to", "you@example.com", "--topic", "agents", "--min-upvotes", "3"];
    const made = await paperboy(args, { home });
    expect(made).toMatchObject({ exit: 0, stdout: `wrote paperboy.yaml into ${home}\n` });
    const config = (await paperboy(["config", "--json"], { home })).json()["settings"];
    expect(config).toContainEqual(expect.objectContaining({ setting: "to", value: ["you@example.com"] }));
    expect(config).toContainEqual(expect.objectContaining({ setting: "view.include", value: ["agents"] }));
    expect(config).toContainEqual(expect.objectContaining({ setting: "view.minUpvotes", value: 3 }));
    expect((await paperboy(["run", fixture("pages/daily.html")], { home })).exit).toBe(0);
  });

  it.each(MAIL_CHOICES.filter((choice) => choice !== "outbox"))(
    "for %s: a sound mail server, and the password in .env alone",
    async (mail) => {
      const home = freshHome();
      const args = [
        "init",
        "--mail",
        mail,
        "--from",
        "Papers <me+you@example.org>",
        "--user",
        "some one",
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

  it("names every flag that is missing, where nobody can be asked", async () => {
    const run = await paperboy(["init", "--mail", "brevo"]);
    expect(run.exit).toBe(2);
    expect(run.stderr).toMatch(/--to, --from, --user, PAPERBOY_INIT_PASSWORD in the environment/);
  });

  it.each([
    ["--to", "you@example.com\nBcc: x@example.com"],
    ["--from", "nobody"],
  ])("refuses a %s that is no address", async (flag, value) => {
    const home = freshHome();
    const run = await paperboy(
      ["init", "--mail", "local", "--to", "you@example.com", "--from", "me@example.org", flag, value],
      { home },
    );
    expect(run.exit).toBe(2);
    expect(() => file(home, "paperboy.yaml")).toThrow("ENOENT");
  });

  it.each(["paperboy.yaml", "paperboy.json"])("overwrites nothing: %s is there", async (name) => {
    const home = freshHome();
    writeFileSync(path.join(home, name), "{}");
    const run = await paperboy(["init", "--mail", "outbox", "--to", "you@example.com"], { home });
    expect(run.exit).toBe(3);
    expect(run.stderr).toContain(`has ${name} already`);
    expect(file(home, name)).toBe("{}");
  });
});

describe("on a terminal", () => {
  it("asks, and writes what it was told", async () => {
    const home = freshHome();
    const command = `stty cols 100 rows 40; ${process.execPath} ${path.join(projectRoot, "bin/paperboy.js")} --home ${home} init`;
    // A pseudo-terminal of its own, typed into when a question stands there.
    const child = spawn("script", ["-qefc", command, "/dev/null"], {
      env: { PATH: process.env["PATH"], TERM: "xterm" },
    });
    const keys: readonly (readonly [question: string, keys: string])[] = [
      ["Where shall the letters go?", "\r"],
      ["Who gets the letter?", "you@example.com\r"],
      ["Which topics", "agents, world model*\r"],
      ["At least how many votes?", "7\r"],
    ];
    let seen = "";
    let next = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      seen += chunk.toString();
      const [question, typed] = keys[next] ?? [];
      if (question === undefined || typed === undefined || !seen.includes(question)) return;
      next += 1;
      child.stdin.write(typed);
    });
    const status = await new Promise((resolve) => child.once("close", resolve));
    expect({ status, asked: next }).toEqual({ status: 0, asked: keys.length });
    expect(file(home, "paperboy.yaml")).toMatch(/include:\n\s+- agents\n\s+- world model\*\n\s+minUpvotes: 7/);
  });
});
