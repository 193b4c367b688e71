import { cancel, isCancel, log, password as askPassword, select, spinner, text } from "@clack/prompts";
import { PaperboyError } from "../../core/errors.js";
import type { GivenAnswers } from "./answers.js";
import { describeServer, isServerUrl, lacksPassword, parseServer, tryServer } from "./mail-server.js";
import type { AskedLogin, AskedServer } from "./mail-server.js";

type GivenLogin = Pick<GivenAnswers, "user" | "password">;

/**
 * Asks for a mail server and tries it, until one works or the user keeps one that does not.
 * @param given an address that was given as a flag. It is tried first; the user is asked only if it does not work.
 */
export async function askServer(given: string | null, login: GivenLogin): Promise<AskedServer> {
  let address = given ?? (await askAddress(""));
  for (;;) {
    const parsed = parseServer(address, await askLogin(address, login));
    if (!parsed.ok) {
      log.error(`That address cannot be used: ${parsed.why}.`);
      address = await askAddress("");
      continue;
    }
    const found = await tryAndPrint(parsed.server);
    if (found !== null) return found;
    const next = await answer(
      select({
        message: "Paperboy cannot use this mail server. What do you want to do?",
        options: [
          { value: "change", label: "enter it again" },
          { value: "retry", label: "try the same again" },
          { value: "keep", label: "keep it as it is" },
        ],
      }),
    );
    if (next === "keep") return parsed.server;
    const { host, port } = parsed.server.settings;
    if (next === "change") address = await askAddress(parsed.server.hasPort ? `${host}:${port}` : host);
  }
}

/** Tries a server and prints the result. Returns null if it does not work. */
async function tryAndPrint(server: AskedServer): Promise<AskedServer | null> {
  const progress = spinner();
  progress.start(`Trying ${server.settings.host}`);
  try {
    const settings = await tryServer(server);
    progress.stop(`${describeServer(settings)}${settings.login === null ? "" : "; it accepts the login"}`);
    return { settings, hasPort: true };
  } catch (error) {
    if (!(error instanceof PaperboyError)) throw error;
    progress.error(error.message);
    if (error.hint !== null) log.info(error.hint);
    return null;
  }
}

async function askAddress(initialValue: string): Promise<string> {
  const message = "Which mail server? (a host, host:port, or an address such as smtp://mail.example.org:587)";
  const given = await answer(text({ message, placeholder: "mail.example.org", initialValue, validate: isServer }));
  if (isServerUrl(given) || /:\d+$/.test(given)) return given;
  const port = "Which port? (empty: Paperboy finds it)";
  const number = await answer(text({ message: port, defaultValue: "", validate: isPort }));
  return number === "" ? given : `${given}:${number}`;
}

/** Asks for the user and password that an address does not contain. */
async function askLogin(address: string, { user, password }: GivenLogin): Promise<AskedLogin> {
  if (isServerUrl(address) && address.includes("@") && !lacksPassword(address)) return { user: null, password: null };
  const login =
    user ??
    (address.includes("@") ? null : await answer(text({ message: "User name? (empty: no login)", defaultValue: "" })));
  if (login === "") return { user: null, password: null };
  return { user: login, password: password ?? (await answer(askPassword({ message: "Password:" }))) };
}

/** Waits for an answer. Throws PaperboyError `usage` if the user cancels. */
export async function answer<T>(question: Promise<T>): Promise<Exclude<T, symbol>> {
  const given = await question;
  if (!isCancel(given)) return given as Exclude<T, symbol>;
  cancel("Canceled. No file was written.");
  throw new PaperboyError("usage", { message: "init was canceled, and no file was written" });
}

function isServer(given: string | undefined): string | undefined {
  // The login is asked for afterwards.
  const parsed = parseServer((given ?? "").trim(), { user: null, password: "?" });
  return parsed.ok ? undefined : `That is not a mail server: ${parsed.why}.`;
}

function isPort(given: string | undefined): string | undefined {
  const port = Number(given ?? "");
  return Number.isInteger(port) && port >= 0 && port <= 65_535 ? undefined : "Enter a port from 1 to 65535.";
}
