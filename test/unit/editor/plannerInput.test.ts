import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { plannerInput } from '../../../src/editor/pages/plannerInput.js';
import type { ExperimentFile } from '../../../src/experiment/lineage.js';
import { parseExperiment } from '../../../src/experiment/parse.js';
import { choicesOf, plainChoices } from '../../../webview/planner/plannerChoices.js';

function fileOf(text: string, path: string): ExperimentFile {
  const { experiment, problems } = parseExperiment(text);
  expect(problems).toEqual([]);
  return { path, experiment: experiment! };
}
const example = (name: string): ExperimentFile =>
  fileOf(readFileSync(`examples/arithmetic/${name}.experiment.yaml`, 'utf8'), `${name}.experiment.yaml`);

test('a plan begins with the method of the experiment and the preset that its chain begins with', () => {
  const files = [example('arith-grpo'), example('arith-sft')];
  const plan = plannerInput(files[0], files);
  expect(plan).toMatchObject({
    name: 'arith-grpo',
    method: 'grpo',
    preset: 'nano-2l',
    embedded: true,
    reference: true,
    rewardModel: false,
  });
  const { sampling, method } = files[0].experiment;
  expect(plan.sequences).toBe(method.name === 'grpo' ? sampling.questions_per_step * method.group_size : null);
  expect(plannerInput(files[1], files)).toMatchObject({ method: 'sft', reference: null, sequences: null, preset: 'nano-2l' });
});

test('a chain that is not known leaves the policy open; a learned reward and β = 0 are told', () => {
  const text = `name: alone
policy: { from: elsewhere }
method: { name: grpo, beta: 0, group_size: 4 }
data: { generator: arithmetic }
sampling: { questions_per_step: 8 }
steps: 10
reward: [{ term: reward_model, from: a-reward-model }]
`;
  const alone = fileOf(text, 'alone.experiment.yaml');
  expect(plannerInput(alone, [alone])).toMatchObject({ preset: null, reference: false, rewardModel: true, sequences: 32, batch: 32 });
});

test('pre-training is planned as what it holds: the policy alone, over contexts of its own length', () => {
  const path = 'examples/stages/stages-pretrain.experiment.yaml';
  const file = fileOf(readFileSync(path, 'utf8'), path);
  expect(plannerInput(file, [file])).toMatchObject({
    method: 'pretrain',
    reference: null,
    sequences: null,
    batch: 3072 / 192,
    maxTokens: 192,
  });
  expect(choicesOf(plannerInput(file, [file]), plainChoices)).toMatchObject({ method: 'sft', length: 192, microBatch: 16 });
});
