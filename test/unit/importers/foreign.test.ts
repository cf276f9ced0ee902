/** What people really have: older versions, exports, tables by themselves. What is recognised is read. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import { guessMapping, previewOf } from '../../../src/importers/formats/generic/generic.js';
import { detectFormat, importerById } from '../../../src/importers/index.js';
import type { EventBody } from '../../../src/protocol/events.js';
import { importFixtures, importOf, scratch } from '../../builders/importing.js';
import { needs } from '../../builders/needs.js';
import { noSharedData } from '../../builders/sharedData.js';

const groupsOf = (events: readonly EventBody[]) => events.flatMap((event) => (event.type === 'group' ? [event] : []));
const lines = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const readLines = (...path: string[]): Record<string, unknown>[] =>
  readFileSync(join(importFixtures, ...path), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** The format that a source is taken for by itself, and what is told of it. */
async function unasked(root: string) {
  const { chosen } = await detectFormat(folderSource(root));
  return { format: chosen?.importer.id, ...(chosen && (await importOf(chosen.importer, root))) };
}

test.each([
  ['verifiers/older', 'verifiers', 2, 4],
  ['prime-rl/older', 'prime-rl', 6, 8],
  ['prime-rl/hosted', 'prime-rl', 3, 5],
  ['nemo-gym/tools', 'nemo-gym', 2, 3],
  ['nemo-gym/games', 'nemo-gym', 2, 3],
  ['qwen-math', 'qwen-math', 2, 6],
  ['lm-eval-own-names', 'lm-eval', 2, 2],
  ['wandb-table/completions.table.json', 'wandb', 4, 16],
  ['wandb-table/older', 'wandb', 1, 2],
  ['verl/generations', 'verl', 2, 4],
])('%s is recognised without being asked, and every row is read', async (fixture, format, groups, solutions) => {
  const { format: found, events = [] } = await unasked(join(importFixtures, fixture));
  expect(found).toBe(format);
  const all = groupsOf(events);
  // Each stands at a place of its own.
  expect(new Set(all.map(({ step, group }) => `${step} ${group}`)).size).toBe(groups);
  expect(all.reduce((sum, one) => sum + one.solutions.length, 0)).toBe(solutions);
});

describe('names of files mean nothing', () => {
  test.each([
    ['verifiers/older/results.jsonl', 'verifiers'],
    ['verifiers/v0/sums--tiny/1f2e/results.jsonl', 'verifiers'],
    ['prime-rl/hosted/export.jsonl', 'prime-rl'],
    ['nemo-gym/games/rollouts.jsonl', 'nemo-gym'],
    ['qwen-math/boats/test_seed0.jsonl', 'qwen-math'],
    ['lm-eval-own-names/samples_boats_L1.jsonl', 'lm-eval'],
  ])('%s under another name, beside something else', async (fixture, format) => {
    const folder = scratch();
    mkdirSync(join(folder, 'run'));
    writeFileSync(join(folder, 'run', 'what I kept.jsonl'), readFileSync(join(importFixtures, fixture)));
    writeFileSync(join(folder, 'run', 'notes.jsonl'), lines([{ note: 'none of it' }]));
    const { format: found, events = [] } = await unasked(folder);
    expect(found).toBe(format);
    expect(groupsOf(events).length).toBeGreaterThan(0);
  });
});

test('rows that share an "id" and not a question are not one group, and that is a note', async () => {
  const { events, notes } = await importOf(importerById('verifiers')!, join(importFixtures, 'verifiers/older'));
  for (const { solutions, gold } of groupsOf(events))
    for (const { text, reward } of solutions) expect(text.includes(`\\boxed{${gold}}`)).toBe(reward === 1);
  expect(notes.find(({ id }) => id === 'ids')?.message).toContain('each of 2 "id"s');
});

