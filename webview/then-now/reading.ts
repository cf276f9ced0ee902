/** Reads the solutions of two ranges: a few at first, which are there at once, then as many as were wanted. */
import { mostPhrases, readThenNow } from '../../src/contracts/thenNow.js';
import { messageOf } from '../../src/core/messageOf.js';
import type { RunRange, ThenNowTexts } from '../../src/store/views.js';
import { host } from '../shared/host.js';

/** Solutions of each range that are read at first. */
const atFirst = 128;

export interface Read {
  ranges: readonly [RunRange, RunRange];
  /** Solutions of each range. */
  most: number;
}

export class Reading {
  texts: ThenNowTexts | undefined;
  /** How much of what is being read is, in [0, 1]; undefined: nothing is being read, or that is not known. */
  done: number | undefined;
  state: 'reading' | 'read' | 'stopped' | 'failed' = 'reading';
  /** Why it failed. */
  fault = '';
  private readonly ending = new AbortController();

  /** @param changed hears of all that changes */
  constructor(
    readonly wanted: Read,
    private readonly changed: () => void,
    /** What was read before of the same ranges: shown until there is more. */
    former?: ThenNowTexts,
  ) {
    this.texts = former;
    void this.read();
  }

  /** Ends it; what was read stays. */
  stop(): void {
    if (this.state !== 'reading') return;
    this.state = 'stopped';
    this.done = undefined;
    this.ending.abort(new Error('Reading was stopped.'));
    this.changed();
  }

  private async read(): Promise<void> {
    const { ranges, most } = this.wanted;
    const [then, now] = ranges;
    const { signal } = this.ending;
    const progress = (done: number, total: number): void => {
      this.done = total > 0 ? done / total : undefined;
      this.changed();
    };
    try {
      for (const wanted of this.texts === undefined && most > atFirst ? [atFirst, most] : [most]) {
        this.texts = await host.request(readThenNow, { then, now, most: wanted, phrases: mostPhrases }, { signal, progress });
        this.changed();
        if (this.texts.all.every(({ solutions }) => solutions <= wanted)) break;
      }
      this.state = 'read';
    } catch (error) {
      if (signal.aborted) return;
      this.state = 'failed';
      this.fault = messageOf(error);
    }
    this.done = undefined;
    this.changed();
  }
}
