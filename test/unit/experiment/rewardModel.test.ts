import { expect, test } from 'vitest';
import { parseExperiment } from '../../../src/experiment/parse.js';

interface Keys {
  policy?: string;
  method?: string;
  reward?: string;
}
const file = ({ policy = '{ from: sft }', method = '{ name: grpo }', reward = '{ term: correct }' }: Keys): string =>
  `name: x\npolicy: ${policy}\nmethod: ${method}\ndata: { generator: arithmetic }\nsteps: 4\nreward: [${reward}]\n`;

/** Problems as `severity the text they mark: message`. */
function problems(keys: Keys): string[] {
  const text = file(keys);
  return parseExperiment(text).problems.map((p) => `${p.severity} «${text.slice(p.range.start.offset, p.range.end.offset)}»: ${p.message}`);
}
const model = '{ term: reward_model, from: orm }';

test.each<[string, Keys]>([
  ['a reward model beside a rule', { reward: `{ term: correct }, ${model}` }],
  ['process supervision with a reward model', { method: '{ name: grpo, supervision: process }', reward: model }],
  ['iterations that only renew the reference', { method: '{ name: grpo, iterations: { every: 2 } }' }],
  ['iterations that train the reward model on', { method: '{ name: grpo, iterations: { every: 2, reward_updates: 4 } }', reward: model }],
  ['a reward model from an SFT run', { method: '{ name: outcome-reward }' }],
])('%s is fine', (_, keys) => expect(problems(keys)).toEqual([]));

test.each<[string, Keys, string | RegExp]>([
  ['no reference', { reward: '{ term: reward_model, from: a/b }' }, 'error «a/b»: reward[0].from "a/b" is no reference: write an'],
  ['itself', { reward: '{ term: reward_model, from: x@3 }' }, 'error «x@3»: "x" cannot be its own reward model'],
  ['in a reward model', { method: '{ name: process-reward }', reward: model }, /^error «.*reward_model.*»: process-reward trains a reward/],
  ['in SFT', { policy: '{ preset: tiny-2l }', method: '{ name: sft }', reward: model }, /^warning «.*»: sft asks no rewards/],
  ['none for its steps', { method: '{ name: grpo, supervision: process }' }, 'error «process»: Process supervision needs a process'],
  [
    'none to train on',
    { method: '{ name: grpo, iterations: { every: 2, reward_updates: 4 } }' },
    'warning «4»: reward_updates has no effect: the reward has no reward_model term.',
  ],
  [
    'one that stays',
    { method: '{ name: grpo, supervision: process, iterations: { every: 2, reward_updates: 4 } }', reward: model },
    'warning «4»: reward_updates has no effect: a process reward model stays as it is.',
  ],
  [
    'fresh weights',
    { policy: '{ preset: tiny-2l }', method: '{ name: ppo }' },
    'warning «tiny-2l»: A fresh preset writes noise, so ppo has',
  ],
])('%s is told where it stands', (_, keys, expected) => {
  const found = problems(keys);
  expect(found).toHaveLength(1);
  if (typeof expected === 'string') expect(found[0].startsWith(expected)).toBe(true);
  else expect(found[0]).toMatch(expected);
});

test('a command of somebody else cannot ask a reward model', () => {
  const text = `${file({ policy: '{ model: some/model }', reward: model })}backend: command\ncommand: { run: [train], watch: [{ path: out }] }\n`;
  expect(parseExperiment(text).problems.map((p) => p.message)).toEqual([
    "The command backend cannot ask the embedded trainer's reward models: leave this term out.",
  ]);
});
