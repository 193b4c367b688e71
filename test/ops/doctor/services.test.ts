import { expect, it } from "vitest";
import { startReceiver } from "../../support/receiver.js";
import { runCheck, closeAfterTest } from "./setup.js";

const yamlOf = (url: string) => `push:\n  team: {kind: slack, url: "${url}/services/T0SECRET"}\n`;

it("connects to each push target without posting", async () => {
  const receiver = closeAfterTest(await startReceiver());
  const { host } = new URL(receiver.url);
  expect(await runCheck("push.reachable", { yaml: yamlOf(receiver.url) })).toMatchObject({
    result: "ok",
    detail: `team (${host}); nothing was posted`,
  });
  expect(receiver.received).toEqual([]);
});

it("names an unreachable push target without its secret", async () => {
  const receiver = await startReceiver();
  await receiver.close();
  const { result, detail, fix } = await runCheck("push.reachable", { yaml: yamlOf(receiver.url) });
  expect([result, detail]).toEqual(["fail", expect.stringMatching(/^team: connect ECONNREFUSED/)]);
  expect(`${detail}${fix ?? ""}`).not.toContain("SECRET");
});

it("skips push.reachable when no target is configured", async () => {
  expect(await runCheck("push.reachable", {})).toMatchObject({ result: "skipped" });
});
