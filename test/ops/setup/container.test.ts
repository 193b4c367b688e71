import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { SCHEDULERS } from "../../../src/ops/setup/schedule.js";
import { fixture, freshHome, projectRoot } from "../../support/paperboy.js";

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

const KNOWN: ReadonlySet<string> = new Set([
  "FROM",
  "WORKDIR",
  "COPY",
  "RUN",
  "ENV",
  "USER",
  "VOLUME",
  "EXPOSE",
  "ENTRYPOINT",
  "CMD",
]);
const text = readFileSync(path.join(projectRoot, "Containerfile"), "utf8");
const instructions: readonly Instruction[] = text
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => ({ name: line.split(" ", 1)[0] ?? "", rest: line.slice(line.indexOf(" ") + 1) }));
/** The stage that becomes the image. */
const image = instructions.slice(instructions.findLastIndex(({ name }) => name === "FROM"));
const last = (wanted: string) => image.findLast(({ name }) => name === wanted)?.rest ?? "";
const kubernetes = SCHEDULERS.kubernetes.text({
  node: "",
  program: "",
  home: "/srv/papers",
  version: "0.1.0",
  fromHour: 0,
});

describe("the Containerfile", () => {
  it("has only instructions that builders know", () => {
    expect(instructions.map(({ name }) => name).filter((name) => !KNOWN.has(name))).toEqual([]);
    expect(instructions[0]?.name).toBe("FROM");
  });

  it("runs as a user without rights, by number, with home as a volume: as the CronJob expects it", () => {
    expect(last("USER")).toBe("1000:1000");
    expect(kubernetes).toContain("runAsUser: 1000");
    expect(kubernetes).toContain(`mountPath: ${last("VOLUME")}`);
    expect(last("ENV")).toContain(`PAPERBOY_HOME=${last("VOLUME")}`);
    expect(text).toContain(`paperboy-digest:${versionOf("package.json")}`);
  });

  it("contains everything that a run needs", () => {
    const root = mkdtempSync(path.join(tmpdir(), "paperboy-image-"));
    const copied = image.filter(({ name }) => name === "COPY").map(({ rest }) => rest.split(" "));
    for (const [from, source = "", target = ""] of copied) {
      expect(from).toBe("--from=build");
      put(
        path.join(projectRoot, path.relative("/build", source)),
        path.join(root, target, target === "./" ? path.basename(source) : ""),
      );
    }
    const [, program = ""] = JSON.parse(last("ENTRYPOINT")) as string[];
    const inImage = path.join(root, path.relative("/opt/paperboy", program));
    const args = [inImage, "--home", freshHome(), "run", fixture("pages/daily.html"), "--to", "you@example.com"];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8", cwd: root, env: {} });
    expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringMatching(/^sent: /) as string });
  });

  it("excludes the files of a home from the build", () => {
    const ignored = readFileSync(path.join(projectRoot, ".dockerignore"), "utf8").split("\n");
    for (const name of [".env", "/paperboy.db*", "/paperboy.key", "/outbox", "/pages", "node_modules", ".git"]) {
      expect(ignored).toContain(name);
    }
  });
});

/** A copy, but for the packages: those are linked. */
function put(source: string, target: string): void {
  if (!existsSync(source)) throw new Error(`the image wants ${source}, and it is not there`);
  mkdirSync(path.dirname(target), { recursive: true });
  if (path.basename(source) === "node_modules") symlinkSync(source, target);
  else cpSync(source, target, { recursive: true });
}

function versionOf(file: string): string {
  return (JSON.parse(readFileSync(path.join(projectRoot, file), "utf8")) as { version: string }).version;
}
