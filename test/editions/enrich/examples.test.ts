import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { parseAnswer } from "../../../src/editions/enrich/answer.js";
import { runProgram } from "../../../src/editions/enrich/program.js";
import { projectRoot } from "../../support/paperboy.js";
import { makePaper } from "../../support/papers-model.js";

interface Received {
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly body: Record<string, unknown>;
}

type Reply = (body: Received["body"], attempt: number) => { readonly status?: number; readonly body: unknown };

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Starts a server that collects requests and replies in JSON. */
async function startServer(reply: Reply): Promise<{ readonly url: string; readonly received: Received[] }> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Received["body"];
    received.push({ url: request.url, key: request.headers.authorization, body });
    const { status = 200, body: answer } = reply(body, received.length);
    response.writeHead(status, { "content-type": "application/json", "retry-after": "0" });
    response.end(JSON.stringify(answer));
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

const papers = [
  makePaper({ id: "2603.00001", title: "Lamps that learn", abstract: "We build lamps. They learn. They glow.", summary: null }),
  makePaper({ id: "2603.00002", title: "Ladders", abstract: "Tall.", summary: "A study of ladders." }),
]; // prettier-ignore

/** Runs an example as `enrich` does. */
async function runExample(name: string, environment: Record<string, string>, language: string | null) {
  const result = await runProgram({
    command: [process.execPath, path.join(projectRoot, "examples/enrich", name)],
    directory: projectRoot,
    environment,
    input: JSON.stringify({ edition: { id: "day:2026-03-09" }, language, papers }),
    timeoutMs: 20_000,
    signal: new AbortController().signal,
  });
  return result.ok ? parseAnswer(result.output, papers) : result;
}

const sayingText = (content: string) => ({ choices: [{ message: { content } }] });

it("summarise.mjs asks an OpenAI-compatible endpoint for a summary of each paper, and repeats a request after 429", async () => {
  const server = await startServer((body, attempt) => {
    if (attempt === 1) return { status: 429, body: { error: "slow down" } };
    return {
      body: sayingText(`<think>hm</think>\n${JSON.stringify(body).includes("Lamps") ? "灯会学习。" : "梯子。"}`),
    };
  });
  const environment = { OPENAI_BASE_URL: `${server.url}/v1/`, OPENAI_API_KEY: "key-of-a-test", OPENAI_MODEL: "tiny" };
  const answer = await runExample("summarise.mjs", environment, "zh");
  expect(answer.ok && Object.fromEntries(answer.texts)).toEqual({
    "2603.00001": { summary: "灯会学习。" },
    "2603.00002": { summary: "梯子。" },
  });
  expect(server.received).toHaveLength(3);
  expect(server.received[0]).toMatchObject({ url: "/v1/chat/completions", key: "Bearer key-of-a-test" });
  expect(server.received[0]?.body).toMatchObject({ model: "tiny", temperature: 0 });
  expect(JSON.stringify(server.received[0]?.body)).toContain("two plain sentences in Chinese");
});

it("summarise.mjs leaves out papers that fail, and fails when all do", async () => {
  const one = await startServer((body) =>
    JSON.stringify(body).includes("Lamps")
      ? { status: 400, body: { error: "too long" } }
      : { body: sayingText("Fine.") },
  );
  const answer = await runExample("summarise.mjs", { OPENAI_BASE_URL: one.url }, null);
  expect(answer.ok && Object.fromEntries(answer.texts)).toEqual({ "2603.00002": { summary: "Fine." } });
  expect(one.received.map(({ key }) => key)).toEqual([undefined, undefined]);
  const none = await startServer(() => ({ status: 401, body: { error: "no key" } }));
  const failed = await runExample("summarise.mjs", { OPENAI_BASE_URL: none.url }, null);
  expect(failed).toEqual({ ok: false, why: expect.stringMatching(/^exited with status 1: .*HTTP 401/) });
});

it("translate.mjs translates titles and summaries, and the first sentences of an abstract without one", async () => {
  const server = await startServer(({ q }) => ({
    body: { translatedText: (q as string[]).map((text) => `[${text}]`) },
  }));
  const answer = await runExample("translate.mjs", { TRANSLATE_URL: server.url }, "de-CH");
  expect(answer.ok && Object.fromEntries(answer.texts)).toEqual({
    "2603.00001": { title: "[Lamps that learn]", summary: "[We build lamps. They learn.]" },
    "2603.00002": { title: "[Ladders]", summary: "[A study of ladders.]" },
  });
  expect(server.received).toHaveLength(1);
  expect(server.received[0]).toMatchObject({ url: "/translate", body: { source: "en", target: "de", format: "text" } });
});

it("translate.mjs fails without a language", async () => {
  const failed = await runExample("translate.mjs", {}, null);
  expect(failed).toEqual({ ok: false, why: "exited with status 2: set `enrich.language`, such as de or ko" });
});
