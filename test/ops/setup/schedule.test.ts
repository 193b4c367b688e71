import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import * as z from "zod";
import { minuteOf, SCHEDULERS } from "../../../src/ops/setup/schedule.js";
import { fixture, projectRoot } from "../../support/paperboy.js";

const program = path.join(projectRoot, "bin/paperboy.js");
/** A home whose path needs every quoting rule. */
const oddHome = () => path.join(mkdtempSync(path.join(tmpdir(), "paperboy schedule-")), "the 100% $HOME's");
const jobFor = (home: string) => ({ node: process.execPath, program, home, version: "1.2.3", fromHour: 0 });

const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

describe("minuteOf", () => {
  it.each(["/srv/a", "C:\\papers"])("is stable for %s", (home) => {
    expect(minuteOf(home)).toBe(minuteOf(home));
  });

  it("is never a busy minute, and uses all others", () => {
    const minutes = Array.from({ length: 500 }, (_, number) => minuteOf(`/srv/${number}`));
    expect(minutes.filter((minute) => minute % 15 === 0 || minute < 0 || minute > 59)).toEqual([]);
    expect(new Set(minutes).size).toBe(56);
  });
});

const at = (fromHour: number) => ({ ...jobFor("/srv/papers"), fromHour });

describe("--from-hour", () => {
  const minute = String(minuteOf("/srv/papers"));
  it.each([
    [0, `${minute} * * * * `, `OnCalendar=*-*-* *:${minute.padStart(2, "0")}:00`],
    [7, `${minute} 7-23 * * * `, `OnCalendar=*-*-* 07..23:${minute.padStart(2, "0")}:00`],
    [23, `${minute} 23 * * * `, `OnCalendar=*-*-* 23:${minute.padStart(2, "0")}:00`],
  ])("%i is in the time of every scheduler", (hour, line, event) => {
    expect(SCHEDULERS.cron.text(at(hour))).toContain(`\n${line}`);
    expect(SCHEDULERS.systemd.text(at(hour))).toContain(event);
    expect(SCHEDULERS.github.text(at(hour))).toContain(`cron: "${line.trim()}"`);
    expect(SCHEDULERS.kubernetes.text(at(hour))).toContain(`schedule: "${line.trim()}"`);
    const { status, stderr } = hasSystemd
      ? spawnSync("systemd-analyze", ["calendar", event.replace("OnCalendar=", "")], { encoding: "utf8" })
      : { status: 0, stderr: "" };
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});

it("runs the line for cron in cron's minimal environment", () => {
  const home = oddHome();
  mkdirSync(home);
  writeFileSync(path.join(home, "paperboy.yaml"), "to: [you@example.com]\n");
  const line =
    SCHEDULERS.cron
      .text(jobFor(home))
      .split("\n")
      .findLast((text) => text !== "") ?? "";
  const [, command = ""] = /^\d+ \* \* \* \* (.*)$/.exec(line) ?? [];
  // As in crontab(5): a percent sign ends the command, an escaped one does not; /bin/sh runs the result.
  const shellCommand = command
    .replace(/(?<!\\)%.*/, "")
    .replaceAll("\\%", "%")
    .replace(/ run --quiet /, ` run ${fixture("pages/daily.html")} --quiet `);
  const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", shellCommand], {
    cwd: "/",
    env: { PATH: "/usr/bin:/bin", HOME: tmpdir(), SHELL: "/bin/sh" },
    encoding: "utf8",
  });
  // cron mails the output of a command, so a successful run must write nothing.
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(readdirSync(path.join(home, "outbox"))).toHaveLength(2);
});

