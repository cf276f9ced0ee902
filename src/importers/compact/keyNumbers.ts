import { hash64 } from '../../core/hash.js';
import { Numbering } from './numbering.js';

/** So many keys are kept as they are: a map of strings is faster, but millions of them are too much. */
const few = 50_000;
/** Longer keys, such as whole prompts, are kept as their hash. */
const longKey = 64;

/** Numbers texts from 0 on, in the order in which they come. */
export class KeyNumbers {
  private strings: Map<string, number> | null = new Map();
  private readonly hashes = new Numbering();

  get size(): number {
    return this.strings?.size ?? this.hashes.size;
  }

  /** @returns the number, which may be new */
  add(key: string): number {
    if (!this.strings) return this.hashes.add(...hash64(short(key)));
    const own = short(key);
    const known = this.strings.get(own);
    if (known !== undefined) return known;
    const number = this.strings.size;
    this.strings.set(own, number);
    if (number + 1 === few) {
      for (const each of this.strings.keys()) this.hashes.add(...hash64(each));
      this.strings = null;
    }
    return number;
  }
}

const short = (key: string): string => (key.length > longKey ? hash64(key).join() : key);
