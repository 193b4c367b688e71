import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";

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
  /** The machine's own environment. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface StepEnd {
  readonly name: string;
  readonly outcome: "success" | "failure" | "skipped";
}

export interface JobEnd {
  readonly steps: readonly StepEnd[];
  readonly log: string;
  readonly summary: string;
}

/** Done beforehand by the test: the checkout, Node, and the one step that would install Paperboy from the registry. */
const DONE_BEFORE = /^npm install --global paperboy-digest@/;

/** Runs the shell steps of a workflow's only job as GitHub's runner does: one bash a step, `GITHUB_ENV` between them. */
export async function runJob({ workflow, workspace, secrets, environment }: Job): Promise<JobEnd> {
  const { env, jobs } = parse(workflow) as Workflow;
  const files = { GITHUB_ENV: path.join(workspace, "../env"), GITHUB_STEP_SUMMARY: path.join(workspace, "../summary") };
  for (const file of Object.values(files)) writeFileSync(file, "");
  const steps: StepEnd[] = [];
  const outcomes = new Map<string, string>();
  let log = "";
  for (const step of jobs.run.steps) {
    const name = step.name ?? step.uses ?? "";
    if (step.run === undefined || DONE_BEFORE.test(step.run)) continue;
    if (!isDue(step.if, { steps, outcomes })) {
      steps.push({ name, outcome: "skipped" });
      continue;
    }
    const passed = Object.fromEntries(
      linesOf(files.GITHUB_ENV).map((line) => /^(\w+)=(.*)$/.exec(line)?.slice(1) ?? []),
    );
    const filled = Object.entries(step.env ?? {}).map(([key, value]) => [key, fill(value, secrets)]);
    const variables = { ...environment, ...env, ...files, ...passed, ...Object.fromEntries(filled) };
    const { status, output } = await bash(step.run, workspace, variables);
    log += `## ${name}\n${output}`;
    const outcome = status === 0 ? "success" : "failure";
    steps.push({ name, outcome });
    if (step.id !== undefined) outcomes.set(step.id, outcome);
  }
  return { steps, log, summary: readFileSync(files.GITHUB_STEP_SUMMARY, "utf8") };
}

/** The conditions that our workflow uses; another one is a failure, not a guess. */
function isDue(
  condition: string | undefined,
  so: { steps: readonly StepEnd[]; outcomes: Map<string, string> },
): boolean {
  const parts = condition === undefined ? [] : condition.split(" && ");
  // A condition that does not ask for more means `success()` as well.
  if (!parts.includes("always()") && so.steps.some(({ outcome }) => outcome === "failure")) return false;
  return parts.every((part) => {
    if (part === "always()") return true;
    const [, id = "", wanted] = /^steps\.(\w+)\.outcome == '(\w+)'$/.exec(part) ?? [];
    if (wanted === undefined) throw new Error(`a condition that this runner does not know: ${part}`);
    return so.outcomes.get(id) === wanted;
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
