import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";
import { useServers } from "./servers.js";

const { site } = useServers();

/** The text of every file below a folder, except the settings. */
function textsIn(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return files
    .filter(({ name }) => name !== "paperboy.json")
    .map((file) => readFileSync(path.join(file.parentPath, file.name), "latin1"))
    .join("\n");
}

it.each(["user:opensesame@", "me@example.org:opensesame@", "opensesame@"])(
  "reads a mirror with the login %s, and puts it into no letter, record, archive, log or file",
  async (login) => {
    const body = readFileSync(fixture("pages/daily.html"), "utf8");
    const mirror = await site({ "/papers/date/2026-10-02": { body, headers: { etag: '"1"' } } });
    const home = freshHome();
    const settings = {
      site: mirror.url.replace("//", `//${login}`),
      contact: `https://${login}example.org/about`,
      to: ["you@example.com"],
      records: true,
      publicUrl: "https://papers.example.org",
    };
    writeFileSync(path.join(home, "paperboy.json"), JSON.stringify(settings));
    const run = await paperboy(["run", "2026-10-02", "--verbose"], { home });
    expect({ exit: run.exit, stderr: run.stderr }).toMatchObject({ exit: 0 });
    const built = await paperboy(["archive", "build", "archive", "--url", "https://papers.example.org"], { home });
    const missing = await paperboy(["run", "2026-10-01", "--verbose", "--json"], { home });
    const parsed = await paperboy(["parse", "2026-10-02"], { home });
    const printed = [run, built, missing, parsed].map(({ stdout, stderr }) => stdout + stderr).join("\n");
    expect(parsed.stdout).toContain(`"${mirror.url}/papers/`);
    expect(textsIn(path.join(home, "outbox"))).toContain("/papers/2610.");
    expect(mirror.requests[0]?.headers).toMatchObject({ authorization: expect.stringMatching(/^Basic /) as string });
    expect(JSON.stringify(mirror.requests[0]?.headers["user-agent"])).not.toMatch(/opensesame/);
    for (const text of [textsIn(home), printed]) expect(text).not.toMatch(/opensesame/i);
  },
);

it.each(["publicUrl", "branding.logoUrl"])("refuses a login in %s, in a run and in the doctor", async (setting) => {
  const [group = "", name] = setting.split(".");
  const url = "https://user:opensesame@papers.example.org";
  const home = freshHome();
  const settings = { to: ["you@example.com"], [group]: name === undefined ? url : { [name]: url } };
  writeFileSync(path.join(home, "paperboy.json"), JSON.stringify(settings));
  for (const args of [["run", fixture("pages/daily.html")], ["serve"], ["doctor", "--only", "config"]]) {
    const { exit, stdout, stderr } = await paperboy(args, { home });
    expect(exit).toBe(3);
    expect(stdout + stderr).toContain(`${setting}: expected an http(s) URL without a user or password`);
    expect(stdout + stderr).not.toContain("opensesame");
  }
});

it("refuses a login in the URL of an archive", async () => {
  const args = ["archive", "build", "archive", "--url", "https://user:opensesame@papers.example.org"];
  for (const more of [[], ["--json"], ["--verbose"]]) {
    const { exit, stdout, stderr } = await paperboy([...args, ...more]);
    expect(exit).toBe(2);
    expect(stdout + stderr).toContain("Expected a URL without a user or password");
    expect(stdout + stderr).not.toContain("opensesame");
  }
});
