import path from "node:path";
import type { Config } from "../../config/config.js";
import { addDays, utcDay } from "../../core/calendar.js";
import { PaperboyError } from "../../core/errors.js";
import type { Clock, Digest, Source } from "../../core/model.js";
import { once } from "../../core/memoize.js";
import { packageVersion } from "../../core/project.js";
import { counted } from "../../core/text.js";
import { withoutCredentials } from "../../fetch/failures.js";
import { openTransport } from "../../fetch/http.js";
import { rank } from "../../rank/digest.js";
import { DEFAULT_VIEW } from "../../rank/view.js";
import type { ReadParts } from "../../editions/read-edition.js";
import type { Readers } from "./readers.js";
import { openProbe } from "../probe.js";
import type { ComposeContext } from "../../send/message/template.js";
import { providerOf } from "../../send/providers/table.js";
import type { SmtpSettings } from "../../send/smtp/settings.js";
import { parseSmtp } from "../../send/smtp/settings.js";
import { openHttpConnection } from "../../send/webhook/connection.js";
import { endpointOf } from "../../send/webhook/target.js";
import type { Store } from "../../store/store.js";
import { storeFile } from "../../store/store-url.js";
import { isAbsent } from "./check.js";
import type { Absent } from "./check.js";
import type { Configuration } from "./configured.js";
import type { EnrichProgram } from "./enrich.js";
import type { LinkResponse, LinkRequest } from "./links.js";
import { openResolver } from "./dns/resolver.js";
import type { Mailbox, Pushes } from "./services.js";
import { sampleEdition } from "./sample-letter.js";
import { siteOf } from "./site.js";
import { mailServerOf } from "./smtp/server.js";
import { storeAccess } from "./store.js";
import type { StoreAccess } from "./store.js";
import type { DoctorContext } from "./table.js";

/** The time limit of each step of an SMTP handshake, in ms. */
const STEP_MS = 10_000;

const TIMEOUTS = { connect: 10_000, headers: 20_000, body: 20_000, total: 45_000 } as const;

const MISCONFIGURED: Absent = { absent: "the configuration is invalid" };
const OUTBOX: Absent = { absent: "no mail server is configured, so letters are written to outbox/" };
const UNREADABLE: Absent = { absent: "the mail settings are invalid: see config.sender" };

/** The parts of the program that the checks use. */
export interface DoctorParts {
  readonly home: string;
  /** The time of the run, which `--now` moves. */
  readonly clock: Clock;
  /** The time of the machine. */
  readonly wall: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Throws PaperboyError `config-invalid`. */
  readonly config: () => Config;
  readonly source: (text: string) => Source;
  /** Returns the parts for reading a source, which write nothing. */
  readonly readParts: () => Promise<ReadParts>;
  readonly openStore: () => Promise<Store>;
  /** Reads the mail settings without connecting. Throws PaperboyError `config-invalid`. */
  readonly checkTransport: () => Promise<void>;
  /** Returns the values that all messages share, without creating a key file. Throws PaperboyError `config-invalid`. */
  readonly messageContext: () => Promise<Pick<ComposeContext, "from" | "dkim">>;
  /** Renders a letter as a run does and applies all checks. Throws PaperboyError `config-invalid`. */
  readonly renderLetter: (digest: Digest) => Promise<void>;
  /** Returns the program of `enrich` as a run starts it; null without one. */
  readonly enrichProgram: () => EnrichProgram | null;
  /** Opens a folder by IMAP and returns its number of unread mails. */
  readonly countUnread: (settings: ImapSettings) => Promise<number>;
}

type Settings = Config["settings"];
type ImapSettings = NonNullable<Settings["inbox"]["imap"]>;

/** The subjects of the checks that need a valid configuration, without one. */
const NOT_CONFIGURED = {
  configured: MISCONFIGURED,
  storeAccess: MISCONFIGURED,
  site: MISCONFIGURED,
  mailServer: MISCONFIGURED,
  sender: MISCONFIGURED,
  links: MISCONFIGURED,
  pushes: MISCONFIGURED,
  program: MISCONFIGURED,
  mailbox: MISCONFIGURED,
  schedule: MISCONFIGURED,
} as const;

/** Returns the subjects of all checks. A missing one is replaced by the reason. */
export async function doctorContext(parts: DoctorParts): Promise<DoctorContext> {
  const machine = { nodeVersion: process.versions.node, home: parts.home };
  const configuration = configurationOf(parts);
  if (configuration.problem !== null) return { machine, configuration, ...NOT_CONFIGURED };
  const now = parts.clock();
  const storeAccess = storeAccessOf(parts);
  const readers = { named: parts.config().settings.to.length, storeAccess };
  const sender = async (): Promise<string> => {
    await parts.checkTransport();
    return (await parts.messageContext()).from.address;
  };
  const templates = () => renderSampleLetter(parts);
  return {
    machine,
    configuration,
    configured: { files: configuration.files, sender, templates, readers, now },
    storeAccess,
    site: await siteFor(parts, storeAccess),
    ...(await mailOf(parts, readers)),
    pushes: pushesOf(parts),
    program: parts.enrichProgram() ?? { absent: "no `enrich` is configured" },
    mailbox: mailboxOf(parts),
    schedule: { storeAccess, now },
  };
}

