import { ready } from "./check.js";
import type { Absent, ReadyCheck } from "./check.js";
import { CONFIGURATION_CHECKS, CONFIGURED_CHECKS } from "./configured.js";
import type { Configuration, Configured } from "./configured.js";
import { ENRICH_CHECKS } from "./enrich.js";
import type { EnrichProgram } from "./enrich.js";
import { LINK_CHECKS } from "./links.js";
import type { Links } from "./links.js";
import { MACHINE_CHECKS } from "./machine.js";
import type { Machine } from "./machine.js";
import { SENDER_CHECKS } from "./dns/checks.js";
import type { Sender } from "./dns/sender.js";
import { STORE_CHECKS } from "./store.js";
import type { StoreAccess } from "./store.js";
import { MAILBOX_CHECKS, PUSH_CHECKS } from "./services.js";
import type { Mailbox, Pushes } from "./services.js";
import { SCHEDULE_CHECKS } from "./schedule.js";
import type { Schedule } from "./schedule.js";
import { SITE_CHECKS } from "./site.js";
import type { Site } from "./site.js";
import { SMTP_CHECKS } from "./smtp/checks.js";
import type { MailServer } from "./smtp/server.js";

/** The subjects of all checks. An absent subject has the reason. */
export interface DoctorContext {
  readonly machine: Machine;
  readonly configuration: Configuration;
  readonly configured: Configured | Absent;
  readonly storeAccess: StoreAccess | Absent;
  readonly site: Site | Absent;
  readonly mailServer: MailServer | Absent;
  readonly sender: Sender | Absent;
  readonly links: Links | Absent;
  readonly pushes: Pushes | Absent;
  readonly program: EnrichProgram | Absent;
  readonly mailbox: Mailbox | Absent;
  readonly schedule: Schedule | Absent;
}

/** Returns all checks in the order of their dependencies: fix the first failure first. */
export function checksOf(context: DoctorContext): readonly ReadyCheck[] {
  return [
    ...ready(MACHINE_CHECKS, context.machine),
    ...ready(CONFIGURATION_CHECKS, context.configuration),
    ...ready(CONFIGURED_CHECKS, context.configured),
    ...ready(STORE_CHECKS, context.storeAccess),
    ...ready(SITE_CHECKS, context.site),
    ...ready(SMTP_CHECKS, context.mailServer),
    ...ready(SENDER_CHECKS, context.sender),
    ...ready(LINK_CHECKS, context.links),
    ...ready(PUSH_CHECKS, context.pushes),
    ...ready(ENRICH_CHECKS, context.program),
    ...ready(MAILBOX_CHECKS, context.mailbox),
    ...ready(SCHEDULE_CHECKS, context.schedule),
  ];
}
