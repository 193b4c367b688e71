// Processes that are measured, and those that they talk to.
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export const here = (name) => fileURLToPath(new URL(name, import.meta.url));
export const paperboy = here("../bin/paperboy.js");

// Where a machine names certificates of its own, Node reads them at every start, 40 ms on the machine where that was found: it
// made all that is short look better than it is.
const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;

/**
 * Runs a program to its end; one that fails ends the bench. With `usage` a program of Node tells its processor time and memory,
 * which takes it some milliseconds.
 */
export async function run(command, args, { cwd, env = {}, statuses = [0], usage = false } = {}) {
  const all = usage ? ["--require", here("cpu-at-exit.cjs"), ...args] : args;
  const stdio = ["ignore", "pipe", "pipe", usage ? "pipe" : "ignore"];
  const started = performance.now();
  const child = spawn(command, all, { cwd, env: { ...environment, ...env }, stdio });
  const told = ["", "", "", ""];
  for (const stream of [1, 2, 3]) child.stdio[stream]?.on("data", (chunk) => (told[stream] += chunk));
  const [status] = await once(child, "close");
  const ms = performance.now() - started;
  if (!statuses.includes(status)) throw new Error(`${args.join(" ")} ended with ${status}: ${told[2]}`);
  return {
    ms,
    startedAt: performance.timeOrigin + started,
    stdout: told[1],
    stderr: told[2],
    ...(told[3] && JSON.parse(told[3])),
  };
}

/** A server of this folder in a process of its own; `ask` puts a question to it. */
export async function serve(name, ...args) {
  const child = fork(here(name), args.map(String));
  const [{ port }] = await once(child, "message");
  const ask = async (question) => {
    child.send({ ask: question });
    const [answer] = await once(child, "message");
    return answer;
  };
  return { port, ask, close: () => child.disconnect() };
}
