import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect, createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Debian's IMAP server on a free port, with a maildir in a temporary folder. */
export interface Dovecot {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** The maildir of INBOX; the folder `Done` is `.Done` in it. */
  readonly maildir: string;
  /** The certificate file for localhost, with TLS. */
  readonly certificate: string;
  /** Delivers mails to `new`. */
  deliver(...mails: readonly Buffer[]): void;
  /** Returns the files in `new` or `cur` of INBOX or another folder. */
  names(room: "new" | "cur", folder?: string): readonly string[];
  stop(): Promise<void>;
}

const USER = "papers";
const PASSWORD = "a password: {with} odd signs";

/** Whether the server is missing. Throws in CI; elsewhere tests report it in their titles. */
export function lacksDovecot(): boolean {
  const isMissing = ["/usr/sbin/dovecot", "/usr/bin/dovecot"].every((program) => !existsSync(program));
  if (isMissing && process.env["CI"] !== undefined)
    throw new Error("dovecot is not installed: dovecot-imapd on Debian");
  return isMissing;
}

interface Options {
  /** `required`: logins require STARTTLS. `none`: the server does not offer TLS. */
  readonly tls?: "none" | "required";
}

/** Starts the server as the user of the test. Does not need root. */
export async function startDovecot({ tls = "none" }: Options = {}): Promise<Dovecot> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "pb-imap-"));
  // Processes of the server run as other users and need access.
  chmodSync(folder, 0o755);
  const maildir = path.join(folder, "mail");
  for (const room of ["", "new", "cur", "tmp"]) {
    mkdirSync(path.join(maildir, room));
    chownSync(path.join(maildir, room), mailUser().uid, mailUser().gid);
  }
  const port = await freePort();
  const certificate = path.join(folder, "cert.pem");
  if (tls === "required") makeCertificate(folder);
  writeFileSync(path.join(folder, "users"), `${USER}:{PLAIN.B64}${Buffer.from(PASSWORD).toString("base64")}\n`);
  writeFileSync(path.join(folder, "dovecot.conf"), configOf({ folder, maildir, port, tls }));
  const program = existsSync("/usr/sbin/dovecot") ? "/usr/sbin/dovecot" : "dovecot";
  const server = spawn(program, ["-F", "-c", path.join(folder, "dovecot.conf")], { stdio: "ignore" });
  await waitForGreeting(port, { server, log: path.join(folder, "log") });
  let delivered = 0;
  return {
    port,
    user: USER,
    password: PASSWORD,
    maildir,
    certificate,
    deliver: (...mails) => {
      for (const mail of mails) {
        delivered += 1;
        writeFileSync(path.join(maildir, "new", `${1_791_000_000 + delivered}.M${delivered}P1.host`), mail);
      }
    },
    names: (room, inner = "") => readdirSync(path.join(maildir, inner, room)).toSorted(),
    stop: async () => {
      const exit = once(server, "exit");
      if (server.exitCode === null && server.signalCode === null) {
        server.kill();
        await exit;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface ServerFiles {
  readonly folder: string;
  readonly maildir: string;
  readonly port: number;
  readonly tls: "none" | "required";
}

function configOf({ folder, maildir, port, tls }: ServerFiles): string {
  const { uid, gid } = mailUser();
  const ssl =
    tls === "none"
      ? "ssl = no"
      : `ssl = required\nssl_cert = <${folder}/cert.pem\nssl_key = <${folder}/key.pem\nssl_dh =\n`;
  return `
protocols = imap
base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = ${folder}/log
${ssl}
disable_plaintext_auth = ${tls === "none" ? "no" : "yes"}
${usersOf()}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:${maildir}
mail_fsync = never
auth_failure_delay = 0
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${folder}/home
}
service imap-login {
  chroot =
  process_min_avail = 1
  inet_listener imap {
    address = 127.0.0.1
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
  # Do not delay the replies to wrong passwords, which are part of the tests.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
`;
}

/** Returns the owner of the mails. The server refuses root. */
function mailUser(): { readonly uid: number; readonly gid: number } {
  const { uid, gid } = os.userInfo();
  return uid === 0 ? { uid: 65_534, gid: 65_534 } : { uid, gid };
}

/** Returns the settings that run the server's processes as this user. For root, they run as the users of Debian's package. */
function usersOf(): string {
  const { username, uid } = os.userInfo();
  if (uid === 0) return "";
  const group = execFileSync("id", ["-gn"], { encoding: "utf8" }).trim();
  return `default_login_user = ${username}\ndefault_internal_user = ${username}\ndefault_internal_group = ${group}`;
}

function makeCertificate(folder: string): void {
  const line =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 2 " +
    "-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:0.0.0.0";
  execFileSync("openssl", line.split(" "), { cwd: folder, stdio: "ignore" });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Waits for the server's greeting. */
async function waitForGreeting(port: number, { server, log }: { server: ChildProcess; log: string }): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) {
      throw new Error(`dovecot did not start: ${existsSync(log) ? readFileSync(log, "utf8") : "its log is empty"}`);
    }
    const socket = connect(port, "127.0.0.1");
    const greets = await new Promise((resolve) => {
      socket.once("data", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.once("close", () => resolve(false));
    });
    socket.destroy();
    if (greets === true) return;
    await sleep(20);
  }
}
