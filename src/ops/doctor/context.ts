import path from "node:path";
import { storeFile } from "../../store/store-url.js";
import type { App } from "../../app/app.js";
import { addDays, utcDay } from "../../core/calendar.js";
import { isAbsent } from "./check.js";
import type { Absent } from "./check.js";
import type { Configuration } from "./configured.js";
import type { Answer, Ask } from "./links.js";
import { openNames } from "./names/resolver.js";
import { storeAccess } from "./store.js";
import type { StoreAccess } from "./store.js";
import type { Pushes } from "./push.js";
import { siteOf } from "./site.js";
import { sampleEdition } from "./sample-letter.js";
import { mailServerOf } from "./smtp/server.js";
import type { Mailbox } from "./mailbox.js";
import type { DoctorContext } from "./table.js";
import { PaperboyError } from "../../core/errors.js";
import { openTransport } from "../../fetch/http.js";
import { openHttpConnection } from "../../send/webhook/connection.js";
import { endpointOf } from "../../send/webhook/target.js";
import { rank } from "../../rank/digest.js";
import { DEFAULT_VIEW } from "../../rank/view.js";
import { providerOf } from "../../send/providers/find.js";
import type { SmtpSettings } from "../../send/smtp/settings.js";
import { smtpFromChoices, smtpFromUrl } from "../../send/smtp/settings.js";
import { packageVersion } from "../../app/version.js";
import { imapFolder } from "../../inbox/imap-session.js";
import { renderCheckedLetter } from "../../app/letter.js";
import { contextOf } from "../../app/recipients.js";

/** How long each step of a conversation with a mail server may take, in ms. */
const STEP_MS = 10_000;

const TIMEOUTS = { connect: 10_000, headers: 20_000, body: 20_000, total: 45_000 } as const;

const MISCONFIGURED: Absent = { absent: "the configuration is wrong" };
const OUTBOX: Absent = { absent: "letters go to outbox/: no mail server is configured" };
const UNREADABLE: Absent = { absent: "the mail settings cannot be read: see config.sender" };

/** Everything that the doctor looks at; `--now` does not move what is about the machine's own clock. */
export async function doctorContext(app: App): Promise<DoctorContext> {
  const machine = { nodeVersion: process.versions.node, home: app.home };
  const configuration = configurationOf(app);
  if (configuration.problem !== null) {
    const missing = { configured: MISCONFIGURED, storeAccess: MISCONFIGURED, site: MISCONFIGURED };
    const mail = { mailServer: MISCONFIGURED, sender: MISCONFIGURED, links: MISCONFIGURED, pushes: MISCONFIGURED };
    return { machine, configuration, ...missing, ...mail, mailbox: MISCONFIGURED, schedule: MISCONFIGURED };
  }
  const storeAccess = storeAccessOf(app);
  const readers = { named: app.config.settings.to.length, storeAccess };
  const configured = {
    places: configuration.places,
    sender: async () => {
      // Nothing is connected: it only says whether the mail settings can be read.
      await app.transport();
      return (await contextOf(app, { readOnly: true })).from.address;
    },
    templates: () => renderSampleLetter(app),
    readers,
  };
  const site = await siteFor(app, storeAccess);
  const schedule = { storeAccess, now: app.clock() };
  const looked = { pushes: pushesOf(app), mailbox: mailboxOf(app), ...(await mailOf(app, readers)) };
  return { machine, configuration, configured, storeAccess, site, schedule, ...looked };
}

function mailboxOf({ config, environment }: App): Mailbox | Absent {
  const { imap } = config.settings.inbox;
  if (imap === undefined) return { absent: "no `inbox.imap` is configured" };
  // The folder that takes what was dealt with is made when it is needed, not by looking.
  const place = { ...imapFolder(imap), done: null };
  return {
    open: async () => {
      const { openImap } = await import("../../inbox/imap-session.js");
      const session = await openImap(place, { signal: environment.signal });
      try {
        return `${place.host}: ${place.folder}, ${(await session.unseen()).length} mails wait`;
      } finally {
        await session.close();
      }
    },
  };
}

function configurationOf(app: App): Configuration {
  try {
    const places = [...new Set([...app.config.origins.values()].map(placeOf))];
    return { problem: null, places };
  } catch (error) {
    if (!(error instanceof PaperboyError)) throw error;
    return { problem: { message: error.message, hint: error.hint }, places: [] };
  }
}

