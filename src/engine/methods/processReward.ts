import { sampleGroups } from './sampleGroups.js';
import { isRight, type SampledGroup } from '../samples.js';
import { stepLabels } from '../../core/mathShepherd.js';
import type { SettingsOf } from '../../experiment/schema.js';
import { mul, softplus, sub } from '../graph/index.js';
import type { ValueObjective } from '../model/modelObjective.js';
import { afterLast, markedAt } from '../rewardModel.js';
import { stepEnds } from '../stepEnds.js';
import { gradeTask } from '../tasks/gradeTask.js';
import { writeResponses } from '../tools/responses.js';
import { decode, endToken } from '../tokenizer.js';
import type { Explorer, Method } from './method.js';

/**
 * A process reward model: data are the steps of the frozen policy's samples, and each step's label is how often N rollouts from
 * it to the end come out right; the loss is the cross-entropy of σ(r_φ) read after the step.
 * Source: Wang et al., Math-Shepherd (arXiv 2312.08935), section 3.3, equations 3 to 5.
 */
export const processReward = (settings: SettingsOf<'process-reward'>): Method => ({
  needs: { rewardModel: 'process' },
  updates: 1,
  async explore(e) {
    const sampled = await sampleGroups(e, e.policy, settings.group_size);
    const groups = sampled.map((g) => ({ ...g, solutions: g.solutions.map((s) => ({ ...s, advantage: null })) }));
    const all = groups.flatMap((g) => g.solutions);
    const ends = all.map(stepEnds);
    const labels = await labelsOf(e, sampled, ends, settings);

    const sequences = all.map((s) => afterLast(s.sequence));
    const count = ends.reduce((n, x) => n + x.length, 0);
    const label = sequences.map((s, i) => {
      const values = new Float32Array(s.response.length);
      ends[i].forEach((end, j) => (values[end + 1] = labels[i][j]));
      return values;
    });
    const batch = {
      sequences,
      weights: sequences.map(() => 1 / count),
      // What follows a step's last token is read when that token has been.
      own: sequences.map((s, i) =>
        markedAt(
          s,
          ends[i].map((end) => end + 1),
        ),
      ),
      label,
    };
    return { groups, lessons: [{ model: 'reward_model', batch, objective: crossEntropy }] };
  },
});

/** Of each solution's steps, from rollouts of the policy; the last step's is whether the solution is right. */
async function labelsOf(
  e: Explorer,
  groups: readonly SampledGroup[],
  ends: readonly (readonly number[])[],
  { rollouts, labels }: SettingsOf<'process-reward'>,
): Promise<number[][]> {
  const { max_tokens: maxTokens, temperature } = e.experiment.sampling;
  const all = groups.flatMap(({ task, solutions }) => solutions.map((s) => ({ task, ...s })));
  const written = all.flatMap((s, i) => ends[i].slice(0, -1).map((end) => s.sequence.response.slice(0, end + 1)));
  const owner = all.flatMap((s, i) => ends[i].slice(0, -1).map(() => s));
  const prompts = written.flatMap((tokens, k) => Array.from({ length: rollouts }, () => [...owner[k].sequence.prompt, ...tokens]));
  const tools = groups.some(({ task }) => task.tools);
  const begun = written.flatMap((tokens) => Array.from({ length: rollouts }, () => tokens));
  const options = { maxTokens, temperature, endToken, random: e.random, tools, begun };
  const samples = await e.phase('sample', () => writeResponses(e.policy, prompts, options));
  return e.phase('grade', () => {
    const right = samples.map(({ tokens }, n) => {
      const k = Math.floor(n / rollouts);
      return gradeTask(decode([...written[k], ...tokens]).text, owner[k].task).verdict === 'equal';
    });
    const completions = written.map((_, k) => right.slice(k * rollouts, (k + 1) * rollouts));
    const found = stepLabels(completions, labels);
    let at = 0;
    return all.map((s, i) => [...found.slice(at, (at += ends[i].length - 1)), isRight(s) ? 1 : 0]);
  });
}

/** −( y log σ(r) + (1 − y) log(1 − σ(r)) ) = log(1 + eʳ) − y·r. */
export const crossEntropy: ValueObjective = {
  name: 'cross-entropy',
  inputs: ['label'],
  loss: ({ value, label }) => sub(softplus(value), mul(value, label)),
};
