import type { LoginProblem, MailProvider } from "./provider.js";
import { PROVIDERS } from "./table.js";

const ALL: readonly MailProvider[] = PROVIDERS;

/** A server that no row knows: the operator's own. */
const OWN_SERVER: MailProvider = {
  name: "a mail server",
  hosts: /^/,
  signs: false,
  rewrites: [],
  keepsReturnPath: true,
  note: "No changes to messages are known: sign with `dkim`, or let the server sign.",
};

const WRONG_LOGIN: LoginProblem = {
  means: "The user or password is wrong.",
  step: "Check both, and percent-encode special characters in an SMTP URL; many providers accept only an app password.",
};

const LOGIN_REFUSED = /^(?:534|535)\b/;

/** Returns the provider of an SMTP host. An unknown host counts as the operator's own server. */
export function providerOf(host: string): MailProvider {
  return ALL.find(({ hosts }) => hosts.test(host.toLowerCase())) ?? OWN_SERVER;
}

/**
 * Returns what a reply to a login means: by its words, which identify a provider at any host; else by the provider. Null if
 * the reply refuses no login.
 */
export function loginProblem(reply: string, provider = OWN_SERVER): LoginProblem | null {
  const known = ALL.flatMap(({ loginReplies = [] }) => loginReplies).find(({ words }) => words.test(reply));
  return known ?? (LOGIN_REFUSED.test(reply) ? (provider.refusedLogin ?? WRONG_LOGIN) : null);
}
