// Reads the data and the cards of a page with cheerio.load, as in its README. Usage: papers.js PAGE
import { readFileSync } from "node:fs";
import * as cheerio from "cheerio";

const $ = cheerio.load(readFileSync(process.argv[2], "utf8"));
const { dailyPapers } = JSON.parse($('[data-target="DailyPapers"]').attr("data-props"));
const cards = $("article")
  .map((_, card) => ({ title: $(card).find("h3").text().trim(), url: $(card).find("h3 a").attr("href") }))
  .get();
process.stdout.write(JSON.stringify({ papers: dailyPapers, cards }));
