import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, cpSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import PostalMime from "postal-mime";
import { fixture, freshHome, paperboy, projectRoot } from "../support/paperboy.js";
import { startSite } from "../support/site.js";
import type { Reply, Site } from "../support/site.js";
import { startSmtp } from "../support/smtp.js";
import type { Smtp, SmtpOptions } from "../support/smtp.js";

/** The address of `alertTo`. */
const OPERATOR = "ops@example.org";
const NOW = "2026-10-05T07:00:00Z";

/** What an installation needs before a command runs. */
export interface Setting {
  /** The site's reply to every request. */
  readonly page?: Reply;
  readonly smtp?: SmtpOptions;
  /** Home is on a disk of 2 MB. */
  readonly smallDisk?: true;
  readonly environment?: (smtp: Smtp) => Readonly<Record<string, string>>;
}

/** A home with a site, a mail server, an operator and a health check service. */
export interface Installation {
  readonly home: string;
  readonly environment: Record<string, string>;
  readonly smtp: Smtp;
  /** Runs a command in this home. */
  readonly run: (args: readonly string[], now?: string) => Promise<CommandOutput>;
  /** Returns the mails to the operator: subject and text. */
  readonly operatorMails: () => Promise<readonly string[]>;
  /** Returns the requests to the health check service: `/start`, `` or `/fail`. */
  pings(): readonly string[];
  /** Closes something together with the installation. */
  keep(part: { close(): Promise<void> }): void;
  close(): Promise<void>;
}

/** What a command printed. */
export interface CommandOutput {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

function mountSmall(folder: string): { close(): Promise<void> } {
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], { stdio: "ignore" });
  return { close: async () => void execFileSync("umount", [folder]) };
}

/** Whether this user can mount a small disk, which tests of a full disk need. */
export async function canMount(): Promise<boolean> {
  try {
    await mountSmall(freshHome()).close();
    return true;
  } catch {
    return false;
  }
}

/** Returns a fixture page as a reply of the site. */
export function pageReply(name: string): Reply {
  return { body: readFileSync(fixture(`pages/${name}`), "utf8") };
}

export async function startInstallation({
  page = pageReply("daily.html"),
  smtp = {},
  environment,
  smallDisk,
}: Setting): Promise<Installation> {
  const parts: { close(): Promise<void> }[] = [];
  const site: Site = await startSite({ "*": page, "/ping": {}, "/ping/start": {}, "/ping/fail": {} });
  const server = await startSmtp(smtp);
  const home = freshHome();
  if (smallDisk) parts.push(mountSmall(home));
  const given = {
    PAPERBOY_SITE_URL: site.url,
    PAPERBOY_SMTP_URL: server.url,
    PAPERBOY_FROM: "Paperboy <digest@example.org>",
    PAPERBOY_ALERT_TO: OPERATOR,
    PAPERBOY_HEALTHCHECK_URL: `${site.url}/ping`,
    ...environment?.(server),
  };
  return {
    home,
    environment: given,
    smtp: server,
    run: (args, now = NOW) => paperboy(args, { home, environment: given, now }),
    operatorMails: async () => {
      const raws = server.messages.filter(({ envelope }) => envelope.to[0] === OPERATOR).map(({ raw }) => raw);
      const mails = await Promise.all(raws.map((raw) => PostalMime.parse(raw)));
      return mails.map(({ subject, text }) => `${subject}\n${text}`);
    },
    pings: () =>
      site.requests.filter(({ path: asked }) => asked.startsWith("/ping")).map(({ path: asked }) => asked.slice(5)),
    keep: (part) => void parts.push(part),
    close: async () => {
      for (const part of [server, site, ...parts].toReversed()) await part.close();
    },
  };
}

/**
 * Copies the program and breaks it: the renderer throws when it is loaded, like a bug.
 * Returns a function that runs the copy as a child process, with the settings of the installation.
 */
export function brokenInstallation({
  home,
  environment,
}: Installation): (args: readonly string[]) => Promise<CommandOutput> {
  const folder = freshHome();
  for (const part of ["bin", "dist/bundle", "templates", "package.json"]) {
    cpSync(path.join(projectRoot, part), path.join(folder, part), { recursive: true });
  }
  symlinkSync(path.join(projectRoot, "node_modules"), path.join(folder, "node_modules"));
  const bundle = path.join(folder, "dist/bundle");
  // Earlier builds may have left theirs.
  const renderers = readdirSync(bundle).filter((name) => /^renderer-\w+\.js$/.test(name));
  if (renderers.length === 0) throw new Error(`no renderer in ${bundle}`);
  for (const name of renderers)
    appendFileSync(path.join(bundle, name), '\nthrow new TypeError("letters of the wrong type");\n');
  const env = { PATH: process.env["PATH"], ...environment };
  return (args) =>
    new Promise((resolve) => {
      const output = { stdout: "", stderr: "" };
      const child = spawn(process.execPath, [path.join(folder, "bin/paperboy.js"), ...args, "--now", NOW], {
        cwd: home,
        env,
      });
      child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
      child.once("close", (exit) => resolve({ exit: exit ?? -1, ...output }));
    });
}
