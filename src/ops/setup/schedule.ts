import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { packageFile, packageVersion } from "../../core/project.js";

/** The command of a schedule, with absolute paths: PATH is minimal under cron, and `npx` would install the newest version. */
export interface Job {
  readonly node: string;
  readonly program: string;
  readonly home: string;
  /** For schedulers that install Paperboy. */
  readonly version: string;
  /** Runs from this hour until midnight; 0: all day. In the machine's time zone; in UTC on GitHub and Kubernetes. */
  readonly fromHour: number;
}

/** Returns the job of this process's program and a home. */
export function jobOf({ home, fromHour }: Pick<Job, "home" | "fromHour">): Job {
  const program = realpathSync(process.argv[1] ?? "paperboy");
  return { node: process.execPath, program, home, version: packageVersion(), fromHour };
}

interface Scheduler {
  readonly means: string;
  readonly text: (job: Job) => string;
}

/**
 * Returns the minute of the hour for a home. It is derived from the path, so it is stable and spreads the requests of all
 * homes over the hour. It is never 0, 15, 30 or 45, when schedulers are busiest.
 */
export function minuteOf(home: string): number {
  const [byte = 0] = createHash("sha256").update(home).digest();
  const minute = byte % 60;
  return minute % 15 === 0 ? minute + 7 : minute;
}

/** The configuration for each scheduler. All run every hour, so that deferred letters are retried. */
export const SCHEDULERS = {
  cron: { means: "a line for crontab -e", text: cron },
  systemd: { means: "a service and a timer", text: systemd },
  github: { means: "a workflow of GitHub Actions", text: github },
  kubernetes: { means: "a CronJob with its volume", text: kubernetes },
} as const satisfies Readonly<Record<string, Scheduler>>;

export type SchedulerName = keyof typeof SCHEDULERS;

/** Returns the five time fields of crontab(5). */
function crontabTime({ home, fromHour }: Pick<Job, "home" | "fromHour">): string {
  const hours = fromHour === 0 ? "*" : fromHour === 23 ? "23" : `${fromHour}-23`;
  return `${minuteOf(home)} ${hours} * * *`;
}

/** Returns the time as a calendar event of systemd.time(7). */
function calendarEvent({ home, fromHour }: Pick<Job, "home" | "fromHour">): string {
  const [from, minute] = [fromHour, minuteOf(home)].map((number) => String(number).padStart(2, "0"));
  return `*-*-* ${fromHour === 0 ? "*" : fromHour === 23 ? "23" : `${from}..23`}:${minute}:00`;
}

/** Returns the line for `crontab -e`. */
function cronLine(job: Job): string {
  // % ends a command in a crontab (crontab(5)).
  return `${crontabTime(job)} ${commandOf(job, ["run", "--quiet"]).replaceAll("%", "\\%")} >/dev/null`;
}

function commandOf({ node, program, home }: Job, words: readonly string[]): string {
  return [node, program, "--home", home, ...words].map(shellWord).join(" ");
}

/** Returns how to install a schedule: a sentence, and the line for the crontab or the command that prints the schedule. */
export function nextStep(name: SchedulerName, job: Job): { readonly says: string; readonly line: string } {
  if (name === "cron")
    return { says: "To run Paperboy every hour, add this line with `crontab -e`:", line: cronLine(job) };
  const hour = job.fromHour === 0 ? [] : ["--from-hour", String(job.fromHour)];
  return {
    says: `To run Paperboy every hour, install ${SCHEDULERS[name].means}; this command prints it:`,
    line: commandOf(job, ["schedule", "print", name, ...hour]),
  };
}

function cron(job: Job): string {
  return `# Add with: crontab -e. cron mails the output of a command to the owner of the crontab (or to MAILTO); this command writes only
# warnings and errors. If this machine has no mail server, set \`alertTo\` in paperboy.yaml.
# If the machine is off at that time, the next run catches up.
${cronLine(job)}
`;
}

function systemd(job: Job): string {
  const { node, program, home } = job;
  const words = [node, program, "--home", home, "run", "--quiet"].map(unitWord).join(" ");
  return `# ~/.config/systemd/user/paperboy.service
[Unit]
Description=Paperboy: Daily Papers by mail
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=${words}
# Messages in flight are finished first.
TimeoutStopSec=60

# ~/.config/systemd/user/paperboy.timer
[Unit]
Description=Paperboy, every hour

[Timer]
OnCalendar=${calendarEvent(job)}
# Machines do not start in the same second.
RandomizedDelaySec=2min
# A run that was missed while the machine was off starts after boot.
Persistent=true

[Install]
WantedBy=timers.target

# Then: systemctl --user daemon-reload && systemctl --user enable --now paperboy.timer
# To run while you are logged out: loginctl enable-linger
`;
}

/** Returns the workflow of this repository, which a test runs, with another schedule. */
function github(job: Job): string {
  return packageFile(".github/workflows/paperboy.yml").replace(/cron: ".*"/, `cron: "${crontabTime(job)}"`);
}

function kubernetes(job: Job): string {
  return `# kubectl apply -f paperboy.yaml. The image is built from the Containerfile of this project.
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: paperboy
spec:
  # The database needs a local disk that one machine uses at a time; not NFS.
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: paperboy
spec:
  schedule: "${crontabTime(job)}"
  timeZone: Etc/UTC
  # A second run would only find the lock held.
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 1800
  successfulJobsHistoryLimit: 3
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      # The next run retries; an immediate restart of the job would fail in the same way.
      backoffLimit: 0
      template:
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 60
          securityContext:
            runAsNonRoot: true
            runAsUser: 1000
            fsGroup: 1000
          containers:
            - name: paperboy
              image: paperboy-digest:${job.version}
              args: ["--home", "/home/paperboy", "run"]
              envFrom:
                - secretRef:
                    name: paperboy
              volumeMounts:
                - name: home
                  mountPath: /home/paperboy
          volumes:
            - name: home
              persistentVolumeClaim:
                claimName: paperboy
`;
}

/** Quotes a word for a POSIX shell. */
function shellWord(word: string): string {
  return /^[\w./:@+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Quotes a word of ExecStart (systemd.service(5)) and escapes specifiers and variables. */
function unitWord(word: string): string {
  const plain = word.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[\w./:@+,=%$-]+$/.test(plain) ? plain : `"${plain.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