/** Renders a letter as a run does, through every check; templates are compiled only when they serve. */
async function renderSampleLetter(app: App): Promise<void> {
  const { site, view } = app.config.settings;
  const language = view.language ?? DEFAULT_VIEW.language;
  await renderCheckedLetter(app, rank(sampleEdition(site), { ...DEFAULT_VIEW, language }), {
    readers: [],
    placeholders: true,
  });
}

/** `paperboy.yaml:4:10` and `.env:2: NAME` are files; the name of a variable alone came from the environment. */
function placeOf(origin: string): string {
  return origin.includes(":") ? (origin.split(":")[0] ?? origin) : "the environment";
}

function storeAccessOf(app: App): StoreAccess {
  const { store, secret } = app.config.settings;
  return storeAccess({
    file: storeFile(store, app.home),
    keyFile: secret === undefined ? path.join(app.home, "paperboy.key") : null,
    open: () => app.store(),
  });
}

async function siteFor(app: App, storeAccess: StoreAccess): Promise<DoctorContext["site"]> {
  const source = app.source(addDays(utcDay(app.clock()), -1));
  if (source.location.type !== "url") return { absent: "the source is no address" };
  const { userAgent } = await import("../../fetch/fetcher.js");
  const agent = userAgent(packageVersion(), app.config.settings.contact ?? null);
  return siteOf({
    site: app.config.settings.site,
    source,
    url: source.location.url,
    get: async (url) => {
      const options = { userAgent: agent, timeouts: TIMEOUTS, maxBytes: 50_000_000, env: app.environment.env };
      const transport = await openTransport({ ...options, signal: app.environment.signal });
      try {
        return await transport.get(url, () => ({}));
      } finally {
        await transport.close();
      }
    },
    wall: app.environment.clock,
    now: app.clock(),
    brokenPages: path.join(app.home, "pages", "broken"),
    storeAccess,
  });
}

function pushesOf({ config }: App): Pushes {
  return {
    targets: Object.entries(config.settings.push).map(([name, target]) => ({ name, url: endpointOf(target) })),
    probe: async (url) => (await openHttpConnection(url, { connectMs: STEP_MS, responseMs: STEP_MS })).close(),
  };
}

interface Readers {
  readonly named: number;
  readonly storeAccess: StoreAccess;
}

async function mailOf(app: App, readers: Readers): Promise<Pick<DoctorContext, "mailServer" | "sender" | "links">> {
  const { publicUrl = null, unsubscribeAddress = null, delivery } = app.config.settings;
  const smtp = smtpOf(app);
  const links = { publicUrl, unsubscribeAddress, mails: smtp !== OUTBOX, readers, ask };
  if (isAbsent(smtp)) return { mailServer: smtp, sender: smtp, links };
  const names = openNames(app.environment.env["PAPERBOY_TEST_DNS"] ?? null);
  const provider = providerOf(smtp.host);
  const bounceDomain = delivery.bounceDomain ?? null;
  const mailServer = mailServerOf({
    settings: smtp,
    provider,
    readers,
    wantsBounces: bounceDomain !== null,
    lookUp: names.addresses,
    wall: app.environment.clock,
    stepMs: STEP_MS,
  });
  const context = await contextOf(app, { readOnly: true }).catch(() => null);
  const sender =
    context === null
      ? { absent: "the sender is not set" }
      : { names, from: context.from.address, bounceDomain, dkim: context.dkim ?? [], smtp, provider, policyOf };
  return { mailServer, sender, links };
}

function smtpOf(app: App): SmtpSettings | Absent {
  const { smtp } = app.config.settings;
  if (smtp === undefined) return OUTBOX;
  const parsed = typeof smtp === "string" ? smtpFromUrl(smtp) : smtpFromChoices(smtp);
  return parsed.ok ? parsed.settings : UNREADABLE;
}

async function ask(url: string, { method, form }: Ask): Promise<Answer> {
  const headers = form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" };
  const signal = AbortSignal.timeout(STEP_MS);
  const body = form === undefined ? {} : { body: form };
  const answer = await fetch(url, { method, headers, redirect: "manual", signal, ...body });
  return { status: answer.status, body: (await answer.text()).slice(0, 100_000) };
}

/** RFC 8461 section 3.3: 200 alone will do, and redirects are not followed. */
async function policyOf(domain: string): Promise<string> {
  const { status, body } = await ask(`https://mta-sts.${domain}/.well-known/mta-sts.txt`, { method: "GET" });
  if (status === 200) return body;
  throw new Error(`HTTP ${status}`);
}
