import type { GeneratedData } from '../../experiment/schema.js';
import { arithmetic } from './arithmetic.js';
import { elementaryZh } from './elementaryZh.js';
import { math } from './math/math.js';
import { Random } from '../random.js';
import type { TaskGenerator } from './task.js';
import { tools } from './tools.js';
import { wordProblems } from './wordProblems.js';
import { wordProblemsZh } from './wordProblemsZh.js';

const mixed: TaskGenerator = (level, random) => (random.next() < 0.5 ? arithmetic : wordProblems)(level, random);

export const generators: Record<GeneratedData['generator'], TaskGenerator> = {
  arithmetic,
  'word-problems': wordProblems,
  mixed,
  math,
  'word-problems-zh': wordProblemsZh,
  'elementary-zh': elementaryZh,
  tools,
};

/** Whether its questions are answered with programs. */
export const usesTools = (generator: GeneratedData['generator']): boolean =>
  generators[generator](1, Random.derive(0, 'any question')).tools === true;
