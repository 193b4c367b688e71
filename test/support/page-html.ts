/** The same escapes as the site's framework (docs/pages.md; measured on 8 pages). */

/** Escapes the value of an attribute in double quotes: `&`, `"` and `<`, but not `>` and `'`. */
export function escapeAttribute(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}

/** Escapes text between tags: `&` and `<`. */
export function escapeText(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** The empty block that the framework writes for an absent optional part. */
export const ABSENT = "<!--[-1--><!--]-->";

/** Returns an optional part that is present. */
export function present(html: string): string {
  return `<!--[0-->${html}<!--]-->`;
}

/** An empty drawing in place of the site's icons. */
export const ICON = '<svg class="flex-none" aria-hidden="true"></svg>';

/** Formats a count as on cards: `999`, `1.92k`, `26k`. */
export function shortCount(count: number): string {
  return count < 1000 ? String(count) : `${Number((count / 1000).toPrecision(3))}k`;
}

/** Formats an ISO date as `Oct 2`, or with the year as `Oct 2, 2026`. */
export function monthDay(iso: string, withYear = false): string {
  const year = withYear ? ({ year: "numeric" } as const) : {};
  return new Date(iso).toLocaleDateString("en-US", { month: "short", day: "numeric", timeZone: "UTC", ...year });
}

/** Returns a part that the site's script hydrates. Omits the attribute if `props` is null. */
export function hydrater(target: string, props: string | null, html = "<!---->"): string {
  const data = props === null ? "" : ` data-props="${escapeAttribute(props)}"`;
  return `<div class="SVELTE_HYDRATER contents" data-target="${target}"${data}>${html}</div>`;
}
