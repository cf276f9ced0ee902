/** What the doctor answers: for each check one of three. */
import type { RunAddress } from '../protocol/address.js';

/** Where a finding can be seen: a step, a group, a solution, or a token (0-based) of one. */
export interface Door extends Required<Pick<RunAddress, 'step'>>, Pick<RunAddress, 'group' | 'solution'> {
  token?: number;
}

export interface Sick {
  state: 'sick';
  /** The step at which it began. */
  onset: number;
  /** The last step at which it showed, where it has passed since; null: it goes on. */
  until: number | null;
  /** What was seen, with its numbers and the threshold. */
  evidence: string;
  /** What it cost: the share of the run's solutions (or steps, where only curves are known) that taught nothing or the wrong thing. */
  cost: { share: number; text: string };
  /** What to change. */
  advice: string;
  doors: readonly Door[];
}

export interface Healthy {
  state: 'healthy';
  /** How near it came, and to what. */
  evidence: string;
  /** Worth a look, though nothing is wrong by itself. */
  doors?: readonly Door[];
}

export interface Unjudged {
  state: 'unjudged';
  /** Goes on with "cannot be judged: ". */
  because: string;
  /** What to record so that it can be judged; null: nothing is missing but time, or the check does not apply. */
  record: string | null;
}

export type Judgement = Sick | Healthy | Unjudged;

export const unjudged = (because: string, record: string | null = null): Unjudged => ({ state: 'unjudged', because, record });
export const healthy = (evidence: string, doors?: readonly Door[]): Healthy => ({
  state: 'healthy',
  evidence,
  ...(doors !== undefined && doors.length > 0 && { doors }),
});
