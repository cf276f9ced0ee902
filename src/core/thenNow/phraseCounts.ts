/** Which solutions hold which phrases: runs of one to four words, counted once for each solution. Bounded in memory; pure. */
import type { Side } from './stepRange.js';

/** Words of the longest phrase. */
export const longestPhrase = 4;
/** Characters of the longest word: what is longer (a hash, a picture in base 64) is no word, and no phrase goes over it. */
export const longestWord = 64;
/** Phrases that are remembered, of about 100 bytes each. */
const usualCapacity = 500_000;

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

export const noPhrase = (): PhraseSums => ({ having: 0, squares: 0, products: 0, known: 0, advantage: 0 });
const nothingRead = (): ReadSums => ({ groups: 0, solutions: 0, sizeSquares: 0, known: 0, advantage: 0, advantageSquares: 0 });

/** Where the numbers of PhraseSums lie in the row of a phrase, those of then before those of now. */
const [having, squares, products, known, advantages, ofSide] = [0, 1, 2, 3, 4, 5];
const ofPhrase = 2 * ofSide;

/**
 * Takes solutions group by group. When there are more phrases than it may remember, those that the fewest solutions have are dropped; one
 * that comes again begins at 0. So no phrase is counted too often, and none more than `lost` too seldom over both ranges.
 * A phrase is its beginning and one word more, in a hash table of numbers: a beginning is counted whenever the phrase is, and never dropped before it.
 * Source: Manku and Motwani, "Approximate Frequency Counts over Data Streams" (VLDB 2002), lossy counting, with a bound on memory in the place of one on the error.
 */
export class PhraseCounts {
  readonly read: [ReadSums, ReadSums] = [nothingRead(), nothingRead()];
  /** Solutions by which a count may be too small; 0: counts are exact. */
  lost = 0;
  private side: Side = 0;
  private group = 0;
  private members = 0;
  private solution = 0;

  /** Words by their numbers. */
  private spelled: string[] = [];
  private words = new Map<string, number>();
  /** Phrases that are there; each is a row of the arrays below. */
  private size = 0;
  /** The phrase without its last word (−1: it is a single word), and that. */
  private readonly beginning: Int32Array;
  private readonly last: Int32Array;
  /** The last solution that was counted, and the last group with how many of it were. */
  private readonly lastSolution: Int32Array;
  private readonly lastGroup: Int32Array;
  private readonly ofGroup: Int32Array;
  private readonly sums: Float64Array;
  /** Rows by the hash of beginning and last word; −1: none. */
  private readonly table: Int32Array;

  constructor(private readonly capacity = usualCapacity) {
    // Whether there are too many is looked at before each word, with which as many may come as there are lengths.
    const rows = capacity + longestPhrase;
    this.beginning = new Int32Array(rows);
    this.last = new Int32Array(rows);
    this.lastSolution = new Int32Array(rows);
    this.lastGroup = new Int32Array(rows);
    this.ofGroup = new Int32Array(rows);
    this.sums = new Float64Array(rows * ofPhrase);
    this.table = new Int32Array(2 ** Math.ceil(Math.log2(2 * rows))).fill(-1);
  }

