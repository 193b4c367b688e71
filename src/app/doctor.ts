import type { DoctorParts } from "../ops/doctor/context.js";
import type { App } from "./app.js";
import { resolveCommand, variablesFor } from "./enrich.js";
import { renderCheckedLetter } from "./letter.js";
import { contextOf } from "./recipients.js";

/** Returns the parts that the checks of `doctor` use. Connects and reads only when a check calls one. */
export function doctorParts(app: App): DoctorParts {
  const { home, clock, environment } = app;
  return {
    home,
    clock,
    wall: environment.clock,
    environment: environment.env,
    signal: environment.signal,
    config: () => app.config,
    source: (text) => app.source(text),
    readParts: () => app.readOnly.parts({ quick: true }),
    openStore: () => app.store(),
    checkTransport: async () => void (await app.transport()),
    messageContext: () => contextOf(app.readOnly),
    renderLetter: async (digest) => void (await renderCheckedLetter(app, digest, { readers: [], placeholders: true })),
    enrichProgram: () => {
      const { enrich } = app.config.settings;
      if (enrich === undefined) return null;
      const variables = variablesFor(app, enrich);
      return {
        command: resolveCommand(enrich.command, home),
        directory: home,
        searchPath: variables["PATH"] ?? "",
        missing: enrich.env.filter((name) => !variables[name]),
        required: enrich.required,
      };
    },
    countUnread: async (settings) => {
      const { imapFolder, openImap } = await import("../inbox/imap-session.js");
      // Creates the folder `inbox.imap.done`, as `paperboy inbox` does, to test whether the server allows it.
      const session = await openImap(imapFolder(settings), { signal: environment.signal });
      try {
        const refusal = session.refusal();
        if (refusal !== null) throw refusal;
        return (await session.unseen()).length;
      } finally {
        await session.close();
      }
    },
  };
}
