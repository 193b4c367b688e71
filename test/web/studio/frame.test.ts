import { describe, expect, it } from "vitest";
import { DEFAULT_BRANDING, createRenderer } from "../../../src/render/renderer.js";
import {
  findLocations,
  frameDocument,
  frameHtml,
  framePolicy,
  withColorScheme,
  MARK,
  VARIANTS,
} from "../../../src/web/studio/frame.js";
import { makeDigest, makePaper } from "../../support/papers-model.js";

const sheet = (css: string) => `<style>${css}</style>`;

describe("a colour scheme", () => {
  it.each([
    ["dark", "@media (prefers-color-scheme: dark) { p {} }", "@media (min-width: 0px) { p {} }"],
    ["light", "@media (prefers-color-scheme: dark) { p {} }", "@media (max-width: 0px) { p {} }"],
    ["dark", "@media ( PREFERS-color-scheme :light ) { p {} }", "@media (max-width: 0px) { p {} }"],
    [
      "dark",
      "@media (max-width: 480px) and (prefers-color-scheme:dark) { p {} }",
      "@media (max-width: 480px) and (min-width: 0px) { p {} }",
    ],
    ["light", ":root { color-scheme: light dark; }", ":root { color-scheme: light; }"],
  ] as const)("%s decides %s", (scheme, before, after) => {
    expect(withColorScheme(sheet(before), scheme)).toBe(sheet(after));
  });

  it("leaves the text of papers unchanged", () => {
    const text = "<p>We set (prefers-color-scheme: dark) and color-scheme: light dark; by hand.</p>";
    expect(withColorScheme(text, "dark")).toBe(text);
  });

  it("also sets color-scheme for the browser", () => {
    const html = '<meta name="color-scheme" content="light dark">';
    expect(withColorScheme(html, "dark")).toBe('<meta name="color-scheme" content="dark">');
    expect(withColorScheme(html, "light")).toBe('<meta name="color-scheme" content="light">');
  });
});

describe("the policy of a frame", () => {
  it.each(Object.entries(VARIANTS))("lets %s load only pictures and run no scripts", (_name, variant) => {
    const policy = framePolicy(variant);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/script-src|connect-src|\*/);
    expect(policy).toContain(variant.pictures ? "img-src https:;" : "img-src 'none';");
  });

  it("is in the document if no server can send it", () => {
    const html = frameDocument("<html><head><title>x</title></head></html>", VARIANTS["images-off"]);
    expect(html).toContain(`<head><meta http-equiv="Content-Security-Policy" content="default-src 'none'`);
    expect(html).toContain("img-src 'none'");
  });
});

describe("links", () => {
  it("to other sites open a window, which the sandbox blocks; internal links work", () => {
    const html = '<a class="x" href="https://a.example/">a</a><a href="#p1">b</a>';
    expect(frameHtml(html, VARIANTS.desktop)).toBe(
      '<a target="_blank" class="x" href="https://a.example/">a</a><a href="#p1">b</a>',
    );
  });
});

describe("the location of a finding", () => {
  const html =
    '<html><body><p class="fine">one</p><p class="fine">two <a href="https://a.example/">x</a></p></body></html>';

  it("is found by element path or link target", () => {
    const places = findLocations(html);
    expect(places).toContain("html > body > p.fine “two x”");
    expect(places).toContain("https://a.example/");
  });

  it("is the only marked element", () => {
    const marked = frameHtml(html, VARIANTS.desktop, "html > body > p.fine “two x”");
    expect(marked.match(new RegExp(`id="${MARK}"`, "g"))).toHaveLength(1);
    expect(marked).toMatch(new RegExp(`<p class="fine"[^>]*id="${MARK}"[^>]*outline:3px[^>]*>two`));
  });

  it("may be missing; the letter is unchanged then", () => {
    expect(frameHtml(html, VARIANTS.phone, "td > nothing")).toBe(frameHtml(html, VARIANTS.phone));
  });
});

it("switches a real letter between dark and light colours", () => {
  const { html } = createRenderer({ branding: DEFAULT_BRANDING }).letter(makeDigest([makePaper()]));
  const [dark, light] = [frameHtml(html, VARIANTS.dark), frameHtml(html, VARIANTS.desktop)];
  expect(dark).toMatch(/@media \(min-width: 0px\) \{\s*\.backdrop \{ background/);
  expect(light).toMatch(/@media \(max-width: 0px\) \{\s*\.backdrop \{ background/);
  expect(dark + light).not.toContain("prefers-color-scheme");
});
