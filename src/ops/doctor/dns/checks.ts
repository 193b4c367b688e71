import type { Check } from "../check.js";
import type { Sender } from "./sender.js";
import { checkBounces, checkPolicy, checkReverse, checkSpf } from "./servers.js";
import { checkDkim, checkDmarc } from "./signatures.js";

const LIMIT_MS = 20_000;

export const SENDER_CHECKS: readonly Check<Sender>[] = [
  {
    id: "dns.spf",
    title: "SPF allows the mail server to send",
    why: "without it receivers cannot distinguish your mail from forged mail (RFC 7208)",
    limitMs: LIMIT_MS,
    run: checkSpf,
  },
  {
    id: "dns.dkim",
    title: "the DKIM key in the DNS matches",
    why: "a signature that does not match its key is worse than none (RFC 6376)",
    limitMs: LIMIT_MS,
    run: checkDkim,
  },
  {
    id: "dns.dmarc",
    title: "the sender has a DMARC policy",
    why: "Gmail and Yahoo require it of bulk senders",
    limitMs: LIMIT_MS,
    run: checkDmarc,
  },
  {
    id: "dns.bounces",
    title: "bounces can be delivered",
    why: "many servers refuse mail that cannot bounce, and Paperboy does not learn about dead addresses",
    limitMs: LIMIT_MS,
    run: checkBounces,
  },
  {
    id: "dns.ptr",
    title: "the mail server's address has a reverse name",
    why: "large providers refuse mail from addresses without a matching reverse name",
    limitMs: LIMIT_MS,
    run: checkReverse,
  },
  {
    id: "dns.mta-sts",
    title: "the MTA-STS policy names the mail servers",
    why: "with a policy that names other servers, replies and bounces are not delivered (RFC 8461)",
    limitMs: LIMIT_MS,
    run: checkPolicy,
  },
];
