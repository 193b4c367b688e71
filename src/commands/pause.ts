import type { Store } from "../store/store.js";
import type { CommandModule } from "./command.js";

/** Whether nothing may go out just now, by the operator's word. */
export async function isPaused({ runs }: Pick<Store, "runs">): Promise<boolean> {
  return (await runs.get("paused")) === true;
}

/** `paperboy pause`: nothing goes out until `resume`. */
export const pause: CommandModule = {
  description: "Let nothing go out, from any run, until `paperboy resume`. What is on the wire is finished.",
  examples: ["paperboy pause "],
  define: (command, run) =>
    command.action(() =>
      run(async (app) => {
        await (await app.store()).runs.set("paused", true);
        return { message: "paused: nothing goes out until `paperboy resume`" };
      }),
    ),
};

/** `paperboy resume`: ends a pause. */
export const resume: CommandModule = {
  description: "End a pause: the next run goes on where the last one stopped.",
  examples: ["paperboy resume "],
  define: (command, run) =>
    command.action(() =>
      run(async (app) => {
        await (await app.store()).runs.set("paused", false);
        return { message: "resumed: the next run goes on" };
      }),
    ),
};
