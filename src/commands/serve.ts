import { portNumber } from "./options.js";
import type { CommandModule } from "./command.js";

/** `paperboy serve`: runs the public site until it is asked to stop. */
export const serve: CommandModule = {
  description:
    "Serve the public site: subscribing, preferences, unsubscribing and the archive. Several processes can use the same database, together with `paperboy run`. Use a reverse proxy for HTTPS.",
  examples: ["paperboy serve", "paperboy serve --host 0.0.0.0 --port 8080"],
  define: (command, run) =>
    command
      .option("--host <address>", "listen on this address (default: 127.0.0.1, or `serve.host`)")
      .option("--port <n>", "listen on this port (default: 8080, or `serve.port`; 0: any free port)", portNumber)
      .action((flags) =>
        run(async (app) => {
          const { serveSite } = await import("../app/site.js");
          return { message: "the site has stopped", result: { ...(await serveSite(app, flags)) } };
        }),
      ),
};
