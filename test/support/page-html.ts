/** The escapes that the site's framework makes, and no others (docs/pages.md; measured over 8 pages). */

/** An attribute's value between double quotes: `&`, `"` and `<` become entities, `>` and `'` stay. */
export function escapeAttribute(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}

/** Text between tags: `&` and `<` become entities. */
export function escapeText(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** An empty block of the framework: what stands where an optional part is absent. */
export const ABSENT = "<!--[-1--><!--]-->";

/** An optional part that is there. */
export function present(html: string): string {
  return `<!--[0-->${html}<!--]-->`;
}

/** Where the site has a drawing, ours is empty. */
export const ICON = '<svg class="flex-none" aria-hidden="true"></svg>';

/** A count as cards write it: `999`, `1.92k`, `26k`. */
export function shortCount(count: number): string {
  return count < 1000 ? String(count) : `${Number((count / 1000).toPrecision(3))}k`;
}

/** `Oct 2`, or with the year `Oct 2, 2026`, from an ISO date. */
export function monthDay(iso: string, withYear = false): string {
  const year = withYear ? ({ year: "numeric" } as const) : {};
  return new Date(iso).toLocaleDateString("en-US", { month: "short", day: "numeric", timeZone: "UTC", ...year });
}

/** A part that the browser brings to life; without `props` the attribute itself is missing. */
export function hydrater(target: string, props: string | null, html = "<!---->"): string {
  const data = props === null ? "" : ` data-props="${escapeAttribute(props)}"`;
  return `<div class="SVELTE_HYDRATER contents" data-target="${target}"${data}>${html}</div>`;
}
