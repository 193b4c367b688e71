// A digest as a user would write it without Paperboy, from the READMEs of three libraries. Usage: digest.js PAGE
import { readFileSync } from "node:fs";
import * as cheerio from "cheerio";
import Handlebars from "handlebars";
import { createTransport } from "nodemailer";

const $ = cheerio.load(readFileSync(process.argv[2], "utf8"));
const { dailyPapers } = JSON.parse($('[data-target="DailyPapers"]').attr("data-props"));
const template = Handlebars.compile(
  "<h1>Papers</h1>{{#each papers}}<h2>{{paper.title}}</h2><p>{{paper.upvotes}}</p><p>{{paper.summary}}</p>{{/each}}",
);
const transport = createTransport({ jsonTransport: true });
const html = template({ papers: dailyPapers });
await transport.sendMail({ from: "a@example.org", to: "b@example.org", subject: "Papers", html });
process.stdout.write(html);
