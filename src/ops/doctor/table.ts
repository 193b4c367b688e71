import { ready } from "./check.js";
import type { Absent, ReadyCheck } from "./check.js";
import { CONFIGURATION_CHECKS, CONFIGURED_CHECKS } from "./configured.js";
import type { Configuration, Configured } from "./configured.js";
import { LINK_CHECKS } from "./links.js";
import type { Links } from "./links.js";
import { MAILBOX_CHECKS } from "./mailbox.js";
import type { Mailbox } from "./mailbox.js";
import { MACHINE_CHECKS } from "./machine.js";
import type { Machine } from "./machine.js";
import { SENDER_CHECKS } from "./names/checks.js";
import type { Sender } from "./names/sender.js";
import { STORE_CHECKS } from "./remembered.js";
import type { Remembered } from "./remembered.js";
import { PUSH_CHECKS } from "./push.js";
import type { Pushes } from "./push.js";
import { SCHEDULE_CHECKS } from "./schedule.js";
import type { Schedule } from "./schedule.js";
import { SITE_CHECKS } from "./site.js";
import type { Site } from "./site.js";
import { SMTP_CHECKS } from "./smtp/checks.js";
import type { MailServer } from "./smtp/server.js";

/** All that is looked at; what is absent says why. */
export interface Patient {
  readonly machine: Machine;
  readonly configuration: Configuration;
  readonly configured: Configured | Absent;
  readonly remembered: Remembered | Absent;
  readonly site: Site | Absent;
  readonly mailServer: MailServer | Absent;
  readonly sender: Sender | Absent;
  readonly links: Links | Absent;
  readonly pushes: Pushes | Absent;
  readonly mailbox: Mailbox | Absent;
  readonly schedule: Schedule | Absent;
}

/** Every check of the doctor, in the order in which mail comes about: what is mended first mends what comes after. */
export function checksOf(patient: Patient): readonly ReadyCheck[] {
  return [
    ...ready(MACHINE_CHECKS, patient.machine),
    ...ready(CONFIGURATION_CHECKS, patient.configuration),
    ...ready(CONFIGURED_CHECKS, patient.configured),
    ...ready(STORE_CHECKS, patient.remembered),
    ...ready(SITE_CHECKS, patient.site),
    ...ready(SMTP_CHECKS, patient.mailServer),
    ...ready(SENDER_CHECKS, patient.sender),
    ...ready(LINK_CHECKS, patient.links),
    ...ready(PUSH_CHECKS, patient.pushes),
    ...ready(MAILBOX_CHECKS, patient.mailbox),
    ...ready(SCHEDULE_CHECKS, patient.schedule),
  ];
}
