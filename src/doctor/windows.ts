/** What rules keep of a curve: a fixed number of values, however long it is. */
import { mean } from '../core/stats.js';
import type { Door } from './judgement.js';

/** w: steps of a window. Source: the project's table of failures. */
export const window = 20;
/** The base is the median of the 5th to the 25th recorded value: after the start, before anything has changed much. */
const baseFrom = 5;
const baseTo = 25;

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** What a curve was before anything went wrong. Keeps 21 numbers, then one. */
export class Baseline {
  private count = 0;
  private values: number[] = [];
  private known: number | null = null;

  add(value: number): void {
    if (!Number.isFinite(value) || this.known !== null) return;
    this.count++;
    if (this.count >= baseFrom) this.values.push(value);
    if (this.count < baseTo) return;
    this.known = median(this.values);
    this.values = [];
  }

  /** Null before the 25th value. */
  get value(): number | null {
    return this.known;
  }
}

/** The last values of a curve. */
export class Recent {
  private readonly values: { step: number; value: number }[] = [];

  constructor(private readonly size = window) {}

  add(step: number, value: number): void {
    if (!Number.isFinite(value)) return;
    this.values.push({ step, value });
    if (this.values.length > this.size) this.values.shift();
  }

  get full(): boolean {
    return this.values.length === this.size;
  }

  get mean(): number {
    return mean(this.values.map((v) => v.value));
  }

  /** Mean of the oldest so many. */
  oldest(n: number): number {
    return mean(this.values.slice(0, n).map((v) => v.value));
  }

  /** Mean of the older and of the newer half. */
  get halves(): [older: number, newer: number] {
    const middle = this.values.length >> 1;
    const of = (part: typeof this.values): number => mean(part.map((v) => v.value));
    return [of(this.values.slice(0, middle)), of(this.values.slice(middle))];
  }

  /** The first step of the window from which on no value fails the predicate; the last step where the newest does. */
  since(holds: (value: number) => boolean): number {
    const last = this.values.findLastIndex((v) => !holds(v.value));
    return (this.values.at(last + 1) ?? this.values[this.values.length - 1]).step;
  }

  /**
   * The step from which on the window's values lie above a level, where single ones may do so before by chance: behind the least
   * cumulative sum of value − level. Source: Page, "Continuous inspection schemes" (1954).
   */
  roseAbove(level: number): number {
    let [sum, least, at] = [0, 0, 0];
    for (const [i, { value }] of this.values.entries()) {
      sum += value - level;
      if (sum <= least) [least, at] = [sum, i + 1];
    }
    return this.values[Math.min(at, this.values.length - 1)].step;
  }
}

/** Sums over the last steps: how many of how many. */
export class RecentShare {
  private readonly values: { step: number; part: number; of: number }[] = [];
  private sumPart = 0;
  private sumOf = 0;

  constructor(private readonly size = window) {}

  add(step: number, part: number, of: number): void {
    this.values.push({ step, part, of });
    this.sumPart += part;
    this.sumOf += of;
    if (this.values.length <= this.size) return;
    const gone = this.values.shift()!;
    this.sumPart -= gone.part;
    this.sumOf -= gone.of;
  }

  /** Steps in the window. */
  get length(): number {
    return this.values.length;
  }

  get of(): number {
    return this.sumOf;
  }

  /** NaN where nothing was counted. */
  get share(): number {
    return this.sumOf === 0 ? NaN : this.sumPart / this.sumOf;
  }

  /** The first step of the window whose own share is beyond a threshold. */
  firstBeyond(threshold: number): number {
    return (this.values.find((v) => v.of > 0 && v.part / v.of > threshold) ?? this.values[0]).step;
  }
}

const mostDoors = 5;
/** Of one step, so that those of the onset are still there when it is known. */
const mostOfStep = 2;

/** Places where something is seen: the newest, until it is known when it began; then the first ones since. */
export class Examples {
  private places: Door[] = [];
  private begun = false;

  add(door: Door): void {
    if (this.begun && this.places.length >= mostDoors) return;
    if (this.places.at(-mostOfStep)?.step === door.step) return;
    this.places.push(door);
    if (!this.begun && this.places.length > 2 * mostOfStep * window) this.places.shift();
  }

  begin(onset: number): void {
    this.begun = true;
    this.places = this.places.filter(({ step }) => step >= onset).slice(0, mostDoors);
  }

  get doors(): Door[] {
    return this.places.slice(0, mostDoors);
  }
}

/** When something was so: its first time that lasted, and how many steps altogether. */
export class Spell {
  onset: number | null = null;
  /** The last step at which it was so. */
  last = NaN;
  /** Whether it was so at the last step that could be judged. */
  now = false;
  /** Steps at which it was so, and steps that could be judged. */
  steps = 0;
  judged = 0;
  private lasting = 0;
  private began = NaN;

  /** @param least so many judged steps in a row, until it counts */
  constructor(
    private readonly least = 1,
    readonly examples = new Examples(),
  ) {}

  /** @param since where it began, when a window says so only now */
  see(step: number, isSo: boolean, since = step): void {
    this.judged++;
    this.now = isSo;
    if (!isSo) {
      this.lasting = 0;
      return;
    }
    if (this.lasting++ === 0) this.began = since;
    this.steps++;
    if (this.lasting < this.least) return;
    this.last = step;
    if (this.onset !== null) return;
    this.onset = this.began;
    this.examples.begin(this.began);
  }

  get until(): number | null {
    return this.now ? null : this.last;
  }
}
