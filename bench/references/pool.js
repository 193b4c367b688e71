// Mails many readers as in nodemailer's README: with a pool, HTML and text rendered for each reader, and its DKIM if a key is
// given.
//   node bench/references/pool.js LETTER.html LETTER.txt PORT MESSAGES [KEY.pem]
import { readFileSync } from "node:fs";
import Handlebars from "handlebars";
import { createTransport } from "nodemailer";

const [html, text, port, messages, key] = process.argv.slice(2);
const template = (file) =>
  Handlebars.compile(readFileSync(file, "utf8").replaceAll("{link:unsubscribe}", "{{unsubscribe}}"));
const [renderHtml, renderText] = [template(html), template(text)];
const transport = createTransport({
  pool: true,
  host: "127.0.0.1",
  port: Number(port),
  ignoreTLS: true,
  ...(key && { dkim: { domainName: "example.org", keySelector: "paper", privateKey: readFileSync(key, "utf8") } }),
});

const before = process.cpuUsage();
for (let sent = 0; sent < Number(messages); sent += 100) {
  const readers = Array.from({ length: Math.min(100, Number(messages) - sent) }, (_, index) => sent + index);
  await Promise.all(readers.map((reader) => send(reader)));
}
const { user, system } = process.cpuUsage(before);
transport.close();
process.stdout.write(JSON.stringify({ cpuMs: (user + system) / 1000 }));

function send(reader) {
  const unsubscribe = `https://papers.example.org/leave/${reader}`;
  return transport.sendMail({
    from: "digest@example.org",
    to: `reader${reader}@example.com`,
    subject: "Papers of the day",
    html: renderHtml({ unsubscribe }),
    text: renderText({ unsubscribe }),
    headers: { "List-Unsubscribe": `<${unsubscribe}>` },
  });
}
