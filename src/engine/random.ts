import { hash64 } from '../core/hash.js';

/** The 128-bit state of a stream, as four unsigned 32-bit numbers. */
export type RandomState = readonly [number, number, number, number];

/**
 * A stream of random numbers whose state can be written down: xoshiro128** 1.1.
 * Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators" (ACM TOMS 47:4, 2021).
 */
export class Random {
  private readonly s: Uint32Array;

  private constructor(state: RandomState) {
    this.s = Uint32Array.from(state);
  }

  /** A stream of its own for each purpose, so that drawing more for one never shifts another. */
  static derive(seed: number, purpose: string): Random {
    const [a, b] = hash64(`${seed}/${purpose}`);
    const [c, d] = hash64(`${purpose}/${seed}`);
    // The all-zero state is the one that xoshiro never leaves.
    return new Random([a, b, c, d | 1]);
  }

  static restore(state: RandomState): Random {
    return new Random(state);
  }

  get state(): RandomState {
    return [this.s[0], this.s[1], this.s[2], this.s[3]];
  }

  /** Uniform in [0, 1), 32 bits. Bound, so that it can be handed on as a function. */
  readonly next = (): number => {
    const s = this.s;
    const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 11);
    return result / 2 ** 32;
  };

  /** Uniform integer in [low, high], both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)];
  }
}

const rotate = (x: number, k: number): number => (x << k) | (x >>> (32 - k));
