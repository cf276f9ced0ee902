import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExperiment } from '../../../src/experiment/parse.js';
import { grpoFile } from './files.js';

/** `line:column-line:column message` of every problem. */
function problems(text: string): string[] {
  return parseExperiment(text).problems.map(
    ({ range: { start, end }, message }) => `${start.line}:${start.column}-${end.line}:${end.column} ${message}`,
  );
}
const withLine = (old: string, now: string): string => {
  expect(grpoFile).toContain(old);
  return grpoFile.replace(old, now);
};

test('a good file gives the experiment with every default filled in', () => {
  const { experiment, problems } = parseExperiment(grpoFile);
  expect(problems).toEqual([]);
  expect(experiment).toMatchObject({
    name: 'arith-grpo',
    backend: 'embedded',
    policy: { from: 'arith-sft' },
    method: { name: 'grpo', beta: 0.04, group_size: 16, clip: 0.2, updates_per_exploration: 1 },
    reward: [{ term: 'correct', weight: 1 }],
    optimiser: { learning_rate: 2e-4 },
    checkpoints: { every: 25, keep: 3 },
    launch: { env: {} },
    seed: 1,
  });
});

describe('every mistake is told at its place, with what to do', () => {
  test.each([
    ['an unknown key', withLine('  beta', '  betta'), '7:3-7:8 Unknown key "betta" in method; did you mean "beta"?'],
    [
      "another trainer's name for a key",
      withLine('  beta: 0.04', '  num_generations: 8'),
      '7:3-7:18 Unknown key "num_generations" in method; did you mean "group_size"?',
    ],
    [
      'a key in the wrong place',
      withLine('steps: 100', 'steps: 100\nbeta: 1'),
      '12:1-12:5 Unknown key "beta"; "beta" belongs in method (dpo, ppo or grpo).',
    ],
    [
      'a key of the other method',
      withLine('name: grpo', 'name: sft'),
      '7:3-7:7 Unknown key "beta" in method; "beta" belongs in method (dpo, ppo or grpo).',
    ],
    [
      'a wrong word',
      withLine('arithmetic', 'aritmetic'),
      '9:14-9:23 data.generator: "aritmetic" is not known; did you mean "arithmetic"? It can be arithmetic, word-problems, mixed, math, word-problems-zh, elementary-zh or tools.',
    ],
    [
      'a wrong method',
      withLine('grpo\n', 'grop\n'),
      '5:9-5:13 method.name: "grop" is not known; did you mean "grpo"? It can be pretrain, sft, rft, online-rft, dpo, ppo, grpo, outcome-reward, process-reward or evaluate.',
    ],
    [
      'no method name',
      withLine('  name: grpo\n', ''),
      '4:1-4:7 Missing key method.name (pretrain | sft | rft | online-rft | dpo | ppo | grpo | outcome-reward | process-reward | evaluate). The training method and its settings, with the names the paper uses.',
    ],
    ['a missing key', withLine('steps: 100\n', ''), '1:1-1:9 Missing key steps (integer, 1 to 1000000). Training steps.'],
    ['a number out of range', withLine('[1, 2]', '[1, 9]'), '10:15-10:16 data.levels[1] is 9; it must be an integer, 1 to 5.'],
    ['a fraction for a count', withLine('100', '1.5'), '11:8-11:11 steps is 1.5; it must be an integer, 1 to 1000000.'],
    ['text for a number', withLine('100', '1_000'), '11:8-11:13 steps is the text "1_000"; it must be an integer, 1 to 1000000.'],
    ['not a number', withLine('100', '.nan'), '11:8-11:12 steps is NaN; it must be an integer, 1 to 1000000.'],
    [
      'a number for text',
      withLine('steps: 100', 'steps: 100\nlaunch: { env: { A: 1 } }'),
      '12:21-12:22 launch.env.A is 1; it must be text.',
    ],
    [
      'a group left empty',
      withLine('policy: { from: arith-sft }', 'policy:'),
      '3:1-3:7 policy is empty: write either preset: … or from: … or model: … or endpoint: …, or remove the line.',
    ],
    [
      'both of an either-or',
      withLine('from: arith-sft', 'from: arith-sft, preset: tiny-2l'),
      '3:9-3:45 policy: give either preset or from, not both.',
    ],
    [
      'neither of an either-or',
      withLine('{ from: arith-sft }', '{}'),
      '3:1-3:7 policy needs one of preset, from, model or endpoint. Where the weights come from.',
    ],
    [
      'a wrong word inside an either-or',
      withLine('from: arith-sft', 'preset: tiny-2'),
      '3:19-3:25 policy.preset: "tiny-2" is not known; did you mean "tiny-2l"? It can be nano-2l, tiny-2l or tiny-4l.',
    ],
    [
      'a wrong key inside an either-or',
      withLine('from: arith-sft', 'form: arith-sft'),
      '3:11-3:15 Unknown key "form" in policy; did you mean "from"?',
    ],
    ['an empty list', withLine('steps: 100', 'steps: 100\nreward: []'), '12:9-12:11 reward is an empty list; it needs at least one entry.'],
    [
      'a term twice',
      withLine('steps: 100', 'steps: 100\nreward: [{ term: format }, { term: format }]'),
      '12:36-12:42 The reward term "format" is listed twice; keep one and give it the weight you want.',
    ],
    [
      'itself as its base',
      withLine('from: arith-sft', 'from: arith-grpo@3'),
      '3:17-3:29 "arith-grpo" cannot start from itself; name another experiment, a run by its id, or a preset.',
    ],
    [
      'a reference that is none',
      withLine('from: arith-sft', 'from: a b'),
      '3:17-3:20 policy.from "a b" is no reference: write an experiment name or a run id, and @step if you want a certain one.',
    ],
    [
      'a name that is no name',
      withLine('name: arith-grpo ', 'name: ../x '),
      '2:7-2:11 name: use letters, digits, ".", "_" and "-", starting with a letter or digit (64 at most).',
    ],
    ['a key twice', withLine('steps: 100', 'steps: 100\nsteps: 200'), '12:1-12:6 The key steps is given twice; keep one.'],
    [
      'broken YAML',
      withLine('[1, 2]', '[1, 2'),
      '11:1-11:2 Not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ].',
    ],
    [
      'a list instead of keys',
      '- 1\n',
      '1:1-1:4 The experiment is a list; it must be keys (name, description, backend, policy, method, data, reward, sampling, optimiser, steps, benchmarks, checkpoints, traces, seed, launch, python, command).',
    ],
    ['nothing at all', '', '1:1-1:1 The file is empty: an experiment needs name, policy, method, data, steps.'],
  ])('%s', (_, text, expected) => {
    expect(problems(text)).toContain(expected);
    expect(parseExperiment(text).experiment).toBeNull();
  });
});

