import { describe, expect, test } from 'vitest';
import { parseExperiment } from '../../../src/experiment/parse.js';
import type { Experiment } from '../../../src/experiment/schema.js';

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

describe('the size of a reward model', () => {
  const experiment = (name: string, policy: string, method = 'sft') =>
    parseExperiment(`name: ${name}\npolicy: { ${policy} }\nmethod: { name: ${method} }\ndata: { generator: arithmetic }\nsteps: 4\n`)
      .experiment!;
  const sft = experiment('sft', 'preset: tiny-2l');
  const small = experiment('small', 'preset: nano-2l');
  const ofSft = experiment('orm', 'from: sft', 'outcome-reward');
  const ofSmall = experiment('orm', 'from: small@3', 'outcome-reward');
  const text = file({ reward: model });
  const problemsOf = (...others: Experiment[]) => parseExperiment(text, others).problems.map((p) => `${p.severity}: ${p.message}`);

  test('is that of the policy, however each of them came from its preset', () => {
    expect(problemsOf(sft, ofSft)).toEqual([]);
    expect(problemsOf(sft, small, ofSmall)).toEqual([
      'warning: A reward model must have the size of the policy that it judges: "orm" is a nano-2l, this policy a tiny-2l. Start both from the same preset.',
    ]);
    const { range } = parseExperiment(text, [sft, small, ofSmall]).problems[0];
    expect(text.slice(range.start.offset, range.end.offset)).toBe('orm');
  });
  test('is not guessed where the files do not tell it', () => {
    const circle = [experiment('small', 'from: round'), experiment('round', 'from: small')];
    for (const others of [[], [sft], [sft, ofSmall], [ofSmall, small], [sft, ofSmall, ...circle], [sft, ofSmall, small, small]])
      expect(problemsOf(...others)).toEqual([]);
  });
});

test('a command of somebody else cannot ask a reward model', () => {
  const text = `${file({ policy: '{ model: some/model }', reward: model })}backend: command\ncommand: { run: [train], watch: [{ path: out }] }\n`;
  expect(parseExperiment(text).problems.map((p) => p.message)).toEqual([
    "The command backend cannot ask the embedded trainer's reward models: leave this term out.",
  ]);
});
