import type { CommandEntry, CommandModule } from "./command.js";

/** All commands, in the order of the help. A module is loaded when its command runs, so that `--help` is fast. */
export const COMMANDS: readonly CommandEntry[] = [
  entry("run", "send the due editions: the command for cron", () => import("./run.js")),
  entry("fetch", "fetch a page and print it", () => import("./fetch.js")),
  entry("parse", "print the papers of a page as JSON", () => import("./parse.js")),
  entry("explain", "show which papers are kept or dropped, and why", () => import("./explain.js")),
  entry("render", "print the letter in one of its formats", () => import("./render.js")),
  entry("check", "render the letter and run every check on it", () => import("./check.js")),
  entry("preview", "preview the letter in a browser, with live reload", () => import("./preview.js")),
  entry("send", "send a test letter, marked [test]", () => import("./send.js")),
  entry("subscribers", "add, import, list, show, set, remove, erase, export", () => import("./subscribers.js")),
  entry("status", "show the last editions, unsent letters and problems", () => import("./status.js")),
  entry("resend", "queue deliveries again", () => import("./resend.js")),
  entry("uncertain", "list or resolve messages that may have arrived", () => import("./uncertain.js")),
  entry("push", "list, retry or test pushes to webhooks, Slack and Telegram", () => import("./push.js")),
  entry("pause", "stop all sending until `resume`", () => import("./pause.js")),
  entry("resume", "continue sending after `pause`", () => import("./pause.js")),
  entry("store", "check, back up or copy the database", () => import("./store.js")),
  entry("work", "deliver queued mail, on any number of machines", () => import("./work.js")),
  entry("serve", "run the public site: subscribe, preferences, unsubscribe", () => import("./serve.js")),
  entry("archive", "write the archive and its feeds as static files", () => import("./archive.js")),
  entry("inbox", "handle bounces, complaints and requests that arrive by mail", () => import("./inbox.js")),
  entry("keys", "list, rotate or delete the keys that sign links", () => import("./keys.js")),
  entry("init", "create a configuration, interactively or from flags", () => import("./init.js")),
  entry("doctor", "check the installation and suggest fixes", () => import("./doctor.js")),
  entry("probe", "report whether each kind of page can be read", () => import("./probe.js")),
  entry("config", "show every setting and its origin", () => import("./config.js")),
  entry("history", "list the last runs and their outcomes", () => import("./history.js")),
  entry("why", "show why a subscriber did or did not get a letter", () => import("./why.js")),
  entry("replay", "reproduce a recorded edition offline and compare it", () => import("./replay.js")),
  entry("diff", "compare recorded letters with current ones", () => import("./diff.js")),
  entry("report", "write a bug report without addresses and secrets", () => import("./report.js")),
  entry("schedule", "print a schedule for cron, systemd, GitHub or Kubernetes", () => import("./schedule.js")),
  entry("state", "export or import the database as one encrypted file", () => import("./state.js")),
  entry("templates", "copy the built-in templates to customise them", () => import("./templates.js")),
  {
    name: "completion",
    summary: "print the completion script of your shell",
    load: async () => (await import("./completion.js")).completionOf(COMMANDS),
  },
];

/** Returns the entry of a command whose module exports it by its name. */
function entry<Name extends string>(
  name: Name,
  summary: string,
  load: () => Promise<Readonly<Record<Name, CommandModule>>>,
): CommandEntry {
  return { name, summary, load: async () => (await load())[name] };
}
