import { createHash } from "node:crypto";

/** Bits of a hash that a double holds exactly. */
const HEX_DIGITS = 13;

/**
 * Remembers addresses in 16 to 32 bytes each, by 52 bits of a hash: a million of them fit into 32 MB. The answer says
 * whether an address was there before; two different ones are mistaken for one in one import of a million out of 9,000,
 * which changes the word of a report and nothing else.
 */
export function createSeen(): (address: string) => boolean {
  let slots = new Float64Array(1024);
  let used = 0;
  return (address) => {
    if (used * 2 >= slots.length) {
      const larger = new Float64Array(slots.length * 2);
      for (const hash of slots) if (hash !== 0) put(larger, hash);
      slots = larger;
    }
    const known = put(slots, hashOf(address));
    if (!known) used += 1;
    return known;
  };
}

/** Puts a hash into its slot or the next free one; true when it was there before. */
function put(table: Float64Array, hash: number): boolean {
  let at = hash % table.length;
  while (table[at] !== 0) {
    if (table[at] === hash) return true;
    at = (at + 1) % table.length;
  }
  table[at] = hash;
  return false;
}

/** Never 0, which marks a free slot. */
function hashOf(address: string): number {
  const hex = createHash("sha1").update(address.toLowerCase()).digest("hex");
  return Number.parseInt(hex.slice(0, HEX_DIGITS), 16) + 1;
}
