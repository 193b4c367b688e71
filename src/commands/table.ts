import type { CommandEntry } from "./command.js";

/** All commands, in the order of the help. A module is loaded when its command runs, so that `--help` is fast. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "run",
    summary: "send the due editions: the command for cron",
    load: async () => (await import("./run.js")).run,
  },
  {
    name: "fetch",
    summary: "fetch a page and print it",
    load: async () => (await import("./fetch.js")).fetch,
  },
  {
    name: "parse",
    summary: "print the papers of a page as JSON",
    load: async () => (await import("./parse.js")).parse,
  },
  {
    name: "explain",
    summary: "show which papers are kept or dropped, and why",
    load: async () => (await import("./explain.js")).explain,
  },
  {
    name: "render",
    summary: "print the letter in one of its formats",
    load: async () => (await import("./render.js")).render,
  },
  {
    name: "check",
    summary: "render the letter and run every check on it",
    load: async () => (await import("./check.js")).check,
  },
  {
    name: "preview",
    summary: "preview the letter in a browser, with live reload",
    load: async () => (await import("./preview.js")).preview,
  },
  {
    name: "send",
    summary: "send a test letter, marked [test]",
    load: async () => (await import("./send.js")).send,
  },
  {
    name: "subscribers",
    summary: "add, import, list, show, set, remove, erase, export",
    load: async () => (await import("./subscribers.js")).subscribers,
  },
  {
    name: "status",
    summary: "show the last editions, unsent letters and problems",
    load: async () => (await import("./status.js")).status,
  },
  {
    name: "resend",
    summary: "queue deliveries again",
    load: async () => (await import("./resend.js")).resend,
  },
  {
    name: "uncertain",
    summary: "list or resolve messages that may have arrived",
    load: async () => (await import("./uncertain.js")).uncertain,
  },
  {
    name: "push",
    summary: "list, retry or test pushes to webhooks, Slack and Telegram",
    load: async () => (await import("./push.js")).push,
  },
  { name: "pause", summary: "stop all sending until `resume`", load: async () => (await import("./pause.js")).pause },
  { name: "resume", summary: "continue sending after `pause`", load: async () => (await import("./pause.js")).resume },
  {
    name: "store",
    summary: "check, back up or copy the database",
    load: async () => (await import("./store.js")).store,
  },
  {
    name: "work",
    summary: "deliver queued mail, on any number of machines",
    load: async () => (await import("./work.js")).work,
  },
  {
    name: "serve",
    summary: "run the public site: subscribe, preferences, unsubscribe",
    load: async () => (await import("./serve.js")).serve,
  },
  {
    name: "archive",
    summary: "write the archive and its feeds as static files",
    load: async () => (await import("./archive.js")).archive,
  },
  {
    name: "inbox",
    summary: "handle bounces, complaints and requests that arrive by mail",
    load: async () => (await import("./inbox.js")).inbox,
  },
  {
    name: "keys",
    summary: "list, rotate or delete the keys that sign links",
    load: async () => (await import("./keys.js")).keys,
  },
  {
    name: "init",
    summary: "create a configuration, interactively or from flags",
    load: async () => (await import("./init.js")).init,
  },
  {
    name: "doctor",
    summary: "check the installation and suggest fixes",
    load: async () => (await import("./doctor.js")).doctor,
  },
  {
    name: "probe",
    summary: "report whether each kind of page can be read",
    load: async () => (await import("./probe.js")).probe,
  },
  {
    name: "config",
    summary: "show every setting and its origin",
    load: async () => (await import("./config.js")).config,
  },
  {
    name: "history",
    summary: "list the last runs and their outcomes",
    load: async () => (await import("./history.js")).history,
  },
  {
    name: "why",
    summary: "show why a subscriber did or did not get a letter",
    load: async () => (await import("./why.js")).why,
  },
  {
    name: "replay",
    summary: "reproduce a recorded edition offline and compare it",
    load: async () => (await import("./replay.js")).replay,
  },
  {
    name: "diff",
    summary: "compare recorded letters with current ones",
    load: async () => (await import("./diff.js")).diff,
  },
  {
    name: "report",
    summary: "write a bug report without addresses and secrets",
    load: async () => (await import("./report.js")).report,
  },
  {
    name: "schedule",
    summary: "print a schedule for cron, systemd, GitHub or Kubernetes",
    load: async () => (await import("./schedule.js")).schedule,
  },
  {
    name: "state",
    summary: "export or import the database as one encrypted file",
    load: async () => (await import("./state.js")).state,
  },
  {
    name: "templates",
    summary: "copy the built-in templates to customise them",
    load: async () => (await import("./templates.js")).templates,
  },
  {
    name: "completion",
    summary: "print the completion script of your shell",
    load: async () => (await import("./completion.js")).completionOf(COMMANDS),
  },
];
