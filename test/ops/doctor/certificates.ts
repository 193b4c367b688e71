import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { SMTPServer } from "smtp-server";

/** The content of a certificate. */
export interface Wanted {
  readonly name: string;
  /** `YYYYMMDD`. */
  readonly from: string;
  readonly to: string;
}

const CA = `[ca]
default_ca = own
[own]
database = index
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
`;

/** Creates a self-signed certificate with openssl, valid for the given period. */
function makeCertificate({ name, from, to }: Wanted): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(path.join(tmpdir(), "paperboy-certificate-"));
  const file = (name: string): string => path.join(folder, name);
  const openssl = (line: string): void =>
    void execFileSync("openssl", line.split(" "), { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  writeFileSync(file("ca.cnf"), CA);
  writeFileSync(file("index"), "");
  writeFileSync(file("serial"), "01\n");
  openssl(
    `req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out request.pem -subj /CN=${name} -addext subjectAltName=DNS:${name}`,
  );
  openssl(
    `ca -batch -notext -config ca.cnf -selfsign -keyfile key.pem -in request.pem -out cert.pem -startdate ${from}000000Z -enddate ${to}000000Z`,
  );
  return { key: readFileSync(file("key.pem"), "utf8"), cert: readFileSync(file("cert.pem"), "utf8") };
}

export interface TlsServer {
  readonly port: number;
  /** The number of login attempts. */
  logins(): number;
  close(): Promise<void>;
}

/** Starts a mail server with this certificate that accepts every login; `secure`: implicit TLS, otherwise STARTTLS. */
export async function startTlsSmtp(wanted: Wanted, secure: boolean): Promise<TlsServer> {
  let logins = 0;
  const server = new SMTPServer({
    ...makeCertificate(wanted),
    logger: false,
    secure,
    closeTimeout: 10,
    disableReverseLookup: true,
    onAuth: ({ username }, _session, done) => {
      logins += 1;
      done(null, { user: username });
    },
  });
  // The tested clients disconnect during or after the handshake.
  server.on("error", () => undefined);
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  const { port } = listening.address() as AddressInfo;
  return { port, logins: () => logins, close: () => new Promise((resolve) => server.close(resolve)) };
}
