import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sliceData } from "../../src/parse/slice.js";
import { fixture } from "../support/paperboy.js";
import { describeRealPages, realPage, realPageNames } from "../support/real-pages.js";
import { read, readAlone } from "./reading.js";

const LISTS = ["daily", "day-2024", "filling", "hostile", "month", "search", "trending", "week", "weekend"];
const OTHERS = ["paper", "bot-check", "login"];

const fixturePage = (name: string) => readFileSync(fixture(`pages/${name}.html`), "utf8");

describe("the data alone", () => {
  it.each([...LISTS, "cards-only", "paper"])("gives the same papers of %s as the whole page", (name) => {
    const { drift: _, ...whole } = read(fixturePage(name));
    const { drift: __, ...alone } = readAlone(fixturePage(name));
    expect(alone).toEqual(whole);
  });

  it("that is empty beside cards is not believed", () => {
    const emptied = fixturePage("daily").replace("&quot;dailyPapers&quot;:[", "$&],&quot;others&quot;:[");
    expect(() => readAlone(emptied)).toThrow("data and cards show other papers");
  });

  it.each(OTHERS)("leaves %s to the whole reading", (name) => {
    expect(sliceData(fixturePage(name)) === null).toBe(true);
  });

  // The page has short comments of its own, which would end a longer one.
  const daily = fixturePage("daily").replaceAll(/<!--.*?-->/gs, "");
  it.each([
    ["a comment", daily.replace(/<body[^>]*>/, "$&<!--").replace("</body>", "--></body>")],
    ["a script", daily.replace(/<body[^>]*>/, "$&<script>").replace("</body>", "</script></body>")],
    ["a second list", daily.replace("</body>", '<div data-target="DailyPapers"></div></body>')],
    ["a tag without an end", daily.slice(0, daily.indexOf('data-target="DailyPapers"') + 200)],
    ["a page without a head", daily.replace("</head>", "")],
  ])("takes no data out of %s", (_, body) => {
    expect(sliceData(body) === null).toBe(true);
  });
});

describeRealPages("the data alone, on real pages", () => {
  it.each(realPageNames(/^daily-.*\.html$/))("%s: is cut out, and gives the same papers", (name) => {
    expect(sliceData(realPage(name))).not.toBeNull();
    expect(readAlone(realPage(name))).toEqual(read(realPage(name)));
  });
});