test('an older run of prime-rl has its steps, its evaluations behind the groups of training, and tokens of the sampler', async () => {
  const { events } = await importOf(importerById('prime-rl')!, join(importFixtures, 'prime-rl/older'));
  expect(groupsOf(events).map(({ step, group, info }) => [step, group, info?.split ?? 'train'])).toEqual([
    [0, 0, 'train'],
    [0, 1, 'train'],
    [1, 0, 'train'],
    [1, 1, 'train'],
    [1, 2, 'evaluation'],
    [1, 3, 'evaluation'],
  ]);
  const [trace] = events.filter((event) => event.type === 'trace');
  expect(trace).toHaveProperty('logp_sampler');
  expect(trace).not.toHaveProperty('logp_old');
});

test('hosted training: rows of two runs are no group together, and that is a note', async () => {
  const folder = scratch();
  const rows = readLines('prime-rl/hosted/export.jsonl');
  writeFileSync(join(folder, 'two.jsonl'), lines([...rows, ...rows.map((row) => ({ ...row, run_id: 'another' }))]));
  const { events, notes } = await importOf(importerById('prime-rl')!, folder);
  expect(groupsOf(events)).toHaveLength(6);
  expect(notes.find(({ id }) => id === 'run-ids')?.message).toContain('2 runs');
});

describe('an advantage of rounding alone is none', () => {
  const advantageOf = async (reward: number, advantage: number): Promise<unknown> => {
    const folder = scratch();
    const [row] = readLines('prime-rl/hosted/export.jsonl');
    writeFileSync(join(folder, 'one.jsonl'), lines([{ ...row, reward, advantage }]));
    const { events } = await importOf(importerById('prime-rl')!, folder);
    return groupsOf(events)[0].solutions[0].advantage;
  };
  test.each([
    [1.78, 1.1920928955078125e-7, 0],
    [1.78, -1.1920928955078125e-7, 0],
    [100, 7.62939453125e-6, 0],
    // Small rewards have small advantages.
    [1e-7, 5e-8, 5e-8],
    [1, 1e-5, 1e-5],
    [0, 1e-9, 1e-9],
  ])('reward %d, advantage %d: %d', async (reward, advantage, expected) => {
    expect(await advantageOf(reward, advantage)).toBe(expected);
  });
});

test('an episode keeps the weights that sampled it, how long the model took, and why it failed', async () => {
  const folder = scratch();
  const row = readLines('prime-rl/run/rollouts/step_1/train/all/traces.jsonl')[0] as { traces: object[] };
  const failed = {
    ...row.traces[0],
    errors: [{ type: 'ProviderError', message: 'timeout' }],
    timing: { agent: { model: { duration: 2.5 } } },
  };
  writeFileSync(join(folder, 'traces.jsonl'), lines([{ ...row, traces: [failed] }]));
  const { events } = await importOf(importerById('verifiers')!, folder);
  expect(groupsOf(events)[0].solutions[0]).toMatchObject({ policy_version: 1, seconds: 2.5, error: 'ProviderError: timeout' });
});

describe('NeMo Gym', () => {
  test('a failed response keeps its error, one that was cut its finish, a negative reward its sign', async () => {
    const { events } = await importOf(importerById('nemo-gym')!, join(importFixtures, 'nemo-gym/tools'));
    const [first, second] = groupsOf(events);
    expect(first.solutions[1]).toMatchObject({ finish: 'length', correct: false });
    expect(second.solutions[0].error).toContain('the engine went away');
    const games = await importOf(importerById('nemo-gym')!, join(importFixtures, 'nemo-gym/games'));
    expect(groupsOf(games.events)[0].solutions[0].reward).toBe(-100);
  });

  test('rows told twice are counted once', async () => {
    const folder = scratch();
    const rows = readLines('nemo-gym/tools/rollouts.jsonl');
    writeFileSync(join(folder, 'a.jsonl'), lines(rows));
    writeFileSync(join(folder, 'b.jsonl'), lines(rows));
    const { events, notes } = await importOf(importerById('nemo-gym')!, folder);
    expect(groupsOf(events).map(({ group }) => group)).toEqual([0, 1, 2, 3]);
    expect(notes.find(({ id }) => id === 'groups')?.message).toContain('(4 groups)');
  });
});