test('lines are counted alike with Windows line ends', () => {
  expect(problems(withLine('  beta', '  betta').replaceAll('\n', '\r\n'))).toEqual([
    '7:3-7:8 Unknown key "betta" in method; did you mean "beta"?',
  ]);
});

test.each([
  ['of which no step has any', 'traces: { groups: none, every: 5 }', /^warning .*leave traces\.every out/],
  ['of a word that is not known', 'traces: { groups: signal }', /^error .*"signal" is not known.*all, with-signal or none/],
  ['every zeroth step', 'traces: { every: 0 }', /^error .*traces\.every/],
])('traces %s are told', (_, line, message) => {
  const { problems } = parseExperiment(withLine('steps: 100', `steps: 100\n${line}`));
  expect(problems.map((p) => `${p.severity} ${p.message}`)).toEqual([expect.stringMatching(message)]);
});

test('a warning leaves the experiment usable', () => {
  const { experiment, problems } = parseExperiment(`${grpoFile}optimiser: { warmup_steps: 100 }\n`);
  expect(experiment?.optimiser.warmup_steps).toBe(100);
  expect(problems.map((p) => p.severity)).toEqual(['warning']);
});

test('anchors, aliases and merge keys work', () => {
  const { experiment } = parseExperiment(
    'name: a\npolicy: { preset: tiny-2l }\nmethod: &m { name: grpo }\ndata: { generator: mixed, levels: &l [3] }\nsteps: 1\nreward: [{ term: correct, weight: &w 2 }, { <<: { weight: *w }, term: format }]\n',
  );
  expect(experiment?.reward).toEqual([
    { term: 'correct', weight: 2 },
    { term: 'format', weight: 2, marker: 'answer is' },
  ]);
});

test('a problem behind an alias is shown where the alias stands', () => {
  expect(problems(`${grpoFile}optimiser: { beta1: &b 0.5, learning_rate: 3 }\nseed: *b\n`)).toEqual([
    '12:44-12:45 optimiser.learning_rate is 3; it must be a number, above 0, 1 at most.',
    '13:7-13:9 seed is 0.5; it must be an integer, 0 to 4294967295.',
  ]);
});

test('aliases that multiply, deep nesting and huge files are refused, not followed', () => {
  const row = (name: string, of: string): string => `${name}: &${name} [${Array.from({ length: 9 }, () => of).join(',')}]\n`;
  const bomb = row('a', 'x') + row('b', '*a') + row('c', '*b') + row('d', '*c') + row('e', '*d');
  expect(problems(bomb)).toEqual([expect.stringContaining('alias')]);
  expect(problems('['.repeat(50_000))[0]).toContain('nested too deeply');
  expect(problems('#'.repeat(300_000))[0]).toContain('at most');
});

test('whatever the text, parsing gives a value and never throws', () => {
  const mangled = fc.tuple(fc.nat(grpoFile.length), fc.nat(20), fc.string({ maxLength: 12, unit: 'binary' }));
  fc.assert(
    fc.property(mangled, ([at, cut, insert]) => {
      const text = grpoFile.slice(0, at) + insert + grpoFile.slice(at + cut);
      const { experiment, problems } = parseExperiment(text);
      expect(experiment === null).toBe(problems.some((p) => p.severity === 'error'));
      for (const { range } of problems) {
        expect(range.start.offset).toBeLessThanOrEqual(range.end.offset);
        expect(range.end.offset).toBeLessThanOrEqual(Math.max(text.length, 1));
      }
    }),
    { numRuns: 300 },
  );
});

test('keys that would reach into objects are unknown keys like any other', () => {
  expect(problems(`${grpoFile}__proto__: { x: 1 }\nconstructor: 1\n`)).toHaveLength(2);
});
