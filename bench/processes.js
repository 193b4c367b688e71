// Starts the measured processes and their servers.
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export const here = (name) => fileURLToPath(new URL(name, import.meta.url));
export const paperboy = here("../bin/paperboy.js");

// Node reads the certificates of NODE_EXTRA_CA_CERTS at every start. That took 40 ms on one machine, which would improve the ratios
// of short commands.
const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;

/**
 * Runs a program to its end. A failure ends the benchmark. With `usage`, a Node program reports its processor time and memory,
 * which costs a few milliseconds.
 */
export async function run(command, args, { cwd, env = {}, statuses = [0], usage = false } = {}) {
  const all = usage ? ["--require", here("cpu-at-exit.cjs"), ...args] : args;
  const stdio = ["ignore", "pipe", "pipe", usage ? "pipe" : "ignore"];
  const started = performance.now();
  const child = spawn(command, all, { cwd, env: { ...environment, ...env }, stdio });
  const output = ["", "", "", ""];
  for (const stream of [1, 2, 3]) child.stdio[stream]?.on("data", (chunk) => (output[stream] += chunk));
  const [status] = await once(child, "close");
  const ms = performance.now() - started;
  if (!statuses.includes(status)) throw new Error(`${args.join(" ")} ended with ${status}: ${output[2]}`);
  return {
    ms,
    startedAt: performance.timeOrigin + started,
    stdout: output[1],
    stderr: output[2],
    ...(output[3] && JSON.parse(output[3])),
  };
}

/** Starts a server of this folder as a separate process. `ask` sends it a request and returns the response. */
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
