/**
 * What a trainer in Python asks of the environment (`python/grpo_lab/train/environment.py`), and is answered: a line of JSON each, on
 * standard input and output. The environment of one experiment: its questions, demonstrations, rewards and benchmarks.
 */
import { z } from 'zod';
import { conventions } from '../../grading/extract/conventions.js';
import type { Reward } from '../rewardFunction.js';
import type { Demonstration, Task } from '../tasks/task.js';
import type { Document, HeldOutTexts } from './documents.js';
import type { RewardModelScores } from '../evaluateRewardModel.js';
import type { SuiteResult } from '../suiteResults.js';
import type { GradeResult } from '../../grading/grade.js';

const id = z.number().int();
/** Places in the experiment's order of questions, which is the same each time: a trainer that is resumed asks for later ones. */
const range = { from: z.number().int().min(0), count: z.number().int().min(0).max(10_000_000) };
const solution = z.object({
  text: z.string(),
  /** In tokens. */
  length: z.number().int().min(0),
  answer: z.string(),
  convention: z.enum(conventions).nullish(),
});

export const environmentRequest = z.discriminatedUnion('ask', [
  z.object({ id, ask: z.literal('tasks'), ...range }),
  z.object({ id, ask: z.literal('demonstrations'), ...range }),
  z.object({ id, ask: z.literal('documents'), ...range }),
  z.object({ id, ask: z.literal('suites') }),
  z.object({ id, ask: z.literal('rewards'), solutions: z.array(solution) }),
  z.object({
    id,
    ask: z.literal('results'),
    suite: z.string(),
    /** Of each of the suite's questions what was written, greedily and sampled. */
    greedy: z.array(z.string()),
    sampled: z.array(z.array(z.string())),
  }),
  z.object({
    id,
    ask: z.literal('scored'),
    /** What a reward model has given to solutions, those of a question together, and which are right. */
    scores: z.array(z.number()),
    right: z.array(z.boolean()),
    size: z.number().int().min(1),
  }),
]);
export type EnvironmentRequest = z.output<typeof environmentRequest>;

/** A benchmark: what the policy is asked, worked examples before each question included. */
export interface EnvironmentSuite {
  name: string;
  every: number;
  samples: number;
  temperature: number;
  shots: number;
  questions: Pick<Task, 'question' | 'answer' | 'convention'>[];
  /** Of a mixture of texts, whose held-out documents are read and not answered. */
  documents?: HeldOutTexts[];
}

/** Raw value by term, without those that only Python knows, and why the answer counts as right or wrong. */
export type Judged = Pick<Reward, 'terms'> & { grade: GradeResult };

export type EnvironmentAnswer = { id: number } & (
  | { tasks: Task[] }
  | { demonstrations: Demonstration[] }
  | { documents: Document[] }
  | { suites: EnvironmentSuite[]; notes: string[] }
  | { rewards: Judged[] }
  | { results: SuiteResult[] }
  | RewardModelScores
  | { error: string }
);
