import { setPaused } from "../send/worker/holds.js";
import type { CommandModule } from "./command.js";

/** `paperboy pause`: stops all sending until `resume`. */
export const pause: CommandModule = {
  description:
    "Stop all runs and workers from sending until `paperboy resume`. They finish the messages in transmission.",
  examples: ["paperboy pause"],
  define: (command, withApp) =>
    command.action(() =>
      withApp(async (app) => {
        await setPaused(await app.store(), true);
        return { message: "sending is paused until `paperboy resume`" };
      }),
    ),
};

/** `paperboy resume`: ends a pause and releases held letters. */
export const resume: CommandModule = {
  description:
    "End a pause and release letters that are held because the mail server refused them. The next run continues where the last " +
    "one stopped.",
  examples: ["paperboy resume"],
  define: (command, withApp) =>
    command.action(() =>
      withApp(async (app) => {
        await setPaused(await app.store(), false);
        return { message: "sending is resumed; the next run continues" };
      }),
    ),
};
