import type { CommandModule } from "./command.js";

/** A command as help lists it, and where the rest of it is. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

/** Every command. Its module is loaded only when it is called, so that `--help` and small commands start at once. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "run",
    summary: "the whole pipeline: what cron runs",
    load: async () => (await import("./run.js")).run,
  },
  {
    name: "fetch",
    summary: "the page, to stdout or a file",
    load: async () => (await import("./fetch.js")).fetch,
  },
  { name: "parse", summary: "its papers, as JSON", load: async () => (await import("./parse.js")).parse },
  {
    name: "explain",
    summary: "each paper: kept or dropped, and why",
    load: async () => (await import("./explain.js")).explain,
  },
  {
    name: "render",
    summary: "the letter, in any of its shapes",
    load: async () => (await import("./render.js")).render,
  },
  {
    name: "check",
    summary: "the letter, looked at before anybody else does",
    load: async () => (await import("./check.js")).check,
  },
  {
    name: "preview",
    summary: "the studio: the letter in every shape, in a browser, live",
    load: async () => (await import("./preview.js")).preview,
  },
  {
    name: "send",
    summary: "one test letter, marked [test]",
    load: async () => (await import("./send.js")).send,
  },
  {
    name: "subscribers",
    summary: "add, import, list, show, set, remove, erase, export",
    load: async () => (await import("./subscribers.js")).subscribers,
  },
  {
    name: "status",
    summary: "what went out, to how many, what is owed, and why",
    load: async () => (await import("./status.js")).status,
  },
  {
    name: "resend",
    summary: "put deliveries back in line",
    load: async () => (await import("./resend.js")).resend,
  },
  {
    name: "uncertain",
    summary: "messages that may have arrived",
    load: async () => (await import("./uncertain.js")).uncertain,
  },
  {
    name: "push",
    summary: "what goes to webhooks, Slack and Telegram",
    load: async () => (await import("./push.js")).push,
  },
  { name: "pause", summary: "let nothing go out", load: async () => (await import("./pause.js")).pause },
  { name: "resume", summary: "end a pause", load: async () => (await import("./pause.js")).resume },
  {
    name: "store",
    summary: "check the database, or copy it",
    load: async () => (await import("./store.js")).store,
  },
  {
    name: "work",
    summary: "deliver what is queued, on any number of machines",
    load: async () => (await import("./work.js")).work,
  },
  {
    name: "serve",
    summary: "the public site: subscribe, change, leave",
    load: async () => (await import("./serve.js")).serve,
  },
  {
    name: "archive",
    summary: "the archive and its feeds as files, for any web host",
    load: async () => (await import("./archive.js")).archive,
  },
  {
    name: "inbox",
    summary: "bounces, complaints and commands that arrive by mail",
    load: async () => (await import("./inbox.js")).inbox,
  },
  {
    name: "keys",
    summary: "the keys that sign links: list, rotate, forget",
    load: async () => (await import("./keys.js")).keys,
  },
  {
    name: "init",
    summary: "a first configuration, by questions or by flags",
    load: async () => (await import("./init.js")).init,
  },
  {
    name: "doctor",
    summary: "is everything in order? What is not, and how to mend it",
    load: async () => (await import("./doctor.js")).doctor,
  },
  {
    name: "config",
    summary: "every setting, and where it comes from",
    load: async () => (await import("./config.js")).config,
  },
  {
    name: "history",
    summary: "the last runs, and how each ended",
    load: async () => (await import("./history.js")).history,
  },
  {
    name: "why",
    summary: "why a person got a letter, or did not",
    load: async () => (await import("./why.js")).why,
  },
  {
    name: "replay",
    summary: "a recorded edition, made again offline: the same bytes?",
    load: async () => (await import("./replay.js")).replay,
  },
  {
    name: "diff",
    summary: "what today's code and settings would have changed",
    load: async () => (await import("./diff.js")).diff,
  },
  {
    name: "report",
    summary: "a bug report as one file, without addresses and secrets",
    load: async () => (await import("./report.js")).report,
  },
  {
    name: "schedule",
    summary: "ready text for cron, systemd, GitHub or Kubernetes",
    load: async () => (await import("./schedule.js")).schedule,
  },
  {
    name: "state",
    summary: "the database as one encrypted file, and back",
    load: async () => (await import("./state.js")).state,
  },
  {
    name: "templates",
    summary: "the built-in templates, copied out to be changed",
    load: async () => (await import("./templates.js")).templates,
  },
  {
    name: "completion",
    summary: "the script that completes commands in your shell",
    load: async () => (await import("./completion.js")).completion,
  },
];
