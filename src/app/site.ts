import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { App } from "./app.js";
import { messageOf, PaperboyError } from "../core/errors.js";
import { brandingFrom } from "../render/renderer.js";
import type { SiteParts } from "../web/context.js";
import { archiveModule } from "../web/archive/routes.js";
import { archiveFiles } from "../web/archive/static-files.js";
import { writeFolder } from "../web/archive/write-folder.js";
import type { WriteResult } from "../web/archive/write-folder.js";
import { createSite } from "../web/site/app.js";
import { parseNetworks } from "../web/site/client.js";
import { startSite } from "../web/site/server.js";
import { defaultView } from "../rank/view.js";
import { openLikedTexts } from "./interests.js";
import { untilAborted } from "../core/until-aborted.js";
import { isLoopback } from "../core/url.js";
import { serveTransactionalMails, transactionalSender } from "./transactional.js";
import { serveWelcomes } from "./welcome.js";

/** The address to listen on. The configuration supplies absent parts. */
export interface ListenFlags {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/**
 * Serves the public site and sends its transactional mail until the process is asked to stop. Returns the address that it
 * listened on.
 * @throws PaperboyError `config-invalid` for missing or invalid settings, `usage` if it cannot listen.
 */
export async function serveSite(
  app: App,
  flags: ListenFlags,
): Promise<{ readonly host: string; readonly port: number }> {
  const { archive, serve } = app.config.settings;
  const parts = await siteParts(app);
  // Index editions that were sent before the archive existed. Requests only read.
  await parts.store.archive.index();
  const site = createSite(parts, archive ? [archiveModule()] : []);
  const server = await startSite(site, { host: flags.host ?? serve.host, port: flags.port ?? serve.port });
  const { host, port } = server;
  app.environment.stderr.write(`The site listens on ${host}, port ${port}, for ${parts.publicUrl}\n`);
  try {
    // Requests only queue mail. It is sent outside of requests, so responses do not wait for the mail server.
    await Promise.all([
      untilAborted(app.environment.signal),
      serveTransactionalMails(transactionalSender(app, parts.store)),
      serveWelcomes(app),
    ]);
  } finally {
    await server.close();
  }
  return { host, port };
}

async function siteParts(app: App): Promise<SiteParts> {
  const { settings } = app.config;
  const { publicUrl, serve } = settings;
  if (publicUrl === undefined) {
    throw new PaperboyError("config-invalid", {
      message: "the site needs a public URL",
      hint: "Set `publicUrl: https://papers.example.org` in paperboy.yaml. Letters and mails link to it.",
    });
  }
  assertNetworks(app.config);
  const store = await app.store();
  return {
    store,
    likedBy: (view) => openLikedTexts(app, { readsPages: false })(view),
    clock: app.clock,
    keys: async () => (await app.secrets()).links,
    secret: (await app.secrets()).home,
    publicUrl,
    ...pageSettings(app),
    wait: (ms) => wait(ms),
    log: (line) => void app.environment.stderr.write(`${line}\n`),
    settings: { ...serve, metricsFrom: serve.metricsFrom ?? metricsReaders(publicUrl) },
  };
}

/** Writes the archive as static files. Omits the feeds if `url` is null, because feeds need absolute URLs. */
export async function writeArchive(
  app: Pick<App, "config" | "home" | "store">,
  { folder, url }: { readonly folder: string; readonly url: string | null },
): Promise<WriteResult> {
  const { archive } = await app.store();
  await archive.index();
  return writeFolder(folder, archiveFiles({ archive, url, ...pageSettings(app) }));
}

/** Returns the settings of pages: templates, branding and default view. */
export function pageSettings(app: Pick<App, "config" | "home">): Pick<SiteParts, "templatesDir" | "branding" | "view"> {
  const { templates, branding } = app.config.settings;
  return {
    templatesDir: templates === undefined ? null : path.resolve(app.home, templates),
    branding: brandingFrom(branding),
    view: defaultView(app.config.settings.view),
  };
}

/**
 * Returns who may read the metrics by default. A proxy on this machine can look like a direct request, so a public site shows
 * them to no one.
 */
function metricsReaders(publicUrl: string): readonly string[] {
  return isLoopback(new URL(publicUrl).hostname) ? ["127.0.0.0/8", "::1"] : [];
}

/** @throws PaperboyError `config-invalid` with the name of the setting that has an invalid address or network. */
function assertNetworks({ settings, placeOf }: App["config"]): void {
  for (const setting of ["trustedProxies", "metricsFrom"] as const) {
    try {
      parseNetworks(settings.serve[setting] ?? []);
    } catch (cause) {
      throw new PaperboyError("config-invalid", {
        message: `${placeOf(`serve.${setting}`)}: ${messageOf(cause)}`,
        hint: "Use addresses and networks such as 127.0.0.1 or 10.0.0.0/8.",
        cause,
      });
    }
  }
}
