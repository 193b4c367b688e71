import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { parse } from "yaml";
import { main } from "../../../src/cli/cli.js";

/** As much of a workflow as ours uses. */
interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: { readonly run: { readonly steps: readonly Step[] } };
}

export interface Job {
  /** The workflow file of the repository. */
  readonly workflow: string;
  /** Where the repository is checked out. */
  readonly workspace: string;
  readonly secrets: Readonly<Record<string, string>>;
  /** The variables of the repository, `vars`. */
  readonly repositoryVariables?: Readonly<Record<string, string>>;
  /** The machine's own environment. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface StepEnd {
  readonly name: string;
  readonly outcome: "success" | "failure" | "skipped";
}

export interface JobEnd {
  /** Those of the job, in order. */
  readonly steps: readonly StepEnd[];
  readonly log: string;
  readonly summary: string;
  /** The folder `RUNNER_TEMP`. */
  readonly temp: string;
}

/** Done beforehand by the test: the packages. The actions of others (checkout, Node, cache, upload) are not run either. */
const DONE_BEFORE = /^npm ci /;

/** Runs the shell steps of a workflow's first job as GitHub's runner does: one bash a step, `GITHUB_ENV` and outputs between them. */
export async function runJob({
  workflow,
  workspace,
  secrets,
  environment,
  repositoryVariables = {},
}: Job): Promise<JobEnd> {
  const { env, jobs } = parse(workflow) as Workflow;
  const file = (name: string) => path.join(workspace, "..", name);
  const files = {
    GITHUB_ENV: file("env"),
    GITHUB_OUTPUT: file("output"),
    GITHUB_PATH: file("path"),
    GITHUB_STEP_SUMMARY: file("summary"),
  };
  for (const file of Object.values(files)) writeFileSync(file, "");
  const steps: StepEnd[] = [];
  const outcomes = new Map<string, string>();
  let log = "";
  const so = { steps, outcomes, repositoryVariables };
  for (const step of jobs.run.steps) {
    const name = step.name ?? step.uses ?? "";
    if (step.run === undefined || DONE_BEFORE.test(step.run)) continue;
    if (!isDue(step.if, so)) {
      steps.push({ name, outcome: "skipped" });
      continue;
    }
    const passed = Object.fromEntries(
      linesOf(files.GITHUB_ENV).map((line) => /^(\w+)=(.*)$/.exec(line)?.slice(1) ?? []),
    );
    const filled = Object.entries(step.env ?? {}).map(([key, value]) => [key, fill(value, secrets)]);
    const PATH = [...linesOf(files.GITHUB_PATH).toReversed(), environment["PATH"] ?? ""].join(":");
    const variables = { ...environment, PATH, ...env, ...files, ...passed, ...Object.fromEntries(filled) };
    writeFileSync(files.GITHUB_OUTPUT, "");
    const { status, output } = await bash(step.run, workspace, variables);
    log += `## ${name}\n${output}`;
    const outcome = status === 0 ? "success" : "failure";
    steps.push({ name, outcome });
    if (step.id === undefined) continue;
    outcomes.set(`${step.id}.outcome`, outcome);
    for (const line of linesOf(files.GITHUB_OUTPUT)) {
      const [, key = "", value = ""] = /^(\w+)=(.*)$/.exec(line) ?? [];
      outcomes.set(`${step.id}.outputs.${key}`, value);
    }
  }
  return {
    steps,
    log,
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, "utf8"),
    temp: environment["RUNNER_TEMP"] ?? "",
  };
}

/** The conditions that our workflow uses; another one is a failure, not a guess. */
function isDue(
  condition: string | undefined,
  so: {
    readonly steps: readonly StepEnd[];
    /** By `id.outcome` and `id.outputs.name`. */
    readonly outcomes: ReadonlyMap<string, string>;
    readonly repositoryVariables: Readonly<Record<string, string>>;
  },
): boolean {
  const parts = condition === undefined ? [] : condition.split(" && ");
  // A condition that does not ask for more means `success()` as well.
  if (!parts.includes("always()") && so.steps.some(({ outcome }) => outcome === "failure")) return false;
  return parts.every((part) => {
    if (part === "always()") return true;
    const [, from, id = "", wanted] = /^(steps|vars)\.([\w.-]+) == '(\w+)'$/.exec(part) ?? [];
    if (wanted === undefined) throw new Error(`a condition that this runner does not know: ${part}`);
    return (from === "vars" ? so.repositoryVariables[id] : so.outcomes.get(id)) === wanted;
  });
}

/** A secret that is not set is empty, as on GitHub. */
function fill(value: string, secrets: Job["secrets"]): string {
  return value.replaceAll(/\$\{\{ (secrets|github)\.(\w+) \}\}/g, (_, from: string, name: string) =>
    from === "github" ? `the-${name}` : (secrets[name] ?? ""),
  );
}

function linesOf(file: string): string[] {
  return readFileSync(file, "utf8").split("\n").filter(Boolean);
}

/** What `shell: bash` means on GitHub. */
async function bash(script: string, cwd: string, env: Record<string, string>) {
  const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], { cwd, env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const status = await new Promise((resolve) => child.once("close", resolve));
  return { status, output };
}

/** Runs the program in this process for a `node` of `nodeFor`. */
export interface ProgramServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Returns a shell script that replaces `node`. It sends the arguments, the folder and the environment of the program to this
 * process, which writes the streams to two files and answers with the exit status. Other scripts are run by Node itself.
 */
export function nodeFor(url: string): string {
  return `#!/bin/sh
case "$1" in
  */bin/paperboy.js) shift;;
  *) exec "${process.execPath}" "$@";;
esac
streams=$(mktemp -d)
status=$({ printf '%s\\0' "$streams" "$PWD" "$#" "$@"; env -0; } | curl --silent --data-binary @- ${url})
cat "$streams/stdout"
cat "$streams/stderr" >&2
exit "$status"
`;
}

/** Starts the server that runs the program for `nodeFor`, at the time in PAPERBOY_TEST_NOW. */
export async function startProgram(): Promise<ProgramServer> {
  const server = createServer(async (request, response) => {
    const [streams = "", directory = "", count = "0", ...rest] = (await text(request)).split("\0");
    const [args, variables] = [rest.slice(0, Number(count)), rest.slice(Number(count), -1)];
    const env = Object.fromEntries(variables.map((line) => [line.split("=")[0], line.slice(line.indexOf("=") + 1)]));
    const written = { stdout: "", stderr: "" };
    const exit = await main(["node", "paperboy", ...args], {
      stdin: Readable.from([]),
      stdout: { write: (said) => (written.stdout += said) },
      stderr: { write: (said) => (written.stderr += said) },
      env,
      directory,
      clock: () => new Date(env["PAPERBOY_TEST_NOW"] ?? ""),
      signal: new AbortController().signal,
    });
    for (const [name, said] of Object.entries(written)) writeFileSync(path.join(streams, name), said);
    response.end(String(exit));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => void (await once(server.close(), "close")),
  };
}
