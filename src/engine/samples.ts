/** Solutions as they were sampled: what methods, evaluations and records are made of. */
import type { GradeResult } from '../grading/grade.js';
import type { Sequence } from './model/policy.js';
import type { Reward } from './rewardFunction.js';
import type { Task } from './tasks/task.js';
import type { ModelResponse } from './tools/responses.js';

/** One output of a sampling policy, graded. */
export interface SampledSolution {
  sequence: Sequence;
  sample: ModelResponse;
  text: string;
  /** End offset of each token in the text (UTF-16 code units). */
  ends: number[];
  grade: GradeResult;
  reward: Reward;
  /** 1 for each token that the policy wrote, 0 for a tool's output; it wrote all of them when left out. */
  own?: Uint8Array;
  /** What a process reward model says of each step (a probability), and the step's last token (0-based). */
  steps?: { ends: number[]; rewards: number[] };
}

/** The G solutions of one question. */
export interface SampledGroup<S extends SampledSolution = SampledSolution> {
  task: Task;
  solutions: S[];
}

export const isRight = (s: { grade: Pick<GradeResult, 'verdict'> }): boolean => s.grade.verdict === 'equal';

/** A solution that is graded and not rewarded yet. */
export type GradedSolution = Omit<SampledSolution, 'reward' | 'steps'>;

/** A question's solutions, not rewarded yet. */
export interface GradedGroup {
  task: Task;
  solutions: GradedSolution[];
}
