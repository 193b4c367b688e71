import { compose } from "../pipeline.js";
import { deliver } from "../send/deliver.js";
import type { CommandModule } from "./command.js";
import { tellDelivery } from "./journey.js";
import { soundLetter } from "./letter.js";
import { addressOf, mailerOf } from "./mailer.js";
import { collect, viewOf, withViewOptions } from "./options.js";

/** `paperboy send SOURCE --to A`: one test letter, marked so. */
export const send: CommandModule = {
  description: "Send a test letter, marked [test], to the people named with --to and to nobody else.",
  examples: [
    "paperboy send yesterday --to you@example.com",
    "paperboy send fixtures/pages/daily.html --to you@example.com",
  ],
  define: (command, run) =>
    withViewOptions(command.argument("<source>", "what to send; see `paperboy --help`"))
      .requiredOption("--to <address>", "who gets the test letter (may be given again)", collect)
      .option("--templates <dir>", "a folder whose files stand in for the built-in templates of the same name")
      .action((source, { to, templates, ...flags }) =>
        run(async (app) => {
          const readers = [...new Set(to.map((text) => addressOf(text, "--to")))];
          const mailer = await mailerOf(app, { test: true });
          const transport = await app.transport();
          const wish = { source: app.source(source), view: viewOf(app, flags), early: true };
          const { digest } = await compose(wish, await app.parts());
          const letter = await soundLetter(app, digest, { readers, templates });
          const messages = await Promise.all(readers.map((reader) => mailer.compose(letter, reader)));
          const { counts, stopped } = await deliver(messages, transport, (delivery) => tellDelivery(app, delivery));
          if (stopped) app.terminal.warn([stopped.message, stopped.hint].filter(Boolean).join(" "));
          return {
            reason: counts.sent === counts.prepared ? "sent" : "send-incomplete",
            message: `${counts.sent} of ${counts.prepared} test letters ${transport.name === "outbox" ? "written to outbox/" : "accepted by the mail server"}`,
            result: { counts },
          };
        }),
      ),
};