test('a list of another length belongs to other samples: the line is named', async () => {
  const folder = scratch();
  const [row, ...rest] = readLines('qwen-math/boats/test_seed0.jsonl');
  writeFileSync(join(folder, 'test.jsonl'), lines([row, { ...rest[0], score: [true] }]));
  await expect(importOf(importerById('qwen-math')!, folder)).rejects.toThrow(
    'test.jsonl, line 2: "code" has 3 samples, and "score" has 1 values.',
  );
});

test('results of lm_eval before it had filters are read, and the version is a note', async () => {
  const folder = scratch();
  const results = { boats: { acc: 0.25, acc_stderr: 0.1, ppl: 12 } };
  writeFileSync(join(folder, 'old.json'), JSON.stringify({ results, versions: { boats: 0 }, config: { model: 'hf' } }));
  const { format, events, notes } = await unasked(folder);
  expect(format).toBe('lm-eval');
  expect(events).toMatchObject([{ type: 'metrics', values: { 'boats/acc': 0.25, 'boats/ppl': 12 } }]);
  expect(notes?.[0].message).toContain('before 0.4');
});

test('a pointer of Git LFS among other files says what it is', async () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0123456789abcdef'.repeat(4)}\nsize 5\n`;
  const folder = scratch();
  mkdirSync(join(folder, 'completions'));
  writeFileSync(join(folder, 'completions', 'completions_00010.parquet'), pointer);
  writeFileSync(join(folder, 'rollouts.jsonl'), pointer);
  writeFileSync(join(folder, 'completions.table.json'), pointer);
  const expected = 'a Git LFS pointer, not the data: run "git lfs pull"';
  await expect(importOf(importerById('trl')!, folder)).rejects.toThrow(expected);
  await expect(importOf(importerById('groups')!, folder)).rejects.toThrow(expected);
});

describe('what fields probably mean', () => {
  test('a table of predictions', async () => {
    const file = join(importFixtures, 'predictions/base_predictions.jsonl');
    const [source] = await folderSource(file).list();
    const preview = await previewOf(source, new AbortController().signal);
    expect(guessMapping(preview!.fields)).toEqual({
      solution: 'completion',
      question: 'question',
      // The answer behind the completion was read from it.
      gold: 'solution',
      reward: 'total_reward',
      correct: 'accuracy',
    });
  });

  test.each([
    [['problem', 'solution', 'answer', 'completion'], { question: 'problem', solution: 'completion', gold: 'answer' }],
    [['question', 'solution', 'reward'], { question: 'question', solution: 'solution', reward: 'reward' }],
    [['output', 'answer'], { solution: 'output', gold: 'answer' }],
  ])('%j', (fields, mapping) => {
    expect(guessMapping(fields)).toEqual(mapping);
  });
});

/** The collection that the fixtures have the shape of, where it is there. */
const collection = join(import.meta.dirname, '../../../../shared/data/foreign');

describe('the collection', () => {
  needs(existsSync(collection), noSharedData);
  test.each([
    ['verifiers-id-tools', 'verifiers', 4],
    ['prime-rl-older', 'prime-rl', 5],
    ['prime-hosted-export', 'prime-rl', 6],
    ['nemo-gym-tools', 'nemo-gym', 3],
    ['nemo-gym-games', 'nemo-gym', 3],
    ['qwen-math-evaluation', 'qwen-math', 4],
    ['lm-eval-own-names', 'lm-eval', 4],
    ['wandb-completions-table', 'wandb', 16],
  ])('%s', async (folder, format, solutions) => {
    expect(readdirSync(collection)).toContain(folder);
    const { format: found, events = [] } = await unasked(join(collection, folder));
    expect(found).toBe(format);
    expect(groupsOf(events).reduce((sum, one) => sum + one.solutions.length, 0)).toBe(solutions);
  });
});
