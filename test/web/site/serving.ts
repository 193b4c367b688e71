import { EventEmitter, once } from "node:events";
import type { Environment } from "../../../src/app/app.js";
import { main } from "../../../src/cli/cli.js";
import { freshHome } from "../../support/paperboy.js";

/** `paperboy serve`, running in this process. */
export interface Serving {
  readonly home: string;
  /** Where it really listens, without a slash at its end. */
  readonly url: string;
  readonly stderr: () => string;
  /** Asks it to stop, as Ctrl-C does, and answers with its exit status. */
  stop(): Promise<number>;
}

interface Around {
  readonly home?: string;
  readonly clock?: () => Date;
}

/** Runs `paperboy serve` on a free port until it says where; fails with what it said when it ends before. */
export async function serve(
  env: Readonly<Record<string, string>>,
  { home = freshHome(), clock = () => new Date() }: Around = {},
): Promise<Serving> {
  const stop = new AbortController();
  let stderr = "";
  const told = new EventEmitter();
  const listening = once(told, "port");
  const environment: Environment = {
    stdin: (async function* () {})(),
    stdout: { write: () => undefined },
    stderr: {
      write: (text) => {
        stderr += text;
        const [, port] = /listens on \S+ port (\d+)/.exec(text) ?? [];
        if (port !== undefined) told.emit("port", port);
      },
    },
    env: { PAPERBOY_PUBLIC_URL: "http://127.0.0.1", PAPERBOY_SERVE_PORT: "0", ...env },
    directory: home,
    clock,
    signal: stop.signal,
  };
  const running = main(["node", "paperboy", "serve"], environment);
  const [port]: string[] = await Promise.race([
    listening,
    running.then((exit) => Promise.reject(new Error(`it ended with ${exit}: ${stderr}`))),
  ]);
  return {
    home,
    url: `http://127.0.0.1:${port}`,
    stderr: () => stderr,
    stop: () => {
      stop.abort();
      return running;
    },
  };
}
