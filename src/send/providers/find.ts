import type { LoginProblem, MailProvider } from "./provider.js";
import { PROVIDERS } from "./table.js";

const ALL: readonly MailProvider[] = PROVIDERS;

/** A server that is not in the table counts as the operator's own. */
const OWN_SERVER: MailProvider = {
  name: "a mail server",
  hosts: /^/,
  signs: false,
  rewrites: [],
  keepsReturnPath: true,
  note: "It is not known to change messages. Sign with `dkim`, or let the server sign.",
};

const WRONG_LOGIN: LoginProblem = {
  means: "The user or password is wrong.",
  step: "Check both, and percent-encode special characters in an SMTP URL; many providers accept only an app password.",
};

const LOGIN_REFUSED = /^(?:534|535)\b/;

/** Returns the provider of an SMTP host. */
export function providerOf(host: string): MailProvider {
  return ALL.find(({ hosts }) => hosts.test(host.toLowerCase())) ?? OWN_SERVER;
}

/**
 * Returns the meaning of a reply to a login. The words of some replies identify a provider at any host; otherwise the given
 * provider counts. Returns null if the reply does not refuse a login.
 */
export function loginProblem(reply: string, provider = OWN_SERVER): LoginProblem | null {
  const known = ALL.flatMap(({ loginReplies = [] }) => loginReplies).find(({ words }) => words.test(reply));
  return known ?? (LOGIN_REFUSED.test(reply) ? (provider.refusedLogin ?? WRONG_LOGIN) : null);
}
