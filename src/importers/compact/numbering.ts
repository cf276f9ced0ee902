const firstSlots = 16;

/** A whole number as a key. */
export const halvesOf = (n: number): [number, number] => [n | 0, Math.floor(n / 2 ** 32)];

/**
 * Numbers keys of 64 bits from 0 on, in the order in which they come: a map for millions of them, outside the collector's heap.
 * Open addressing with linear probing.
 */
export class Numbering {
  /** By number, two halves each. */
  private keys = new Int32Array(firstSlots);
  /** Number + 1; 0 is free. At most half of them are taken. */
  private slots = new Int32Array(firstSlots);
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** @returns the number; -1 for a key that has none */
  get(a: number, b: number): number {
    return this.slots[this.slotOf(a | 0, b | 0)] - 1;
  }

  /** @returns the number, which may be new */
  add(a: number, b: number): number {
    const slot = this.slotOf(a | 0, b | 0);
    if (this.slots[slot] > 0) return this.slots[slot] - 1;
    if (2 * this.count === this.keys.length) {
      const more = new Int32Array(2 * this.keys.length);
      more.set(this.keys);
      this.keys = more;
    }
    this.keys[2 * this.count] = a;
    this.keys[2 * this.count + 1] = b;
    this.slots[slot] = ++this.count;
    if (2 * this.count >= this.slots.length) this.spread();
    return this.count - 1;
  }

  /** Where the key stands, or would. */
  private slotOf(a: number, b: number): number {
    const mask = this.slots.length - 1;
    let slot = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & mask;
    while (this.slots[slot] > 0) {
      const at = 2 * (this.slots[slot] - 1);
      if (this.keys[at] === a && this.keys[at + 1] === b) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private spread(): void {
    this.slots = new Int32Array(2 * this.slots.length);
    for (let number = 0; number < this.count; number++)
      this.slots[this.slotOf(this.keys[2 * number], this.keys[2 * number + 1])] = number + 1;
  }
}