function mailboxOf({ config, countUnread }: DoctorParts): Mailbox | Absent {
  const { imap } = config().settings.inbox;
  if (imap === undefined) return { absent: "no `inbox.imap` is configured" };
  return { open: async () => `${imap.host}: ${imap.folder}, ${counted(await countUnread(imap), "unread mail")}` };
}

function configurationOf({ config }: DoctorParts): Configuration {
  try {
    const files = [...new Set([...config().origins.values()].map(fileOf))];
    return { problem: null, files };
  } catch (error) {
    if (!(error instanceof PaperboyError)) throw error;
    return { problem: { message: error.message, hint: error.hint }, files: [] };
  }
}

async function renderSampleLetter({ config, renderLetter }: DoctorParts): Promise<void> {
  const { site, view } = config().settings;
  const language = view.language ?? DEFAULT_VIEW.language;
  await renderLetter(rank(sampleEdition(withoutCredentials(site)), { ...DEFAULT_VIEW, language }));
}

/** Returns the file of an origin such as `paperboy.yaml:4:10` or `.env:2: NAME`. A name alone is an environment variable. */
function fileOf(origin: string): string {
  return origin.includes(":") ? (origin.split(":")[0] ?? origin) : "the environment";
}

function storeAccessOf({ config, home, openStore }: DoctorParts): StoreAccess {
  const { store, secret } = config().settings;
  return storeAccess({
    file: storeFile(store, home),
    keyFile: secret === undefined ? path.join(home, "paperboy.key") : null,
    open: openStore,
  });
}

async function siteFor(parts: DoctorParts, storeAccess: StoreAccess): Promise<DoctorContext["site"]> {
  const { clock, environment, home, signal, wall } = parts;
  const { settings } = parts.config();
  const source = parts.source(addDays(utcDay(clock()), -1));
  if (source.location.type !== "url") return { absent: "the source has no URL" };
  const { userAgent } = await import("../../fetch/fetcher.js");
  const agent = userAgent(packageVersion(), settings.contact ?? null);
  return siteOf({
    site: withoutCredentials(settings.site),
    source,
    url: source.location.url,
    get: async (url) => {
      const options = { userAgent: agent, timeouts: TIMEOUTS, maxBytes: 50_000_000, env: environment };
      const transport = await openTransport({ ...options, signal });
      try {
        return await transport.get(url, () => ({}));
      } finally {
        await transport.close();
      }
    },
    wall,
    now: clock(),
    brokenPages: path.join(home, "pages", "broken"),
    storeAccess,
    probe: openProbe({ read: once(parts.readParts), source: parts.source }),
  });
}

function pushesOf({ config }: DoctorParts): Pushes {
  return {
    targets: Object.entries(config().settings.push).map(([name, target]) => ({ name, url: endpointOf(target) })),
    probe: async (url) => (await openHttpConnection(url, { connectMs: STEP_MS, responseMs: STEP_MS })).close(),
  };
}

async function mailOf(
  parts: DoctorParts,
  readers: Readers,
): Promise<Pick<DoctorContext, "mailServer" | "sender" | "links">> {
  const { publicUrl = null, unsubscribeAddress = null, delivery } = parts.config().settings;
  const smtp = smtpOf(parts);
  const links = { publicUrl, unsubscribeAddress, mails: smtp !== OUTBOX, readers, request: sendRequest };
  if (isAbsent(smtp)) return { mailServer: smtp, sender: smtp, links };
  const dns = openResolver(parts.environment["PAPERBOY_TEST_DNS"] ?? null);
  const provider = providerOf(smtp.host);
  const bounceDomain = delivery.bounceDomain ?? null;
  const mailServer = mailServerOf({
    settings: smtp,
    provider,
    readers,
    wantsBounces: bounceDomain !== null,
    lookUp: dns.addresses,
    wall: parts.wall,
    stepMs: STEP_MS,
  });
  const context = await parts.messageContext().catch(() => null);
  const sender =
    context === null
      ? { absent: "the sender is not set" }
      : { dns, from: context.from.address, bounceDomain, dkim: context.dkim ?? [], smtp, provider, policyOf };
  return { mailServer, sender, links };
}

function smtpOf({ config }: DoctorParts): SmtpSettings | Absent {
  const { smtp } = config().settings;
  if (smtp === undefined) return OUTBOX;
  const parsed = parseSmtp(smtp);
  return parsed.ok ? parsed.settings : UNREADABLE;
}

async function sendRequest(url: string, { method, form }: LinkRequest): Promise<LinkResponse> {
  const headers = form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" };
  const signal = AbortSignal.timeout(STEP_MS);
  const body = form === undefined ? {} : { body: form };
  const response = await fetch(url, { method, headers, redirect: "manual", signal, ...body });
  return { status: response.status, body: (await response.text()).slice(0, 100_000) };
}

/** Fetches the MTA-STS policy. Does not follow redirects, and throws for every status except 200 (RFC 8461 section 3.3). */
async function policyOf(domain: string): Promise<string> {
  const { status, body } = await sendRequest(`https://mta-sts.${domain}/.well-known/mta-sts.txt`, { method: "GET" });
  if (status === 200) return body;
  throw new Error(`HTTP ${status}`);
}