it.skipIf(!hasSystemd && !process.env["CI"])(
  "writes units that systemd accepts (skipped without systemd-analyze)",
  () => {
    const text = SCHEDULERS.systemd.text(jobFor(oddHome()));
    const folder = mkdtempSync(path.join(tmpdir(), "paperboy-units-"));
    const units = [...text.matchAll(/^# ~\/\.config\/systemd\/user\/(\S+)\n([\s\S]*?)(?=^# ~\/|^# Then)/gm)];
    expect(units.map(([, name]) => name)).toEqual(["paperboy.service", "paperboy.timer"]);
    for (const [, name = "", body = ""] of units) writeFileSync(path.join(folder, name), body);
    const files = readdirSync(folder).map((name) => path.join(folder, name));
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", ...files], { encoding: "utf8" });
    const ours = stderr.split("\n").filter((line) => line.includes("paperboy"));
    expect({ status, ours }).toEqual({ status: 0, ours: [] });
  },
);

/** What GitHub asks of a workflow (its syntax for workflows), as far as ours goes; a key that is not here is refused. */
const variables = z.record(z.string().regex(/^[A-Z_]+$/), z.string());
const job = z.strictObject({
  "runs-on": z.literal("ubuntu-latest"),
  "timeout-minutes": z.int().positive(),
  needs: z.literal("run").optional(),
  if: z.string().optional(),
  outputs: z.record(z.string(), z.string()).optional(),
  permissions: z.strictObject({ pages: z.literal("write"), "id-token": z.literal("write") }).optional(),
  environment: z.strictObject({ name: z.literal("github-pages"), url: z.string() }).optional(),
  steps: z.array(
    z.union([
      z.strictObject({
        id: z.string().optional(),
        if: z.string().optional(),
        uses: z.string().regex(/^[\w-]+\/[\w-]+@v\d+$/),
        with: z.record(z.string(), z.union([z.string(), z.int()])).optional(),
      }),
      z.strictObject({
        name: z.string(),
        id: z
          .string()
          .regex(/^[a-z]\w*$/)
          .optional(),
        if: z.string().optional(),
        env: variables.optional(),
        run: z.string(),
      }),
    ]),
  ),
});
const workflow = z.strictObject({
  name: z.string(),
  on: z.strictObject({
    schedule: z.tuple([z.strictObject({ cron: z.string().regex(/^[1-9]\d? \* \* \* \*$/) })]),
    workflow_dispatch: z.strictObject({}),
  }),
  concurrency: z.strictObject({ group: z.string(), "cancel-in-progress": z.literal(false) }),
  permissions: z.strictObject({ contents: z.literal("write"), actions: z.literal("write") }),
  defaults: z.strictObject({ run: z.strictObject({ shell: z.literal("bash") }) }),
  env: variables,
  jobs: z.strictObject({ run: job, publish: job }),
});

it("writes a valid workflow for GitHub", () => {
  const written = workflow.parse(parse(SCHEDULERS.github.text(jobFor("/srv/paperboy"))));
  const steps = JSON.stringify(written.jobs);
  // GitHub would report any other kind of expression only when it runs the workflow.
  const expressions = [...steps.matchAll(/\$\{\{ (.*?) \}\}/g)].map(([, expression]) => expression);
  expect(new Set(expressions)).toEqual(
    new Set([
      "secrets.PAPERBOY_SECRET",
      "secrets.PAPERBOY_SMTP_URL",
      "secrets.PAPERBOY_FROM",
      "secrets.PAPERBOY_TO",
      "github.token",
      "runner.os",
      "runner.temp",
      "hashFiles('package-lock.json', 'src/**', 'templates/**', 'scripts/**')",
      "steps.archive.outputs.built",
      "steps.deploy.outputs.page_url",
    ]),
  );
});

const container = z.object({ name: z.string(), image: z.string(), args: z.array(z.string()) });
const cronJob = z.object({
  apiVersion: z.literal("batch/v1"),
  kind: z.literal("CronJob"),
  spec: z.object({
    schedule: z.string().regex(/^[1-9]\d? \* \* \* \*$/),
    concurrencyPolicy: z.literal("Forbid"),
    jobTemplate: z.object({
      spec: z.object({
        template: z.object({
          spec: z.object({
            restartPolicy: z.enum(["Never", "OnFailure"]),
            securityContext: z.object({ runAsNonRoot: z.literal(true) }),
            containers: z.tuple([container]),
          }),
        }),
      }),
    }),
  }),
});

it("writes a valid CronJob for Kubernetes", () => {
  const [volume, job] = parseAllDocuments(SCHEDULERS.kubernetes.text(jobFor("/srv/paperboy"))).map(
    (document) => document.toJS() as unknown,
  );
  expect(volume).toMatchObject({ apiVersion: "v1", kind: "PersistentVolumeClaim" });
  expect(cronJob.safeParse(job).error).toBeUndefined();
});

it("prints the text for this home with absolute paths", () => {
  const home = mkdtempSync(path.join(tmpdir(), "paperboy-home-"));
  const text = execFileSync(process.execPath, [program, "--home", home, "schedule", "print", "cron"], {
    encoding: "utf8",
  });
  expect(text).toContain(`${process.execPath} ${program} --home ${home} run --quiet >/dev/null\n`);
});
