import { heldOutLoss } from '../corpus/heldOut.js';
import { evaluateSuite } from '../evaluateSuite.js';
import type { Method } from './method.js';

/** Trains nothing: each step runs one benchmark on the policy, and what it wrote is kept like any other group. */
export const evaluate: Method = {
  needs: {},
  updates: 1,
  async explore(e, step) {
    const suite = e.suites.at(step - 1);
    if (!suite) return { groups: [], lessons: [] };
    if ('sources' in suite) {
      const values = await e.phase('evaluate', () => heldOutLoss(e.policy, suite));
      return { groups: [], lessons: [], values };
    }
    const { results, groups } = await evaluateSuite(e.evaluator(suite.name), suite);
    return {
      results: results.map((r) => ({ suite: suite.name, ...r })),
      lessons: [],
      groups: groups.map((g) => ({
        task: g.task,
        solutions: g.solutions.map((s) => {
          const right = s.grade.verdict === 'equal' ? 1 : 0;
          return { ...s, reward: { terms: { correct: right }, total: right }, advantage: null };
        }),
      })),
    };
  },
};
