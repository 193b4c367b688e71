import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { App } from "../app/app.js";
import { PaperboyError } from "../core/errors.js";
import { brandingFrom } from "../render/renderer.js";
import type { SiteParts } from "../web/context.js";
import type { CommandModule, Outcome } from "./command.js";
import { houseView } from "./options.js";
import { keepSending } from "../app/transactional.js";
import { untilAborted } from "./stop.js";

interface ServeFlags {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/** `paperboy serve`: the public site, until it is asked to stop. */
export const serve: CommandModule = {
  description:
    "Serve the public site: to subscribe, to change and to leave, and to read editions again. Several may run beside each other and beside `paperboy run`, over the same database. Put a reverse proxy in front of it for HTTPS.",
  examples: ["paperboy serve", "paperboy serve --host 0.0.0.0 --port 8080"],
  define: (command, run) =>
    command
      .option("--host <address>", "where to listen (default: 127.0.0.1, or `serve.host`)")
      .option("--port <n>", "the port to listen on (default: 8080, or `serve.port`; 0: any free one)", portNumber)
      .action((flags) => run((app) => serveSite(app, flags))),
};

async function serveSite(app: App, flags: ServeFlags): Promise<Outcome> {
  const { host, port } = app.config.settings.serve;
  const parts = await sitePartsOf(app);
  const [{ createSite }, { startSite }, { READERS_SECTION }, { archiveSection }] = await Promise.all([
    import("../web/site/app.js"),
    import("../web/site/server.js"),
    import("../web/site/routes.js"),
    import("../web/archive/routes.js"),
  ]);
  // Editions from before there was an archive: no request ever writes.
  await parts.store.archive.index();
  const shown = app.config.settings.archive ? [archiveSection()] : [];
  const site = createSite(parts, [READERS_SECTION, ...shown]);
  const server = await startSite(site, { host: flags.host ?? host, port: flags.port ?? port });
  app.environment.stderr.write(`The site listens on ${server.host}, port ${server.port}, for ${parts.publicUrl}\n`);
  try {
    // Requests only put mails in line; they leave beside them, never within one.
    await Promise.all([untilAborted(app.environment.signal), keepSending(app, parts.store)]);
  } finally {
    await server.close();
  }
  return { message: "the site is closed", result: { host: server.host, port: server.port } };
}

/** What the site works with, from the configuration. */
async function sitePartsOf(app: App): Promise<SiteParts> {
  const { settings } = app.config;
  const { publicUrl, serve: own } = settings;
  if (publicUrl === undefined) {
    throw new PaperboyError("config-invalid", {
      message: "the site does not know where it is reached",
      hint: "Set `publicUrl: https://papers.example.org` in paperboy.yaml: mails and letters link there.",
    });
  }
  await assertNetworks(app);
  return {
    store: await app.store(),
    clock: app.clock,
    keys: () => app.linkKeys(),
    secret: await app.secret(),
    publicUrl,
    templatesDir: settings.templates === undefined ? null : path.resolve(app.home, settings.templates),
    branding: brandingFrom(settings.branding),
    view: houseView(app),
    wait: (ms) => wait(ms),
    log: (line) => void app.environment.stderr.write(`${line}\n`),
    settings: own,
  };
}

/** @throws PaperboyError `config-invalid` with the place of a network that is none. */
async function assertNetworks({ config }: App): Promise<void> {
  const { readNetworks } = await import("../web/site/client.js");
  for (const setting of ["trustedProxies", "metricsFrom"] as const) {
    try {
      readNetworks(config.settings.serve[setting]);
    } catch (cause) {
      throw new PaperboyError("config-invalid", {
        message: `${config.placeOf(`serve.${setting}`)}: ${cause instanceof Error ? cause.message : String(cause)}`,
        hint: "Write addresses and networks such as 127.0.0.1 or 10.0.0.0/8.",
        cause,
      });
    }
  }
}

function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < 0 || port > 65_535) throw new InvalidArgumentError("Expected a port from 0 to 65535.");
  return port;
}
