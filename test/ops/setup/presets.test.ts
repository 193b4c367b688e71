import { expect, it } from "vitest";
import { PROVIDERS } from "../../../src/send/providers.js";
import { PRESETS } from "../../../src/ops/setup/presets.js";
import type { PresetName } from "../../../src/ops/setup/presets.js";

const presets = Object.entries(PRESETS) as [PresetName, (typeof PRESETS)[PresetName]][];

it.each(presets)("%s is reached over TLS: from the first byte on 465, else by STARTTLS on 587", (_, preset) => {
  expect([465, 587]).toContain(preset.port);
  expect(preset.host).toMatch(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/);
  expect(preset.password).toMatch(/^[a-z].*[^.]$/);
});

it("every provider of which more is known has a preset that it knows by its host", () => {
  const known = PROVIDERS.filter(({ hosts }) => presets.some(([, { host }]) => hosts.test(host)));
  expect(known.map(({ name }) => name)).toEqual(PROVIDERS.map(({ name }) => name));
});
