// Measures the cost of one more reader, for the given numbers of readers, in whole runs with personal links for each reader.
//   node bench/readers.js [1000 10000 100000]
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pageOf } from "./pages.js";
import { paperboy, run, serve } from "./processes.js";

const named = process.argv.slice(2).map(Number);
const counts = named.length > 0 ? named : [1_000, 10_000, 100_000];
const folder = mkdtempSync(path.join(tmpdir(), "paperboy-readers-"));
const page = path.join(folder, "page.html");
writeFileSync(page, pageOf(50));
const sink = await serve("sink.js");
try {
  // The smallest run measures the start-up of the process.
  let before = { readers: 100, ...(await sendTo(100)) };
  for (const readers of counts) {
    const figures = await sendTo(readers);
    const cost = (figures.cpuMs - before.cpuMs) / (readers - before.readers);
    const rate = Math.round((readers / figures.sendingMs) * 1000);
    console.log(
      `${readers} readers: ${cost.toFixed(3)} ms CPU per additional reader, ${rate}/s, at most ${Math.round(figures.peakMb)} MB`,
    );
    before = { readers, ...figures };
  }
} finally {
  sink.close();
  rmSync(folder, { recursive: true, force: true });
}

async function sendTo(readers) {
  const home = path.join(folder, String(readers));
  const list = path.join(folder, `${readers}.csv`);
  const rows = Array.from({ length: readers }, (_, index) => `reader${index}@example${index % 100}.com,10`);
  writeFileSync(list, `email,limit\n${rows.join("\n")}\n`);
  await run(process.execPath, [paperboy, "--home", home, "subscribers", "import", list], { cwd: folder });
  writeFileSync(path.join(home, "paperboy.yaml"), "publicUrl: https://papers.example.org\nfrom: digest@example.org\n");
  await sink.ask("reset");
  const env = { PAPERBOY_SMTP_URL: `smtp://127.0.0.1:${sink.port}` };
  const asked = { cwd: folder, env, usage: true };
  const { cpuMs, peakMb } = await run(process.execPath, [paperboy, "run", page, "--home", home], asked);
  const { accepted, firstAt, lastAt } = await sink.ask("figures");
  if (accepted !== readers) throw new Error(`${accepted} of ${readers} were accepted`);
  return { cpuMs, peakMb, sendingMs: lastAt - firstAt };
}
