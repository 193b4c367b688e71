// The measures. Each returns the figures of one round. Preparation happens before the first round.
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { pageOf } from "./pages.js";
import { here, paperboy, run, serve } from "./processes.js";

const READERS = "publicUrl: https://papers.example.org\nfrom: digest@example.org\n";
const SIGNED = "dkim:\n  domain: example.org\n  keys:\n    - selector: paper\n      file: key.pem\n";
/** The number of parallel connections: Paperboy's maximum, and the same for the reference. */
const SESSIONS = 20;
const CONNECTIONS = `delivery:\n  connections: ${SESSIONS}\n`;
/** A message with this number of full papers has about 75 KB. */
const PAPERS = "10";
const node = process.execPath;

/** Starts servers and writes files. `counts` has the number of messages for each way of sending. */
export async function openMeasures(folder, counts) {
  const file = (name) => path.join(folder, name);
  const [fifty, seventyOne] = [50, 71].map((papers) => page(folder, papers));
  const letter = { html: file("letter.html"), text: file("letter.txt"), eml: file("letter.eml") };
  const sink = await serve("sink.js", letter.eml);
  const far = await serve("delay-proxy.js", sink.port, 20);
  const keys = writeKeys(folder);
  for (const [as, out] of [
    ["html", letter.html],
    ["text", letter.text],
  ])
    await run(node, [paperboy, "render", fifty, "--limit", PAPERS, "--as", as, "-o", out], { cwd: folder });
  addPlaceholder(letter);
  const home = (name, readers, settings) => prepareHome(folder, { name, readers, settings });
  const homes = {
    unsigned: await home("unsigned", counts.send, READERS + CONNECTIONS),
    rsa: await home("rsa", counts.send, READERS + CONNECTIONS + SIGNED),
    ed25519: await home("ed25519", counts.send, READERS + CONNECTIONS + SIGNED),
    far: await home("far", counts.far, READERS + CONNECTIONS),
    few: await home("few", 100, READERS + CONNECTIONS),
  };
  cpSync(keys.rsa, path.join(homes.rsa, "key.pem"));
  cpSync(keys.ed25519, path.join(homes.ed25519, "key.pem"));
  const site = await openSite(fifty);

  const cold =
    (...args) =>
    async () => ({ ms: (await run(node, args, { cwd: folder })).ms });
  const sending = (from, port) => async () => {
    const copy = file("home");
    execFileSync("rm", ["-rf", copy]);
    cpSync(from, copy, { recursive: true });
    return counted(sink, () =>
      run(node, [paperboy, "run", fifty, "--home", copy, "--json"], {
        cwd: folder,
        env: { PAPERBOY_SMTP_URL: `smtp://127.0.0.1:${port}` },
        usage: true,
      }),
    );
  };
  const pool =
    (...key) =>
    () =>
      counted(sink, async () => {
        const args = [here("references/pool.js"), letter.html, letter.text, sink.port, counts.pool, ...key];
        const done = await run(node, args, { cwd: folder });
        return { ...done, cpuMs: JSON.parse(done.stdout).cpuMs };
      });
  const source = (port, sessions, messages) => () => {
    const to = ["-f", "digest@example.org", "-t", "reader@example.com", `127.0.0.1:${port}`];
    const args = ["-d", "-s", sessions, "-m", messages, "-F", letter.eml, ...to].map(String);
    return counted(sink, () => run("smtp-source", args, { cwd: folder }));
  };

  return {
    measures: {
      empty: cold(here("references/empty.js")),
      help: cold(paperboy, "--help"),
      render: cold(paperboy, "render", fifty, "--as", "html"),
      digest: cold(here("references/digest.js"), fifty),
      parse: cold(paperboy, "parse", seventyOne),
      papers: cold(here("references/papers.js"), seventyOne),
      few: sending(homes.few, sink.port),
      unsigned: sending(homes.unsigned, sink.port),
      pool: pool(),
      source: source(sink.port, SESSIONS, counts.source),
      rsa: sending(homes.rsa, sink.port),
      ed25519: sending(homes.ed25519, sink.port),
      poolSigned: pool(keys.rsa),
      far: sending(homes.far, far.port),
      farSource: source(far.port, SESSIONS, counts.farSource),
      one: () => wholeRun({ folder, site, sink }),
      r2e: () => rss2email({ folder, site, sink }),
    },
    letterBytes: () => readFileSync(letter.eml).length,
    close: () => {
      site.server.close();
      far.close();
      sink.close();
    },
  };
}

function page(folder, papers) {
  const file = path.join(folder, `${papers}.html`);
  writeFileSync(file, pageOf(papers));
  return file;
}

