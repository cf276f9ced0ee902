/** How many different things the solutions of a question say: distinct answers, the entropy over them, texts that are written twice or nearly so. Pure. */
import type { Signature } from './nearDuplicates/minHash.js';
import { nearClusters, nearCount } from './nearDuplicates/nearClusters.js';

/** The answers of a group; null: none was found. */
export interface GroupModes {
  solutions: number;
  /** Solutions with an answer, and how many answers these are. */
  answered: number;
  distinct: number;
  /** Plug-in entropy over the answers, in nats, 0 to ln(answered); null: fewer than two answered. */
  entropy: number | null;
  /** Solutions whose text stands, letter by letter, in another one before it. */
  repeated: number;
  /** Solutions that would be left out if one of each cluster of near-duplicates stayed (nearDuplicates/nearClusters.ts), repeated ones included. */
  near: number;
}

/**
 * H = −Σ p ln p over the shares p of the answers among the solutions that have one. Of few solutions it is too low: G of them tell at
 * most ln G apart.
 * @param answers how many solutions gave each @returns null where fewer than two did
 */
export function answerEntropy(answers: Iterable<number>): number | null {
  let [sum, logs] = [0, 0];
  for (const n of answers) {
    sum += n;
    if (n > 0) logs += n * Math.log(n);
  }
  return sum < 2 ? null : Math.max(0, Math.log(sum) - logs / sum);
}

/**
 * @param texts what stands for each text: the same for equal ones
 * @param signatures of each text
 */
export function groupModes(answers: readonly (string | null)[], texts: readonly string[], signatures: readonly Signature[]): GroupModes {
  const counts = new Map<string, number>();
  for (const answer of answers) if (answer !== null) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return {
    solutions: answers.length,
    answered: answers.filter((a) => a !== null).length,
    distinct: counts.size,
    entropy: answerEntropy(counts.values()),
    repeated: texts.length - new Set(texts).size,
    near: nearCount(nearClusters(signatures)),
  };
}

/** Sums over groups. */
export interface ModeSums {
  from: number;
  to: number;
  groups: number;
  solutions: number;
  answered: number;
  /** Over groups in which at least one answered, and how many these are. */
  distinct: number;
  answeredGroups: number;
  /** Over groups in which at least two answered, and how many these are. */
  entropy: number;
  entropyGroups: number;
  repeated: number;
  near: number;
}

export const noModes = (step: number): ModeSums => ({
  from: step,
  to: step,
  groups: 0,
  solutions: 0,
  answered: 0,
  distinct: 0,
  answeredGroups: 0,
  entropy: 0,
  entropyGroups: 0,
  repeated: 0,
  near: 0,
});

/** Adds a group to the sums of its step. */
export function countModes(sums: ModeSums, { solutions, answered, distinct, entropy, repeated, near }: GroupModes): void {
  sums.groups++;
  sums.solutions += solutions;
  sums.answered += answered;
  sums.repeated += repeated;
  sums.near += near;
  if (answered > 0) {
    sums.distinct += distinct;
    sums.answeredGroups++;
  }
  if (entropy !== null) {
    sums.entropy += entropy;
    sums.entropyGroups++;
  }
}

/** Steps behind each other as one. @param steps at least one */
export function modesTotal(steps: readonly ModeSums[]): ModeSums {
  const sum = (of: (s: ModeSums) => number): number => steps.reduce((all, s) => all + of(s), 0);
  return {
    ...{ from: steps[0].from, to: steps[steps.length - 1].to, groups: sum((s) => s.groups), solutions: sum((s) => s.solutions) },
    ...{ answered: sum((s) => s.answered), distinct: sum((s) => s.distinct), answeredGroups: sum((s) => s.answeredGroups) },
    ...{ entropy: sum((s) => s.entropy), entropyGroups: sum((s) => s.entropyGroups) },
    ...{ repeated: sum((s) => s.repeated), near: sum((s) => s.near) },
  };
}

/** Means of a group, and shares of the solutions; null where nothing tells. */
export interface ModeMeans {
  distinct: number | null;
  entropy: number | null;
  repeated: number | null;
  near: number | null;
  answered: number | null;
}

export const modeMeans = (s: ModeSums): ModeMeans => ({
  distinct: s.answeredGroups === 0 ? null : s.distinct / s.answeredGroups,
  entropy: s.entropyGroups === 0 ? null : s.entropy / s.entropyGroups,
  repeated: s.solutions === 0 ? null : s.repeated / s.solutions,
  near: s.solutions === 0 ? null : s.near / s.solutions,
  answered: s.solutions === 0 ? null : s.answered / s.solutions,
});
