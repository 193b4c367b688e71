import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openReaderHarness, csrfTokenIn, ORIGIN } from "./harness.js";
import type { Fields, ReaderHarness } from "./harness.js";

let harness: ReaderHarness;
let path: string;

beforeEach(async () => {
  harness = await openReaderHarness("preferences");
  path = `${harness.path}/likes`;
});
afterEach(() => harness.close());

const send = (fields: Fields) => harness.fill(path, path, fields);
const field = (name: string, value: string) =>
  `--part\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const upload = async (text: string) => {
  const csrf = csrfTokenIn(await (await harness.get(path)).text());
  const file = `--part\r\ncontent-disposition: form-data; name="file"; filename="library.bib"\r\n\r\n${text}\r\n`;
  const headers = { "content-type": "multipart/form-data; boundary=part", origin: ORIGIN };
  const body = `${field("csrf", csrf)}${field("do", "upload")}${file}--part--\r\n`;
  return harness.request("POST", path, { headers, body });
};
const view = async () => (await harness.stored())?.view;

describe("the page of papers that a subscriber likes", () => {
  it("asks about the paper of a letter's link, and changes nothing before the button is pressed", async () => {
    for (const method of ["GET", "HEAD", "OPTIONS"]) await harness.request(method, `${path}?paper=2603.14473`);
    expect(await view()).not.toHaveProperty("interests");
    const page = await (await harness.get(`${path}?paper=2603.14473`)).text();
    expect(page).toContain("arXiv 2603.14473");
    expect(page).toMatch(/<button name="do" value="like">More like this<\/button>/);
    expect((await send({ do: "like", paper: "2603.14473" })).status).toBe(303);
    expect(await view()).toMatchObject({ interests: ["2603.14473"], order: "interests" });
    expect(await (await harness.get(`${path}?paper=2603.14473`)).text()).toMatch(/value="unlike">Less like this/);
  });

  it("adds what is pasted, removes an entry, and empties the list", async () => {
    await send({ do: "add", papers: "https://arxiv.org/abs/2603.00001, 2603.00002\nTool use & agents" });
    expect((await view())?.interests).toEqual(["2603.00001", "2603.00002", "Tool use & agents"]);
    expect(await (await harness.get(path)).text()).toContain("Tool use &amp; agents");
    await send({ do: "unlike", paper: "2603.00001" });
    await send({ do: "unlike", entry: "Tool use & agents" });
    expect((await view())?.interests).toEqual(["2603.00002"]);
    await send({ do: "empty" });
    expect(await view()).toMatchObject({ order: "votes" });
    expect(await view()).not.toHaveProperty("interests");
  });

  it("reads an uploaded file, and refuses a broken one", async () => {
    const padding = "% padding\n".repeat(10_000);
    expect((await upload(`${padding}@article{a, title = {Lanterns}, abstract = {They glow.}}`)).status).toBe(303);
    expect((await view())?.interests).toEqual(["Lanterns | They glow."]);
    const broken = await upload("@article{a, title = {Lanterns");
    expect(broken.status).toBe(422);
    expect(await broken.text()).toContain("could not be read");
  });

  it.each([
    ["a file of the operator", "library.bib"],
    ["a file of the operator by its entry", "file:library.bib"],
    ["nothing", " "],
  ])("refuses %s", async (_what, papers) => {
    expect((await send({ do: "add", papers })).status).toBe(422);
    expect(await view()).not.toHaveProperty("interests");
  });

  it("refuses a form without a CSRF token", async () => {
    const answer = await harness.post(path, { do: "like", paper: "2603.14473", csrf: "" });
    expect(answer.status).toBe(422);
    expect(await view()).not.toHaveProperty("interests");
  });
});
