import { hash } from "node:crypto";

const FIRST_SIZE = 1 << 16;

/**
 * Returns a function that tells whether it was called with a text before. Keeps 64 bits of the hash of each text in a hash table with
 * open addressing, at most half full: 16 to 32 bytes for a text, where a set of texts takes 150. Two of a million texts have the same
 * 64 bits with a probability of 1 in 30 million.
 */
export function createRepeats(): (text: string) => boolean {
  let table = new BigUint64Array(FIRST_SIZE);
  let size = 0;
  return (text) => {
    if (size * 2 >= table.length) table = enlarged(table);
    // 0 marks a free place.
    const bits = hash("sha256", text, "buffer").readBigUInt64LE() || 1n;
    const place = placeOf(bits, table);
    if (table[place] === bits) return true;
    table[place] = bits;
    size += 1;
    return false;
  };
}

/** Returns the place of a value, or the free place where it belongs. */
function placeOf(bits: bigint, table: BigUint64Array): number {
  let place = Number(bits & BigInt(table.length - 1));
  while (table[place] !== 0n && table[place] !== bits) place = (place + 1) % table.length;
  return place;
}

function enlarged(table: BigUint64Array): BigUint64Array<ArrayBuffer> {
  const larger = new BigUint64Array(table.length * 2);
  for (const bits of table) if (bits !== 0n) larger[placeOf(bits, larger)] = bits;
  return larger;
}
