import { smallest } from '../core/extremes.js';
import { sigmoid } from '../core/logistic.js';
import { calibrated, type Calibration } from '../core/platt.js';
import type { Sequence } from './model/policy.js';
import type { ScalarModel } from './model/scalarModel.js';
import { padToken } from './tokenizer.js';

/** Right and wrong solutions of the same question: what an outcome reward model learns from. */
export type Preference = readonly [right: Sequence, wrong: Sequence];

/** How many past pairs are kept for replay. */
const historySize = 512;

/**
 * r_φ: a scalar model that reads whole solutions (outcome) or each of their steps (process). What it says is a probability of
 * being right, so that it can stand beside rules in a sum of rewards.
 */
export class RewardModel {
  /** How a raw score becomes a probability. */
  calibration: Calibration = { a: 1, b: 0 };
  /** Pairs it has learned from, oldest first. */
  history: Preference[] = [];

  constructor(
    readonly kind: 'outcome' | 'process',
    readonly model: ScalarModel,
  ) {}

  /** The raw score of each whole solution: an outcome model's, or the smallest among a process model's steps. */
  async scores(sequences: readonly Sequence[], ends: readonly (readonly number[])[]): Promise<number[]> {
    const values = await this.model.values(sequences.map(afterLast));
    return values.map((v, i) => (this.kind === 'outcome' ? v[v.length - 1] : smallest(ends[i].map((end) => v[end + 1]))));
  }

  /** The probability of each step, read after its last token: what it was trained to say, so nothing is fitted. */
  async steps(sequences: readonly Sequence[], ends: readonly (readonly number[])[]): Promise<number[][]> {
    const values = await this.model.values(sequences.map(afterLast));
    return values.map((v, i) => ends[i].map((end) => sigmoid(v[end + 1])));
  }

  probability(score: number): number {
    return calibrated(score, this.calibration);
  }

  remember(pairs: readonly Preference[]): void {
    this.history = [...this.history, ...pairs].slice(-historySize);
  }
}

/** A scalar model says what it knows before each token: one more token lets it speak after the last. */
export const afterLast = ({ prompt, response }: Sequence): Sequence => ({ prompt, response: [...response, padToken] });

/** 1 at the given tokens of a response, 0 elsewhere. */
export function markedAt({ response }: Sequence, tokens: readonly number[]): Uint8Array {
  const marks = new Uint8Array(response.length);
  for (const t of tokens) marks[t] = 1;
  return marks;
}
