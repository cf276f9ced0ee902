import { answerLine, type TaskGenerator } from '../task.js';
import { algebra } from './algebraProblems.js';
import { counting } from './counting.js';
import { geometry } from './geometry.js';
import { numberTheory } from './numberTheory.js';
import { prealgebra } from './prealgebra.js';

const subjects = [prealgebra, algebra, numberTheory, counting, geometry];

/** Problems of five subjects of MATH in LaTeX; answers are numbers, fractions, roots, multiples of π, points and lists. */
export const math: TaskGenerator = (level, random) => {
  const { type, levels } = random.pick(subjects);
  const { kind, pose } = random.pick(levels[level]);
  const { question, steps, answer } = pose(random);
  const convention = 'math';
  return { question, solution: `${steps} ${answerLine({ answer, convention })}`, answer, level, kind, type, convention };
};
