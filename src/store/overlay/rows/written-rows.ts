/** Which rows are on disk, so that those that are not need not be looked for there. */

/** Stretches of time that are kept account of: mostly the newest are asked for. */
const STRETCHES = 4;
/** Rows of one stretch that are kept account of: of more it is not known which are on disk. At most 2 MiB a stretch. */
const MOST_ROWS = 2 ** 18;
const FEWEST_PLACES = 256;

/**
 * Most keys of a stretch of time are first met when it begins: the disk would be asked for each of them in vain. Of a stretch that
 * began since the store was opened it is known what was written, as one number of 32 bits a key. Two keys may have the same one:
 * the disk is then asked in vain after all.
 */
export class WrittenRows {
  /** By row number; null where there are too many rows. In the order in which they were first written. */
  private readonly stretches = new Map<number, Fingerprints | null>();
  /** Of what has at most this number it is not known what is on disk. */
  private unknown: number;

  /** @param highest the highest number of a row that is on disk already; -1 for none */
  constructor(highest: number) {
    this.unknown = highest;
  }

  /** False: there is no such row on disk, nor on its way there. */
  has(text: string, id: number): boolean {
    if (id <= this.unknown) return true;
    const known = this.stretches.get(id);
    if (known === undefined) return false;
    return known === null || known.has(fingerprint(text));
  }

  add(text: string, id: number): void {
    if (id <= this.unknown) return;
    let known = this.stretches.get(id);
    if (known === undefined) {
      known = new Fingerprints();
      this.stretches.set(id, known);
      if (this.stretches.size > STRETCHES) this.forgetLowest();
    }
    if (known === null) return;
    known.add(fingerprint(text));
    if (known.size > MOST_ROWS) this.stretches.set(id, null);
  }

  /** The store was wiped. */
  forget(): void {
    this.stretches.clear();
    this.unknown = -1;
  }

  private forgetLowest(): void {
    const lowest = Math.min(...this.stretches.keys());
    this.stretches.delete(lowest);
    this.unknown = lowest;
  }
}

/** A set of numbers of 32 bits but 0, in one array with open addresses. */
class Fingerprints {
  size = 0;
  private places = new Uint32Array(FEWEST_PLACES);

  has(print: number): boolean {
    return this.places[this.placeOf(print)] === print;
  }

  add(print: number): void {
    const at = this.placeOf(print);
    if (this.places[at] === print) return;
    this.places[at] = print;
    this.size += 1;
    if (this.size * 2 > this.places.length) this.grow();
  }

  /** Where a number is, or would be. */
  private placeOf(print: number): number {
    const { places } = this;
    const mask = places.length - 1;
    let at = print & mask;
    while (places[at] !== 0 && places[at] !== print) at = (at + 1) & mask;
    return at;
  }

  private grow(): void {
    const before = this.places;
    this.places = new Uint32Array(before.length * 2);
    for (const print of before) if (print !== 0) this.places[this.placeOf(print)] = print;
  }
}

/** FNV-1a over the characters, mixed so that the low bits tell keys apart; never 0, which stands for an empty place. */
function fingerprint(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x7feb352d);
  hash ^= hash >>> 15;
  return hash >>> 0 || 1;
}