/** Writes the same letter for the reference, with a placeholder for each reader's link. */
function addPlaceholder({ html, text }) {
  const link = '<p><a href="{link:unsubscribe}">Unsubscribe</a></p></body>';
  writeFileSync(html, readFileSync(html, "utf8").replace("</body>", link));
  writeFileSync(text, `${readFileSync(text, "utf8")}\nUnsubscribe: {link:unsubscribe}\n`);
}

function writeKeys(folder) {
  const pem = {
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  };
  const write = (name, { privateKey }) => {
    const file = path.join(folder, name);
    writeFileSync(file, privateKey, { mode: 0o600 });
    return file;
  };
  return {
    rsa: write("rsa.pem", generateKeyPairSync("rsa", { modulusLength: 2048, ...pem })),
    ed25519: write("ed25519.pem", generateKeyPairSync("ed25519", pem)),
  };
}

async function prepareHome(folder, { name, readers, settings }) {
  const home = path.join(folder, name);
  mkdirSync(home);
  const list = path.join(folder, `${name}.csv`);
  const rows = Array.from({ length: readers }, (_, index) => `reader${index}@example${index % 100}.com,${PAPERS}`);
  writeFileSync(list, `email,limit\n${rows.join("\n")}\n`);
  await run(node, [paperboy, "subscribers", "import", list, "--home", home], { cwd: folder });
  writeFileSync(path.join(home, "paperboy.yaml"), settings);
  return home;
}

/** Returns messages per second between the first and the last at the sink, and processor time. */
async function counted(sink, work) {
  await sink.ask("reset");
  const { cpuMs, startedAt, ms } = await work();
  const { accepted, firstAt, lastAt } = await sink.ask("figures");
  if (accepted < 2) throw new Error(`the sink accepted ${accepted} messages`);
  return { rate: ((accepted - 1) / (lastAt - firstAt)) * 1000, accepted, cpuMs, ms, firstAfterMs: firstAt - startedAt };
}

/** Serves the page of one day and the same papers as a feed. */
async function openSite(file) {
  const body = readFileSync(file, "utf8");
  const items = Array.from({ length: 50 }, (_, index) => item(index)).join("");
  const feed = `<?xml version="1.0"?><rss version="2.0"><channel><title>Papers</title><link>https://example.org/</link><description>Papers</description>${items}</channel></rss>`;
  const server = createServer((request, response) => {
    const isFeed = request.url === "/feed.xml";
    response.setHeader("content-type", isFeed ? "application/rss+xml" : "text/html; charset=utf-8");
    response.end(isFeed ? feed : body);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}

function item(index) {
  const words = "lantern courier newspaper harbour ribbon delivers measures between the folded orchard ".repeat(17);
  return `<item><title>Paper ${index}</title><link>https://example.org/${index}</link><guid>https://example.org/${index}</guid><description>${words}</description></item>`;
}

/** Measures a run from a new, empty home folder to one accepted letter. */
async function wholeRun({ folder, site, sink }) {
  const home = path.join(folder, "one");
  execFileSync("rm", ["-rf", home]);
  mkdirSync(home);
  const env = {
    PAPERBOY_SITE_URL: site.url,
    PAPERBOY_SMTP_URL: `smtp://127.0.0.1:${sink.port}`,
    PAPERBOY_FROM: "digest@example.org",
  };
  const args = [paperboy, "run", "2026-10-02", "--to", "you@example.com", "--home", home];
  return accepted(sink, () => run(node, args, { cwd: folder, env }));
}

async function rss2email({ folder, site, sink }) {
  const config = path.join(folder, "r2e.cfg");
  const data = path.join(folder, "r2e.json");
  const options = [
    "from = digest@example.org",
    "to = you@example.com",
    "email-protocol = smtp",
    "digest = True",
    `smtp-server = 127.0.0.1`,
    `smtp-port = ${sink.port}`,
    "smtp-ssl = False",
    "smtp-auth = False",
    "html-mail = True",
  ];
  writeFileSync(config, `[DEFAULT]\n${options.join("\n")}\n\n[feed.papers]\nurl = ${site.url}/feed.xml\n`);
  execFileSync("rm", ["-f", data]);
  return accepted(sink, () => run("r2e", ["-c", config, "-d", data, "run"], { cwd: folder }));
}

async function accepted(sink, work) {
  await sink.ask("reset");
  const { ms } = await work();
  const figures = await sink.ask("figures");
  if (figures.accepted !== 1) throw new Error(`the sink accepted ${figures.accepted} messages, not one`);
  return { ms };
}
