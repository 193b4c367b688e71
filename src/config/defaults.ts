/** The possible names of the settings file in the home folder. */
export const FILE_NAMES = ["paperboy.yaml", "paperboy.yml", "paperboy.json"] as const;

/** The default settings; the schema uses them. */
export const DEFAULTS = {
  site: "https://huggingface.co",
  to: [] as readonly string[],
  store: "paperboy.db",
  archive: true,
  records: false,
  recordKeep: 60,
  delivery: { connections: 5 },
  serve: {
    host: "127.0.0.1",
    port: 8080,
    trustedProxies: [] as readonly string[],
    hsts: false,
    accessLog: true,
  },
  inbox: {},
  push: {},
  view: {},
  branding: {},
};
