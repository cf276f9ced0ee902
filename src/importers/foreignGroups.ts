/** From a format's rows to group events. Unknown stays unknown: nothing here grades, sums up or guesses. */
import { questionId } from '../core/hash.js';
import { toWire } from '../protocol/arrays.js';
import type { Turn } from '../protocol/turns.js';
import { maxGroupSize, type EventBody, type Grade, type WireSolution } from '../protocol/events.js';
import type { Chat } from './files/chat.js';
import type { WireNumber } from '../protocol/wireNumber.js';

export type GroupBody = Extract<EventBody, { type: 'group' }>;

export interface ForeignSolution {
  text: string;
  /** Raw value of each reward term; null or NaN for a term that gave none. */
  rewards?: Record<string, number | null>;
  /** The total. Left out: the sum of the terms by `weights`, when every term has a value; else unknown (NaN on the wire). */
  reward?: number | null;
  advantage?: number | null;
  correct?: boolean | null;
  grade?: Grade | null;
  finish?: WireSolution['finish'];
  /** Length in tokens; 0 on the wire when the format does not tell. */
  tokens?: number | null;
  kl?: number | null;
  /** Who said what in the text. */
  turns?: readonly Turn[];
  /** Why the episode failed. */
  error?: string | null;
  /** How long it was generated. */
  seconds?: number | null;
  /** Step of the weights that sampled it. */
  policyVersion?: number | null;
}

export interface ForeignGroup {
  step: number;
  /** 0-based within the step. */
  group: number;
  question: string | Chat;
  gold?: string | null;
  solutions: readonly ForeignSolution[];
  /** Left out: by the question's text, so that it can be followed over steps. */
  questionId?: string;
  info?: GroupBody['info'];
  /** Of reward terms, where the format tells the terms and not the total; a term without one counts 1. */
  weights?: Record<string, number>;
}

/** @throws RangeError when there is no solution, or more than a group can have: the caller knows the file and the line */
export function groupOf(group: ForeignGroup): GroupBody {
  const { solutions } = group;
  const question: Chat = typeof group.question === 'string' ? { text: group.question } : group.question;
  if (solutions.length === 0) throw new RangeError('a group without solutions');
  if (solutions.length > maxGroupSize)
    throw new RangeError(`a group of ${solutions.length} solutions; at most ${maxGroupSize} can be kept`);
  return {
    type: 'group',
    step: group.step,
    group: group.group,
    question_id: (group.questionId ?? questionId(question.text)).slice(0, 200),
    question: question.text,
    ...(question.turns && { question_turns: question.turns }),
    gold: group.gold ?? null,
    solutions: withoutNoise(solutions.map((solution) => solutionOf(solution, group.weights))),
    ...(group.info && Object.keys(group.info).length > 0 && { info: group.info }),
  };
}

function solutionOf(solution: ForeignSolution, weights: Record<string, number> | undefined): WireSolution {
  const rewards: Record<string, WireNumber> = {};
  const given = solution.rewards ?? {};
  for (const name of Object.keys(given)) rewards[name] = toWire(given[name] ?? NaN);
  const wire: WireSolution = {
    text: solution.text,
    rewards,
    reward: toWire(solution.reward ?? total(solution.rewards ?? {}, weights)),
    advantage: nullable(solution.advantage),
    correct: solution.correct ?? null,
    grade: solution.grade ?? null,
    finish: solution.finish ?? 'other',
    tokens: Math.max(0, Math.round(solution.tokens ?? 0)),
    kl: nullable(solution.kl),
  };
  if (solution.turns) wire.turns = [...solution.turns];
  if (solution.error) wire.error = solution.error;
  if (typeof solution.seconds === 'number' && solution.seconds >= 0) wire.seconds = solution.seconds;
  if (Number.isSafeInteger(solution.policyVersion)) wire.policy_version = solution.policyVersion!;
  return wire;
}

/** Single precision, in which trainers subtract the mean reward: so much may be left of a difference of nothing, in units of the reward. */
const leftOver = 2 ** -22;

/** Rewards less their own mean in single precision leave 1.2e-7 where nothing is: an advantage of rounding alone is none. */
function withoutNoise(solutions: WireSolution[]): WireSolution[] {
  const scale = solutions.reduce((max, { reward }) => (typeof reward === 'number' ? Math.max(max, Math.abs(reward)) : max), 0);
  for (const solution of solutions) {
    const { advantage } = solution;
    if (typeof advantage === 'number' && Math.abs(advantage) <= leftOver * scale) solution.advantage = 0;
  }
  return solutions;
}

/** Σ w_k r_k; NaN when there is no term or one has no value. */
function total(rewards: NonNullable<ForeignSolution['rewards']>, weights: Record<string, number> = {}): number {
  const terms = Object.entries(rewards);
  if (terms.length === 0) return NaN;
  return terms.reduce((sum, [name, value]) => sum + (Object.hasOwn(weights, name) ? weights[name] : 1) * (value ?? NaN), 0);
}

const nullable = (x: number | null | undefined): WireNumber | null => (x === null || x === undefined ? null : toWire(x));

/**
 * Gathers rows that carry a group key, in whatever order, until they are flushed; keeps the order in which keys were first seen.
 * Bounded: rows over the limits are refused, for a step that does not fit memory is no step.
 */
export class GroupGatherer<Row> {
  private readonly groups = new Map<string, Row[]>();
  private rows = 0;

  constructor(private readonly maxRows = 1_000_000) {}

  /** @throws RangeError when a group or the whole is beyond its limit */
  add(key: string, row: Row): void {
    const rows = this.groups.get(key);
    if ((rows?.length ?? 0) >= maxGroupSize) throw new RangeError(`more than ${maxGroupSize} rows of the group ${key.slice(0, 60)}`);
    if (++this.rows > this.maxRows) throw new RangeError(`more than ${this.maxRows} rows wait for their groups to be complete`);
    if (rows) rows.push(row);
    else this.groups.set(key, [row]);
  }

  /** All groups, and empties itself. */
  flush(): Row[][] {
    const groups = [...this.groups.values()];
    this.groups.clear();
    this.rows = 0;
    return groups;
  }
}

/**
 * The length of groups in rows of which only the prompts are known: the greatest common divisor of the runs of equal prompts
 * (two groups of one prompt may stand side by side, so runs are multiples of G).
 * @returns null when no run is longer than 1, or nothing is there
 */
export function inferGroupSize(prompts: readonly string[]): number | null {
  let size = 0;
  for (let start = 0; start < prompts.length;) {
    let end = start + 1;
    while (end < prompts.length && prompts[end] === prompts[start]) end++;
    size = gcd(size, end - start);
    start = end;
  }
  return size > 1 ? size : null;
}

/**
 * The order in which rows of one prompt stand together, where groups stand among each other (p1, p2, p1, p2).
 * @param size of a group, where it is known
 * @returns null when rows stand in blocks as they are, or when no size has room for as many rows of each prompt as there are
 */
export function gatheredOrder(prompts: readonly string[], size: number | null): number[] | null {
  const blocks = inferGroupSize(prompts);
  if (size === 1 || (blocks !== null && (size === null || blocks % size === 0))) return null;
  const rows = new Map<string, number[]>();
  for (const [i, prompt] of prompts.entries()) {
    const own = rows.get(prompt);
    if (own) own.push(i);
    else rows.set(prompt, [i]);
  }
  const each = [...rows.values()].reduce((common, own) => gcd(common, own.length), 0);
  return each < 2 || (size !== null && each % size !== 0) ? null : [...rows.values()].flat();
}

function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
