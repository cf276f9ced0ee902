import { sampleGroups } from './sampleGroups.js';
import { isRight } from '../samples.js';
import { tokenWeights } from '../../core/aggregate.js';
import type { Policy } from '../model/policy.js';
import { likelihood } from './likelihood.js';
import { lengthsOf, ownTokens, type Exploration, type Explorer } from './method.js';

/**
 * Imitation of what came out right. The coefficient of every token is I(o): 1 if the answer is correct, else 0, and the mean is
 * over all G outputs: loss = −1/(N·G) Σ_i I(o_i) 1/|o_i| Σ_t log π_θ(o_it | q, o_i<t).
 * Source: DeepSeekMath, appendix A.1.2 (equation 10).
 * @param sampler whose samples: that alone tells RFT from Online RFT
 */
export async function imitateRight(e: Explorer, sampler: Policy, size: number): Promise<Exploration> {
  const sampled = await sampleGroups(e, sampler, size);
  const groups = sampled.map(({ task, solutions }) => ({
    task,
    solutions: solutions.map((s) => ({ ...s, advantage: isRight(s) ? 1 : 0 })),
  }));
  const all = groups.flatMap((g) => g.solutions);
  const weights = tokenWeights(
    lengthsOf(
      all.map((s) => s.sequence),
      ownTokens(all),
    ),
    'output',
    1,
  );
  const rows = all.flatMap((s, i) => (s.advantage === 1 ? [i] : []));
  const right = rows.map((i) => all[i]);
  const batch = { sequences: right.map((s) => s.sequence), weights: rows.map((i) => weights[i]), own: ownTokens(right) };
  return { groups, rows, lessons: right.length === 0 ? [] : [{ model: 'policy', batch, objective: likelihood }] };
}
