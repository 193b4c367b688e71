import { pairs } from "./signs.js";
import { writeScript } from "./unicode-math.js";

/** Units as the package siunitx writes them: `\SI{40}{\milli\second}` is `40 ms`. */

const PREFIXES = pairs(`
  pico p nano n micro µ milli m centi c deci d hecto h kilo k mega M giga G tera T peta P exa E kibi Ki mebi Mi gibi Gi tebi Ti`);

const UNITS = pairs(`
  ampere A bar bar bit bit byte B celsius °C day d decibel dB degreeCelsius °C degree ° electronvolt eV gram g hertz Hz hour h
  joule J kelvin K liter L litre L meter m metre m minute min mole mol newton N ohm Ω pascal Pa percent % radian rad second s
  tesla T volt V watt W`);

const POWERS = pairs("square ² cubic ³ squared ² cubed ³");

/** One factor, such as `\per\milli\second\squared`. The longer name comes first: `degreeCelsius` before `degree`. */
const FACTOR = new RegExp(
  `(per)?(square|cubic)?(${namesOf(PREFIXES)})?(${namesOf(UNITS)})(squared|cubed)?(?=$|per|square|cubic|${namesOf(PREFIXES)}|${namesOf(UNITS)})`,
  "y",
);

/**
 * Writes a unit: `ms` for `\milli\second`, `m/s²` for `\meter\per\second\squared`. Macros may have lost their backslashes, as on the
 * site; other units, such as `ms` and `\kg`, are their own symbols.
 */
export function writeUnit(source: string): string {
  const names = source.replace(/[\\\s~.]/g, "");
  const factors: string[] = [];
  FACTOR.lastIndex = 0;
  while (FACTOR.lastIndex < names.length) {
    const [whole, per, before, prefix = "", unit = "", after] = FACTOR.exec(names) ?? [];
    if (whole === undefined) return source.replace(/\\u(?=[msgA]\b)/g, "µ").replace(/\\/g, "");
    const power = POWERS.get(before ?? after ?? "") ?? "";
    factors.push(
      `${per ? "/" : factors.length > 0 ? " " : ""}${PREFIXES.get(prefix) ?? ""}${UNITS.get(unit) ?? ""}${power}`,
    );
  }
  return factors.join("");
}

/** Writes a number with its unit: `40 ms`, `5%`, `90°`. */
export function writeQuantity(number: string, unit: string): string {
  const symbol = writeUnit(unit);
  return `${writeNumber(number)}${/^[%°](?!C)/.test(symbol) ? "" : " "}${symbol}`;
}

/** Writes a number: `2.5e-3` is `2.5×10⁻³`. */
export function writeNumber(number: string): string {
  const [, factor = "", power = ""] = /^\s*([\d.,]+)e([-+]?\d{1,3})\s*$/i.exec(number) ?? [];
  if (power === "") return number.trim();
  const raised = `10${writeScript("sup", power.replace("+", ""))}`;
  return factor === "1" ? raised : `${factor}×${raised}`;
}

function namesOf(table: ReadonlyMap<string, string>): string {
  return [...table.keys()].toSorted((a, b) => b.length - a.length).join("|");
}
