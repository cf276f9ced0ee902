import type { GradedGroup } from './samples.js';
import { writeSolutions, type Sampler } from './sampling.js';
import { greedyResult, sampledResults, type SuiteResult } from './suiteResults.js';
import { answerLength } from './tasks/fewShot.js';
import type { Task } from './tasks/task.js';

/** A benchmark with its questions. */
export interface Suite {
  name: string;
  /** Evaluate every this many steps. */
  every: number;
  tasks: Task[];
  /** K: solutions sampled per question for Maj@K and Pass@K; with 1 there is greedy decoding alone. */
  samples: number;
  temperature: number;
  /** Worked examples before each question. */
  shots: number;
  /** What the policy continues. */
  prompt: (task: Task) => number[];
}

export interface SuiteEvaluation {
  results: SuiteResult[];
  /** What was written: K samples of each question, or the greedy solution alone. */
  groups: GradedGroup[];
}

/**
 * Greedy accuracy (temperature 0); and where K > 1 solutions are sampled, Maj@k and Pass@k up to K (see suiteResults.ts).
 * @param e its random numbers are the evaluation's alone, so that it shifts no other draw
 */
export async function evaluateSuite(e: Sampler, suite: Suite): Promise<SuiteEvaluation> {
  const { tasks, samples, temperature, shots, prompt } = suite;
  const promptOptions = { prompt, ...(shots > 0 && { answerLength }) };
  const greedy = await writeSolutions(e, tasks, { size: 1, temperature: 0, ...promptOptions });
  const result = greedyResult(
    greedy.map((g) => g.solutions[0]),
    shots,
  );
  if (samples === 1) return { results: [result], groups: greedy };

  const groups = await writeSolutions(e, tasks, { size: samples, temperature, ...promptOptions });
  const solutions = groups.map((g) => g.solutions);
  const sampled = await e.phase('grade', () => sampledResults(solutions, temperature, shots));
  return { results: [result, ...sampled], groups };
}
