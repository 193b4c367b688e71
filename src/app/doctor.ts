import type { DoctorParts } from "../ops/doctor/context.js";
import type { App } from "./app.js";
import { renderCheckedLetter } from "./letter.js";
import { contextOf } from "./recipients.js";
import { packageVersion } from "./version.js";

/** Returns what the checks of the doctor use of an app. Nothing is connected or read before a check asks for it. */
export function doctorParts(app: App): DoctorParts {
  const { home, clock, environment } = app;
  return {
    home,
    clock,
    wall: environment.clock,
    environment: environment.env,
    signal: environment.signal,
    version: packageVersion(),
    config: () => app.config,
    source: (text) => app.source(text),
    readParts: () => app.parts({ hurried: true, readOnly: true }),
    openStore: () => app.store(),
    checkTransport: async () => void (await app.transport()),
    messageContext: () => contextOf(app, { readOnly: true }),
    renderLetter: async (digest) => void (await renderCheckedLetter(app, digest, { readers: [], placeholders: true })),
    countUnread: async (settings) => {
      const { imapFolder, openImap } = await import("../inbox/imap-session.js");
      // Creates `inbox.imap.done` as `paperboy inbox` does: only that shows whether the server accepts it.
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