  /** @param size solutions of the group that will be added */
  beginGroup(side: Side, size: number): void {
    this.side = side;
    this.members = size;
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
      if (this.size > this.capacity) this.drop();
      let phrase = -1;
      const end = Math.min(words.length, first + longestPhrase);
      for (let at = first; at < end && words[at].length <= longestWord; at++) {
        phrase = this.rowOf(phrase, this.numberOf(words[at]));
        this.count(phrase, advantage);
      }
    }
    if (this.size > this.capacity) this.drop();
  }

  /** Phrases that at least so many solutions of both ranges together have. */
  *phrases(least: number): Generator<{ phrase: string; sums: readonly [PhraseSums, PhraseSums] }, void, undefined> {
    for (let row = 0; row < this.size; row++) {
      if (this.total(row) < least) continue;
      const words: string[] = [];
      for (let part = row; part >= 0; part = this.beginning[part]) words.unshift(this.spelled[this.last[part]]);
      yield { phrase: words.join(' '), sums: [this.sumsOf(row, 0), this.sumsOf(row, 1)] };
    }
  }

  private total(row: number): number {
    return this.sums[row * ofPhrase + having] + this.sums[row * ofPhrase + ofSide + having];
  }

  private sumsOf(row: number, side: Side): PhraseSums {
    const at = row * ofPhrase + side * ofSide;
    const { sums } = this;
    return {
      ...{ having: sums[at + having], squares: sums[at + squares], products: sums[at + products] },
      ...{ known: sums[at + known], advantage: sums[at + advantages] },
    };
  }

  private numberOf(word: string): number {
    let number = this.words.get(word);
    if (number === undefined) {
      const own = detached(word);
      number = this.spelled.push(own) - 1;
      this.words.set(own, number);
    }
    return number;
  }

  /** The row of a phrase, which is made where there is none. */
  private rowOf(beginning: number, last: number): number {
    const slot = this.slotOf(beginning, last);
    if (this.table[slot] >= 0) return this.table[slot];
    const row = this.size++;
    this.table[slot] = row;
    this.beginning[row] = beginning;
    this.last[row] = last;
    this.lastSolution[row] = this.lastGroup[row] = this.ofGroup[row] = 0;
    this.sums.fill(0, row * ofPhrase, (row + 1) * ofPhrase);
    return row;
  }

  /** Where the phrase stands in the table, or would. */
  private slotOf(beginning: number, last: number): number {
    const mask = this.table.length - 1;
    let hash = Math.imul(beginning + 2, 0x9e3779b1) ^ Math.imul(last + 1, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 13)) & mask;
    for (let row = this.table[slot]; row >= 0; row = this.table[slot]) {
      if (this.beginning[row] === beginning && this.last[row] === last) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private count(row: number, advantage: number | null): void {
    if (this.lastSolution[row] === this.solution) return;
    this.lastSolution[row] = this.solution;
    if (this.lastGroup[row] !== this.group) {
      this.lastGroup[row] = this.group;
      this.ofGroup[row] = 0;
    }
    const at = row * ofPhrase + this.side * ofSide;
    const { sums } = this;
    sums[at + having]++;
    // (y + 1)² − y²
    sums[at + squares] += 2 * this.ofGroup[row]++ + 1;
    sums[at + products] += this.members;
    if (advantage === null) return;
    sums[at + known]++;
    sums[at + advantages] += advantage;
  }

  /** Those that the fewest solutions have, until no more than half is left. */
  private drop(): void {
    let least = 0;
    let left = this.size;
    while (left > this.capacity / 2) {
      least++;
      left = 0;
      for (let row = 0; row < this.size; row++) if (this.total(row) > least) left++;
    }
    this.lost += least;
    const [spelled, former] = [this.spelled, this.size];
    this.spelled = [];
    this.words = new Map();
    this.table.fill(-1);
    this.size = 0;
    // A beginning stands before what begins with it: where it is now is known when it is looked for.
    const moved = new Int32Array(former).fill(-1);
    for (let row = 0; row < former; row++) {
      if (this.total(row) <= least) continue;
      const beginning = this.beginning[row] < 0 ? -1 : moved[this.beginning[row]];
      const to = (moved[row] = this.size++);
      const last = this.numberOf(spelled[this.last[row]]);
      this.table[this.slotOf(beginning, last)] = to;
      this.beginning[to] = beginning;
      this.last[to] = last;
      for (const column of [this.lastSolution, this.lastGroup, this.ofGroup]) column[to] = column[row];
      this.sums.copyWithin(to * ofPhrase, row * ofPhrase, (row + 1) * ofPhrase);
    }
  }
}

/** A part of a text keeps all of it in memory; V8 copies parts of fewer than 13 characters. */
const detached = (word: string): string => (word.length < 13 ? word : ` ${word}`.slice(1));
