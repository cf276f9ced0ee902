import { expect, test } from 'vitest';
import { diffExperiments } from '../../../src/experiment/diff.js';
import { chainOf, type ExperimentFile, type OriginCandidate, parseFrom, resolveFrom } from '../../../src/experiment/lineage.js';
import { originsOf } from '../../../src/experiment/origins.js';
import { parseExperiment } from '../../../src/experiment/parse.js';
import { grpoFile, sftFile } from './files.js';

const run = (id: string, state: OriginCandidate['state'], steps: number[], method = 'sft'): OriginCandidate => {
  const [, experiment, number] = /^(.*)-(\d+)-\w{4}$/.exec(id)!;
  return {
    id,
    experiment: experiment,
    number: Number(number),
    method,
    state,
    checkpoints: () => Promise.resolve(steps.map((step) => ({ step, path: `checkpoints/${step}` }))),
  };
};
const runs = [
  run('sft-1-aaaa', 'finished', [50, 100]),
  run('sft-2-bbbb', 'finished', [75, 100]),
  run('sft-3-cccc', 'ended', [10]),
  run('rl-1-dddd', 'live', [20]),
];

const weights = (from: string, known: readonly OriginCandidate[]) => resolveFrom({ kind: 'parent', from }, known);

test('an experiment stands for its newest finished run', async () => {
  expect(await weights('sft', runs)).toEqual({
    kind: 'found',
    at: { run: 'sft-2-bbbb', step: 100, checkpoint: 'checkpoints/100' },
  });
  expect(await weights('sft@75', runs)).toMatchObject({ kind: 'found', at: { run: 'sft-2-bbbb', step: 75 } });
});

test('a run can be named itself, even one that ended early', async () => {
  expect(await weights('sft-1-aaaa@50', runs)).toMatchObject({ kind: 'found', at: { run: 'sft-1-aaaa', step: 50 } });
  expect(await weights('sft-3-cccc', runs)).toMatchObject({ kind: 'found', at: { run: 'sft-3-cccc', step: 10 } });
});

test('a live run is waited for, unless the checkpoint asked for is there', async () => {
  expect(await weights('rl', runs)).toMatchObject({ kind: 'live', run: 'rl-1-dddd' });
  expect(await weights('rl@20', runs)).toMatchObject({ kind: 'found', at: { step: 20 } });
});

test('what cannot be resolved says why and what there is', async () => {
  expect(await weights('sft@60', runs)).toEqual({
    kind: 'broken',
    message: 'sft-2-bbbb has no checkpoint of step 60. It has 75, 100: name one of these after the @.',
  });
  expect(await weights('base', runs)).toMatchObject({ kind: 'none', target: 'base' });
  expect(await weights('sft', [run('sft-3-cccc', 'ended', [10])])).toMatchObject({
    kind: 'none',
    message: expect.stringContaining('sft-3-cccc, ended early') as string,
  });
  expect(await weights('../x', runs)).toMatchObject({ kind: 'broken' });
  expect(parseFrom('a@b')).toBeNull();
});

const file = (name: string, policy: string): ExperimentFile => ({
  path: `${name}.experiment.yaml`,
  experiment: parseExperiment(sftFile.replace('arith-sft', name).replace('{ preset: tiny-2l }', policy)).experiment!,
});

test('a chain of experiments leads from the base to the last', () => {
  const files = [file('rl', '{ from: sft@30 }'), file('sft', '{ preset: tiny-2l }'), file('other', '{ from: rl }')];
  const chain = chainOf(files[2], files);
  expect(chain.ok && chain.files.map((f) => f.experiment.name)).toEqual(['sft', 'rl', 'other']);
});

const reward = (file: ExperimentFile, from: string, method = 'grpo'): ExperimentFile => {
  const text = `${grpoFile.replace('arith-grpo', file.experiment.name).replace('name: grpo', `name: ${method}`)}reward: [{ term: reward_model, from: ${from} }]\n`;
  return { ...file, experiment: parseExperiment(text.replace('from: arith-sft', 'from: sft')).experiment! };
};

test('a reward model is trained after what it starts from and before what asks it; what both start from is there once', () => {
  const files = [reward(file('rl', '{ from: sft }'), 'orm@20'), file('orm', '{ from: sft }'), file('sft', '{ preset: tiny-2l }')];
  const chain = chainOf(files[0], files);
  expect(chain.ok && chain.files.map((f) => f.experiment.name)).toEqual(['sft', 'orm', 'rl']);
  const circle = [files[0], file('orm', '{ from: rl }'), files[2]];
  expect(chainOf(circle[0], circle)).toEqual({ ok: false, message: expect.stringContaining('rl → orm → rl') as string });
});

test('a run whose method trains no reward model has none to give', async () => {
  const known = [run('orm-1-aaaa', 'finished', [20], 'outcome-reward'), run('rl-1-bbbb', 'finished', [80], 'grpo')];
  const [, origin] = originsOf(reward(file('x', '{ from: sft }'), 'orm').experiment);
  expect(origin).toMatchObject({ kind: 'reward_model', from: 'orm', path: ['reward', 0, 'from'] });
  expect(await resolveFrom(origin, known)).toEqual({ kind: 'found', at: { run: 'orm-1-aaaa', step: 20, checkpoint: 'checkpoints/20' } });
  expect(await resolveFrom({ ...origin, from: 'rl' }, known)).toEqual({
    kind: 'broken',
    message:
      'rl-1-bbbb has no reward model: its method is grpo. Name an experiment or a run whose method is outcome-reward or process-reward.',
  });
  expect(await resolveFrom({ ...origin, methods: ['process-reward'] }, known)).toMatchObject({
    kind: 'broken',
    message: expect.stringContaining('orm-1-aaaa has no process reward model') as string,
  });
});

test('a circle of experiments is told as one', () => {
  const files = [file('a', '{ from: b }'), file('b', '{ from: c }'), file('c', '{ from: a }')];
  expect(chainOf(files[0], files)).toEqual({ ok: false, message: expect.stringContaining('a → c → b → a') as string });
});

test('two files with the name that is asked for are told apart', () => {
  const files = [file('a', '{ preset: tiny-2l }'), file('a', '{ preset: tiny-4l }'), file('b', '{ from: a }')];
  expect(chainOf(files[2], files)).toMatchObject({ ok: false, message: expect.stringContaining('Two files') as string });
});

test('differences are listed leaf by leaf', () => {
  const a = { method: { beta: 0.04, clip: 0.2 }, data: { levels: [1, 2] }, seed: 1 };
  const b = { method: { beta: 0.1, clip: 0.2 }, data: { levels: [1] }, seed: 1, extra: true };
  expect(diffExperiments(a, b).map(({ key, before, after }) => [key, before, after])).toEqual([
    ['method.beta', 0.04, 0.1],
    ['data.levels[1]', 2, undefined],
    ['extra', undefined, true],
  ]);
  expect(diffExperiments(a, a)).toEqual([]);
});
