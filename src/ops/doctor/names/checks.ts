import type { Check } from "../check.js";
import { checkBounces, checkPolicy } from "./bounces.js";
import type { Sender } from "./sender.js";
import { checkReverse, checkSpf } from "./servers.js";
import { checkDkim, checkDmarc } from "./signatures.js";

const LIMIT_MS = 20_000;

export const SENDER_CHECKS: readonly Check<Sender>[] = [
  {
    id: "dns.spf",
    title: "SPF names who may send",
    why: "without it receivers cannot tell our mail from a forger's (RFC 7208)",
    limitMs: LIMIT_MS,
    run: checkSpf,
  },
  {
    id: "dns.dkim",
    title: "the DKIM key in the DNS is ours",
    why: "a signature that does not fit its key is worse than none (RFC 6376)",
    limitMs: LIMIT_MS,
    run: checkDkim,
  },
  {
    id: "dns.dmarc",
    title: "DMARC says what holds for the sender",
    why: "Gmail and Yahoo ask it of everybody who mails many",
    limitMs: LIMIT_MS,
    run: checkDmarc,
  },
  {
    id: "dns.bounces",
    title: "bounces find their way back",
    why: "mail that cannot be returned is refused by many, and dead addresses are never learned",
    limitMs: LIMIT_MS,
    run: checkBounces,
  },
  {
    id: "dns.ptr",
    title: "the mail server's address has a name",
    why: "large receivers refuse mail from addresses without a name that leads back to them",
    limitMs: LIMIT_MS,
    run: checkReverse,
  },
  {
    id: "dns.mta-sts",
    title: "MTA-STS fits, where it is used",
    why: "a policy that names other servers keeps answers and bounces away (RFC 8461)",
    limitMs: LIMIT_MS,
    run: checkPolicy,
  },
];
