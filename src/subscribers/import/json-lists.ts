import { isObject } from "../../core/json.js";
import { columnName } from "../columns.js";
import { isAddressColumn } from "./address-column.js";
import { readConsent } from "./consent.js";
import { quoted } from "../preferences.js";

/**
 * The keys under which other tools wrap the list of readers: Ghost and Mailchimp (`members`), Buttondown (`results`), beehiiv and
 * MailerLite (`data`), listmonk (`data.results`), Brevo (`contacts`). A list under another key, such as `unsubscribes`, may be of people who
 * left, so it is refused.
 */
const KEYS =
  /^(?:data|results?|members|subscribers|subscriptions|contacts|people|users|readers|recipients|items|records|rows|list|entries|content)$/i;

/** The deepest list: `data.list.results`. */
const MAX_DEPTH = 3;

export type Unpacked = { readonly list: readonly unknown[] } | { readonly problem: string };

/** What a JSON file may contain. */
const EXPECTED =
  'a list of readers, such as [{"email": "you@example.com"}], or an object that has one, such as {"members": [...]}';

/** Returns the list of readers in a JSON value: the list itself, a single reader, or the one list under `KEYS`. */
export function listIn(value: unknown): Unpacked {
  if (Array.isArray(value)) return { list: value as readonly unknown[] };
  if (!isObject(value)) return { problem: `expected ${EXPECTED}` };
  if (hasAddress(value)) return { list: [value] };
  const found = listsIn(value, []);
  const [only] = found;
  if (only === undefined) {
    const names = Object.keys(value).slice(0, MAX_NAMED).map(quoted).join(", ");
    return { problem: `the object has no list of readers under ${names || "any key"}; expected ${EXPECTED}` };
  }
  const names = found.map(({ path }) => quoted(path.join(".")));
  if (found.length > 1) return { problem: `there are ${found.length} lists (${names.join(", ")}): write one per file` };
  return only.path.every((key) => KEYS.test(key))
    ? only
    : { problem: `${names.join("")} may be a list of people who left: write it as a list, with a column \`status\`` };
}

/** Whether a JSON value is an object that is no reader and may have a list of readers. */
export function isWrapper(value: unknown): boolean {
  return isObject(value) && !hasAddress(value) && Object.values(value).some((inner) => typeof inner === "object");
}

/** Keys that an error lists. */
const MAX_NAMED = 10;

interface Found {
  readonly path: readonly string[];
  readonly list: readonly unknown[];
}

/** Returns the lists of objects with an address. */
function listsIn(value: object, path: readonly string[]): readonly Found[] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]): readonly Found[] => {
    const here = [...path, name];
    if (Array.isArray(inner)) return inner.some(hasAddress) ? [{ path: here, list: inner as readonly unknown[] }] : [];
    return isObject(inner) && here.length < MAX_DEPTH ? listsIn(inner, here) : [];
  });
}

function hasAddress(value: unknown): boolean {
  return isObject(value) && Object.keys(value).some((name) => isAddressColumn(columnName(name)));
}

/** The keys under which Ghost and listmonk list what a reader gets. An empty list means that the reader left all of them. */
const SUBSCRIPTIONS = /^(?:newsletters|lists|subscriptions)$/i;

/**
 * Returns what the lists within a reader show about consent, as a cell: listmonk has a `subscription_status` in each of `lists`. A reader
 * who left every list left; one who is on a list did not.
 */
export function nestedConsent(entries: readonly (readonly [name: string, value: unknown])[]) {
  return entries.flatMap(([name, value]) => {
    if (!SUBSCRIPTIONS.test(name) || !Array.isArray(value)) return [];
    const states = value.map((each) => readConsent(new Map(isObject(each) ? Object.entries(each) : [])).state);
    const state = states.includes("active") ? undefined : (states.find((each) => each !== "unknown") ?? "gone");
    return state === undefined
      ? []
      : [[`${name.replace(/s$/i, "")} status`, state === "gone" ? "unsubscribed" : state] as const];
  });
}
