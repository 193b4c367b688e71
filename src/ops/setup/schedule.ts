import { createHash } from "node:crypto";
import { github } from "./github.js";

/** What a schedule runs, with absolute paths: a scheduler has a bare PATH, and `npx` would fetch whatever is newest. */
export interface Job {
  readonly node: string;
  readonly program: string;
  readonly home: string;
  /** For schedulers that install Paperboy by themselves. */
  readonly version: string;
  /** From this hour on, until midnight; 0: all day. In the time of the machine's zone, on GitHub and Kubernetes in UTC. */
  readonly fromHour: number;
}

interface Scheduler {
  readonly means: string;
  readonly text: (job: Job) => string;
}

/**
 * The minute of the hour, from the home's path: the same each time, and another for each home, so that not everybody asks
 * the site at the full hour. Never 0, 15, 30 or 45, when schedulers are busiest.
 */
export function minuteOf(home: string): number {
  const [byte = 0] = createHash("sha256").update(home).digest();
  const minute = byte % 60;
  return minute % 15 === 0 ? minute + 7 : minute;
}

/** Ready text for each scheduler, with what it gets wrong dealt with. Every run settles what is owed, so all run hourly. */
export const SCHEDULERS = {
  cron: { means: "a line for crontab -e", text: cron },
  systemd: { means: "a service and a timer", text: systemd },
  github: {
    means: "a workflow of GitHub Actions",
    text: (job) => github({ version: job.version, when: crontabTime(job) }),
  },
  kubernetes: { means: "a CronJob with its volume", text: kubernetes },
} as const satisfies Readonly<Record<string, Scheduler>>;

export type SchedulerName = keyof typeof SCHEDULERS;

/** The five fields of crontab(5). */
function crontabTime({ home, fromHour }: Pick<Job, "home" | "fromHour">): string {
  const hours = fromHour === 0 ? "*" : fromHour === 23 ? "23" : `${fromHour}-23`;
  return `${minuteOf(home)} ${hours} * * *`;
}

/** The same as a calendar event of systemd.time(7). */
function calendarEvent({ home, fromHour }: Pick<Job, "home" | "fromHour">): string {
  const [from, minute] = [fromHour, minuteOf(home)].map((number) => String(number).padStart(2, "0"));
  return `*-*-* ${fromHour === 0 ? "*" : fromHour === 23 ? "23" : `${from}..23`}:${minute}:00`;
}

function cron(job: Job): string {
  const { node, program, home } = job;
  // % ends a command in a crontab (crontab(5)).
  const command = [node, program, "--home", home, "run", "--quiet"].map(shellWord).join(" ").replaceAll("%", "\\%");
  return `# Add with: crontab -e. cron mails what a command writes to the user whose crontab it is (or to MAILTO); here that is only what
# went wrong. Where this machine sends no mail of its own, that is lost: set \`alertTo\` in paperboy.yaml.
# A machine that sleeps at the time misses it, and the next run catches up.
${crontabTime(job)} ${command} >/dev/null
`;
}

function systemd(job: Job): string {
  const { node, program, home } = job;
  const words = [node, program, "--home", home, "run", "--quiet"].map(unitWord).join(" ");
  return `# ~/.config/systemd/user/paperboy.service
[Unit]
Description=Paperboy: the daily papers by mail
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=${words}
# A letter that is on its way is finished first.
TimeoutStopSec=60

# ~/.config/systemd/user/paperboy.timer
[Unit]
Description=Paperboy, every hour

[Timer]
OnCalendar=${calendarEvent(job)}
# Not all machines at the same second.
RandomizedDelaySec=2min
# What was missed while the machine was off runs when it is on again.
Persistent=true

[Install]
WantedBy=timers.target

# Then: systemctl --user daemon-reload && systemctl --user enable --now paperboy.timer
# Without a login: loginctl enable-linger
`;
}

function kubernetes(job: Job): string {
  return `# kubectl apply -f paperboy.yaml. The image is built from the Containerfile of this project.
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: paperboy
spec:
  # The database wants one machine at a time and a local disk; no NFS.
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
  # Two at once would only find the door locked.
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 1800
  successfulJobsHistoryLimit: 3
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      # The ledger is what tries again; a job that is started anew at once would only knock at the same door.
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

/** A word as a POSIX shell reads it back. */
function shellWord(word: string): string {
  return /^[\w./:@+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A word of ExecStart (systemd.service(5)): quoted, with its specifiers and variables as plain text. */
function unitWord(word: string): string {
  const plain = word.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[\w./:@+,=%$-]+$/.test(plain) ? plain : `"${plain.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
