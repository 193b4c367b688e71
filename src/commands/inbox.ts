import type { CommandModule } from "./command.js";
import { defaultView } from "../rank/view.js";

/** `paperboy inbox [--imap] [SOURCE...]`: handles bounces, complaints and requests that arrive by mail. */
export const inbox: CommandModule = {
  description:
    "Handle incoming mail: bounces and complaints, which end a subscription, and requests to subscribe, unsubscribe, pause or change " +
    "preferences. SOURCE is a maildir, a file with one mail, or - for one mail on standard input. The default is `inbox.maildir` and " +
    "`inbox.imap` of paperboy.yaml.",
  examples: [
    "paperboy inbox",
    "paperboy inbox --imap",
    "paperboy inbox /var/mail/papers/Maildir",
    "paperboy inbox - < bounce.eml",
  ],
  define: (command, run) =>
    command
      .argument("[source...]", "a maildir, a file with one mail, or -")
      .option("--imap", "read the folder of `inbox.imap` and the given SOURCEs only")
      .action((names, { imap = false }) =>
        run(async (app) => {
          const { runInbox } = await import("../app/inbox.js");
          return runInbox(app, { names, imap, view: defaultView(app.config.settings.view) });
        }),
      ),
};
