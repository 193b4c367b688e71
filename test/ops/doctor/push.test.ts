import { expect, it } from "vitest";
import { startReceiver } from "../../support/receiver.js";
import { examined, kept } from "./rig.js";

const yamlOf = (url: string) => `push:\n  team: {kind: slack, url: "${url}/services/T0SECRET"}\n`;

it("connects to each target, and posts nothing", async () => {
  const receiver = kept(await startReceiver());
  const { host } = new URL(receiver.url);
  expect(await examined("push.reachable", { yaml: yamlOf(receiver.url) })).toMatchObject({
    result: "ok",
    detail: `team (${host}); nothing was posted`,
  });
  expect(receiver.received).toEqual([]);
});

it("names a target that cannot be reached, and no secret", async () => {
  const receiver = await startReceiver();
  await receiver.close();
  const { result, detail, fix } = await examined("push.reachable", { yaml: yamlOf(receiver.url) });
  expect([result, detail]).toEqual(["fail", expect.stringMatching(/^team: connect ECONNREFUSED/)]);
  expect(`${detail}${fix ?? ""}`).not.toContain("SECRET");
});

it("looks at nothing where no target is configured", async () => {
  expect(await examined("push.reachable", {})).toMatchObject({ result: "skipped" });
});
