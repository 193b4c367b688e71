import { createHash } from "node:crypto";

/** Bits of a hash that a double holds exactly. */
const HEX_DIGITS = 13;

/** Tables that grow at their own time: one large table would stand beside its double at the moment in which it grows. */
const TABLES = 256;

/** Slots of a table at first. */
const FEW_SLOTS = 16;

/** How much of a table is in use before it grows, and how much larger it is then. */
const [FULL, GROWTH] = [0.75, 1.5];

interface Table {
  slots: Float64Array;
  used: number;
}

/**
 * Remembers addresses in 11 to 16 bytes each, by 52 bits of a hash: a million of them fit into 12 MB. The answer says
 * whether an address was there before; two different ones are mistaken for one in one import of a million out of 9,000,
 * which changes the word of a report and nothing else.
 */
export function createSeen(): (address: string) => boolean {
  const tables = Array.from({ length: TABLES }, (): Table => ({ slots: new Float64Array(FEW_SLOTS), used: 0 }));
  return (address) => {
    const hash = hashOf(address);
    const table = tables[hash % TABLES];
    return table !== undefined && isIn(table, hash);
  };
}

/** Whether a hash is in a table, where it is from now on. */
function isIn(table: Table, hash: number): boolean {
  const known = put(table.slots, hash);
  if (!known) table.used += 1;
  if (table.used > table.slots.length * FULL) {
    const larger = new Float64Array(Math.ceil(table.slots.length * GROWTH));
    for (const one of table.slots) if (one !== 0) put(larger, one);
    table.slots = larger;
  }
  return known;
}

/** Puts a hash into its slot or the next free one; true when it was there before. */
function put(slots: Float64Array, hash: number): boolean {
  let at = Math.floor(hash / TABLES) % slots.length;
  while (slots[at] !== 0) {
    if (slots[at] === hash) return true;
    at = (at + 1) % slots.length;
  }
  slots[at] = hash;
  return false;
}

/** Never 0, which marks a free slot. */
function hashOf(address: string): number {
  const hex = createHash("sha1").update(address.toLowerCase()).digest("hex");
  return Number.parseInt(hex.slice(0, HEX_DIGITS), 16) + 1;
}
