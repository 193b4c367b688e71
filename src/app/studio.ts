import { editionPeriod } from "../core/calendar.js";
import { PaperboyError } from "../core/errors.js";
import type { View } from "../core/model.js";
import { readEdition } from "../editions/read-edition.js";
import { memoizeAsync } from "../web/studio/project.js";
import type { CurrentConfig, StudioProject } from "../web/studio/project.js";
import type { App } from "./app.js";
import { openLikedTexts } from "./interests.js";
import { checkOptions } from "./letter.js";
import { addressOptions, composerOf } from "./recipients.js";
import { parseAddress } from "../send/message/address.js";
import { hasStore, withRevisit } from "./revisit.js";

/** The flags of `paperboy preview` that change letters. */
export interface PreviewOptions {
  readonly templates?: string | undefined;
  /** Returns the configured view of an app with the view flags applied. */
  readonly viewOf: (app: App) => Promise<View>;
}

/** Returns the project of `app` for the studio. Each call of `withConfig` opens a new app with the current configuration. */
export async function studioProject(app: App, options: PreviewOptions): Promise<StudioProject> {
  const { environment, home } = app;
  const parts = await app.parts();
  const fetch = memoizeAsync((location) => JSON.stringify(location), parts.fetch);
  return {
    home,
    directory: environment.directory,
    source: (text) => app.source(text),
    readEdition: async (source) => {
      const read = await readEdition({ source, early: true }, { ...parts, fetch });
      if ("reason" in read) throw new PaperboyError(read.reason, { message: read.message });
      return read.edition;
    },
    likedBy: (view) => openLikedTexts(app.readOnly)(view),
    withRevisit: async (edition) => {
      if (editionPeriod(edition.id) === null || !hasStore(app)) return null;
      return (await withRevisit(app.readOnly, edition, { revisit: 1 })).edition;
    },
    withConfig: (use, theme) =>
      app.withNewApp((current) => use(configOf(current, options)), {
        quiet: true,
        ...(theme ? { env: { PAPERBOY_BRANDING_THEME: theme } } : {}),
      }),
  };
}

function configOf(app: App, options: PreviewOptions): CurrentConfig {
  const { settings } = app.config;
  return {
    theme: settings.branding.theme,
    to: settings.to,
    templates: settings.templates,
    view: () => options.viewOf(app),
    renderer: () => app.renderer({ templates: options.templates }),
    checkOptions: (readers) => checkOptions(settings, { readers }),
    parseAddress: (text) => parseAddress(text, addressOptions(app.config)),
    compose: async (letter, to, { isTest }) => {
      const composer = await composerOf(isTest ? app : app.readOnly, { isTest });
      return composer.compose(letter, to);
    },
    send: async (message) => (await app.mailer()).send(message),
  };
}
