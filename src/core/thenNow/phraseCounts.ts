/** Which solutions hold which phrases: runs of one to four words, counted once for each solution. Bounded in memory; pure. */
import type { Side } from './stepRange.js';

/** Words of the longest phrase. */
export const longestPhrase = 4;
/** Characters of the longest word: what is longer (a hash, a picture in base 64) is no word, and no phrase goes over it. */
export const longestWord = 64;
/** Phrases that are remembered. */
const usualCapacity = 300_000;

/** Of one phrase in one of the two ranges. */
export interface PhraseSums {
  /** Solutions that have it; of their groups Σ y_g² and Σ y_g m_g, see clusteredShare.ts. */
  having: number;
  squares: number;
  products: number;
  /** Of these, solutions whose advantage is known, and the sum of it. */
  known: number;
  advantage: number;
}

/** Of all solutions that were read in a range. */
export interface ReadSums {
  groups: number;
  solutions: number;
  sizeSquares: number;
  /** Solutions whose advantage is known, ΣA and ΣA². */
  known: number;
  advantage: number;
  advantageSquares: number;
}

interface Entry {
  /** The last solution that was counted, and the last group with how many of it were. */
  solution: number;
  group: number;
  ofGroup: number;
  sums: [PhraseSums, PhraseSums];
}

export const noPhrase = (): PhraseSums => ({ having: 0, squares: 0, products: 0, known: 0, advantage: 0 });
const nothingRead = (): ReadSums => ({ groups: 0, solutions: 0, sizeSquares: 0, known: 0, advantage: 0, advantageSquares: 0 });

/**
 * Takes solutions group by group. When there are more phrases than it may remember, those that the fewest solutions have are dropped; one
 * that comes again begins at 0. So no phrase is counted too often, and none more than `lost` too seldom over both ranges.
 * Source: Manku and Motwani, "Approximate Frequency Counts over Data Streams" (VLDB 2002), lossy counting, with a bound on memory in the place of one on the error.
 */
export class PhraseCounts {
  readonly read: [ReadSums, ReadSums] = [nothingRead(), nothingRead()];
  /** Solutions by which a count may be too small; 0: counts are exact. */
  lost = 0;
  private readonly entries = new Map<string, Entry>();
  private side: Side = 0;
  private group = 0;
  private size = 0;
  private solution = 0;

  constructor(private readonly capacity = usualCapacity) {}

  /** @param size solutions of the group that will be added */
  beginGroup(side: Side, size: number): void {
    this.side = side;
    this.size = size;
    this.group++;
    const read = this.read[side];
    read.groups++;
    read.solutions += size;
    read.sizeSquares += size * size;
  }

  /** One solution of the group. @param words in lower case @param advantage null: not known */
  add(words: readonly string[], advantage: number | null): void {
    const read = this.read[this.side];
    if (advantage !== null) {
      read.known++;
      read.advantage += advantage;
      read.advantageSquares += advantage * advantage;
    }
    this.solution++;
    for (let first = 0; first < words.length; first++) {
      if (words[first].length > longestWord) continue;
      let phrase = detached(words[first]);
      this.count(phrase, advantage);
      const end = Math.min(words.length, first + longestPhrase);
      for (let next = first + 1; next < end && words[next].length <= longestWord; next++) {
        phrase += ` ${words[next]}`;
        this.count(phrase, advantage);
      }
      // Of a text that has more phrases than may be remembered, too.
      if (this.entries.size >= 2 * this.capacity) this.drop();
    }
    if (this.entries.size > this.capacity) this.drop();
  }

  /** Phrases that at least so many solutions of both ranges together have. */
  *phrases(least: number): Generator<{ phrase: string; sums: readonly [PhraseSums, PhraseSums] }, void, undefined> {
    for (const [phrase, { sums }] of this.entries) if (sums[0].having + sums[1].having >= least) yield { phrase, sums };
  }

  private count(phrase: string, advantage: number | null): void {
    let entry = this.entries.get(phrase);
    if (entry === undefined) this.entries.set(phrase, (entry = { solution: 0, group: 0, ofGroup: 0, sums: [noPhrase(), noPhrase()] }));
    if (entry.solution === this.solution) return;
    entry.solution = this.solution;
    if (entry.group !== this.group) {
      entry.group = this.group;
      entry.ofGroup = 0;
    }
    const sums = entry.sums[this.side];
    sums.having++;
    // (y + 1)² − y²
    sums.squares += 2 * entry.ofGroup++ + 1;
    sums.products += this.size;
    if (advantage === null) return;
    sums.known++;
    sums.advantage += advantage;
  }

  private drop(): void {
    let least = 0;
    while (this.entries.size > this.capacity / 2) {
      least++;
      for (const [phrase, { sums }] of this.entries) if (sums[0].having + sums[1].having <= least) this.entries.delete(phrase);
    }
    this.lost += least;
  }
}

/** A part of a text keeps all of it in memory; V8 copies parts of fewer than 13 characters. */
const detached = (word: string): string => (word.length < 13 ? word : ` ${word}`.slice(1));
