import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { projectRoot } from "../../support/paperboy.js";

const example = (name: string) => readFileSync(path.join(projectRoot, "examples/scale", name), "utf8");
const { version } = JSON.parse(readFileSync(path.join(projectRoot, "package.json"), "utf8")) as { version: string };
const image = `paperboy-digest:${version}`;

/** What the reference says of a command, with the flags that every command has. */
function helpOf(command: string): string {
  const page = readFileSync(path.join(projectRoot, "docs/reference", `${command}.md`), "utf8");
  return `${page}--home`;
}

/** A command line that paperboy knows: the command, and each flag of it. */
function expectKnown([command = "", ...rest]: readonly string[]): void {
  for (const flag of rest.filter((word) => word.startsWith("--"))) expect(helpOf(command)).toContain(flag);
}

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly secrets?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, unknown>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

it("the compose file uses existing services, secrets and commands, and the image of this version", () => {
  const { services, secrets } = parse(example("compose.yaml"), { merge: true }) as Compose;
  expect(Object.keys(services)).toEqual(["database", "schedule", "work", "site"]);
  for (const [name, service] of Object.entries(services)) {
    expect(Object.keys(secrets)).toEqual(expect.arrayContaining([...(service.secrets ?? [])]));
    expect(Object.keys(services)).toEqual(expect.arrayContaining(Object.keys(service.depends_on ?? {})));
    if (name === "database") continue;
    expect(service.image).toBe(image);
    expectKnown(service.command ?? []);
  }
});

interface Pod {
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: object;
  readonly containers: readonly { readonly image: string; readonly args: readonly string[]; readonly ports?: object }[];
}

interface Workload {
  readonly template?: { readonly spec: Pod };
  readonly jobTemplate?: { readonly spec: Workload };
}

function podIn({ template, jobTemplate }: Workload): Pod {
  if (template) return template.spec;
  if (jobTemplate) return podIn(jobTemplate.spec);
  throw new Error("a workload without a pod");
}

describe("for Kubernetes", () => {
  const documents = parseAllDocuments(example("kubernetes.yaml")).map(
    (document) => document.toJS() as { readonly kind: string; readonly spec: Workload },
  );
  const podOf = ({ spec }: (typeof documents)[number]): Pod => podIn(spec);

  it("has a job that prepares and workers that deliver", () => {
    expect(documents.map(({ kind }) => kind)).toEqual(["CronJob", "Deployment"]);
    expect(documents.map((document) => podOf(document).containers[0]?.args[0])).toEqual(["run", "work"]);
  });

  it.each(documents.map((document) => [document.kind, podOf(document)] as const))(
    "a %s runs without rights, with time to finish, by a command that there is",
    (_, { containers, securityContext, terminationGracePeriodSeconds }) => {
      expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
      expect(terminationGracePeriodSeconds).toBe(120);
      expect(containers).toHaveLength(1);
      expect(containers[0]?.image).toBe(image);
      expectKnown(containers[0]?.args ?? []);
    },
  );
});

const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

it.skipIf(!hasSystemd && !process.env["CI"])("systemd accepts the unit (skipped without systemd-analyze)", () => {
  const [, command = ""] = /^ExecStart=\S+ \S+ (.*)$/m.exec(example("paperboy-work.service")) ?? [];
  expectKnown(command.split(" "));
  const file = path.join(mkdtempSync(path.join(tmpdir(), "paperboy-unit-")), "paperboy-work.service");
  // The program of this machine, which need not be where the example has it.
  writeFileSync(file, example("paperboy-work.service").replace("/usr/bin/node", process.execPath));
  const { status, stderr } = spawnSync("systemd-analyze", ["verify", file], { encoding: "utf8" });
  expect({ status, said: stderr.split("\n").filter((line) => line.includes("paperboy")) }).toEqual({
    status: 0,
    said: [],
  });
});
