/** prime-rl, verifiers and NeMo-RL: formats with numbers of each token. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import type { Importer } from '../../../src/importers/importer.js';
import { nemoRl } from '../../../src/importers/formats/nemoRl/nemoRl.js';
import { primeRl } from '../../../src/importers/formats/primeRl/primeRl.js';
import { verifiers } from '../../../src/importers/formats/verifiers/verifiers.js';
import { decodeArray } from '../../../src/protocol/arrays.js';
import type { WireArray } from '../../../src/protocol/events.js';
import type { EventBody } from '../../../src/protocol/events.js';
import { expectGrowthTellsTheSame } from '../../builders/growing.js';
import { importFixtures, importOf, look, scratch, standing } from '../../builders/importing.js';

const prime = join(importFixtures, 'prime-rl/run');
const nemo = join(importFixtures, 'nemo-rl');

describe('what is told', () => {
  test.each<[string, Importer, string]>([
    ['prime-rl', primeRl, prime],
    ['verifiers', verifiers, join(importFixtures, 'verifiers/v1')],
    ['verifiers 0.x', verifiers, join(importFixtures, 'verifiers/v0')],
    ['NeMo-RL', nemoRl, nemo],
  ])('%s is detected by its rows, and others are not', async (_, importer, root) => {
    expect((await importer.detect(folderSource(root)))?.confidence).toBeGreaterThanOrEqual(0.9);
    expect(await importer.detect(folderSource(join(importFixtures, 'trl/grpo')))).toBeNull();
    for (const other of [primeRl, verifiers, nemoRl]) if (other !== importer) expect(await other.detect(folderSource(root))).toBeNull();
  });
});

const traces = (events: readonly EventBody[]) => events.filter((event) => event.type === 'trace');

const plain = (array: WireArray | undefined): number[] => Array.from(decodeArray(array!));

describe('tokens', () => {
  test('have numbers and claim no place in a text that nobody cut into tokens', async () => {
    const { events } = await importOf(nemoRl, nemo);
    const [first] = traces(events);
    expect(plain(first.ends)).toEqual([0, 0]);
    expect(plain(first.ids)).toEqual([17, 16]);
    expect(plain(first.logp_sampler).map((x) => x.toFixed(2))).toEqual(['-0.11', '-0.11']);
  });

  test('exported sequences are found by their ids and keep the reference’s numbers', async () => {
    const { events, notes } = await importOf(primeRl, prime);
    const exported = traces(events).filter(({ ratio }) => ratio !== undefined);
    expect(exported.map(({ step, group, solution }) => [step, group, solution])).toEqual([
      [2, 0, 0],
      [2, 0, 1],
    ]);
    expect(plain(exported[0].logp_ref)).toEqual([-0.125, -0.25]);
    expect(plain(exported[1].logp)).toEqual([-0.25, -0.25, -0.25, -0.25]);
    expect(notes.find(({ id }) => id === 'exports')?.message).toMatch(/^1 exported/);
  });

  test('KL to the reference is the mean k3 of the sampled tokens', async () => {
    const { events } = await importOf(primeRl, prime);
    const [first] = events.filter((event) => event.type === 'group');
    // log-ratios −0.025 and −0.05: k3(x) = eˣ − x − 1
    const expected = (Math.exp(-0.025) + 0.025 - 1 + Math.exp(-0.05) + 0.05 - 1) / 2;
    expect(first.solutions[0].kl).toBeCloseTo(expected, 12);
  });
});

describe('groups', () => {
  test('of prime-rl are read from the trained subset once the run writes one', async () => {
    const folder = scratch();
    cpSync(prime, folder, { recursive: true });
    rmSync(join(folder, 'rollouts/step_2/train/effective'), { recursive: true });
    const session = primeRl.open(folderSource(folder), {});
    const { events } = await look(session);
    cpSync(prime, folder, { recursive: true });
    const later = await look(session);
    expect(later.events.filter(({ type }) => type === 'resume')).toEqual([{ type: 'resume', from_step: 1, checkpoint: null }]);
    expect(standing([...events, ...later.events])).toEqual(standing((await importOf(primeRl, prime)).events));
  });

  test('of NeMo-RL are runs of one prompt, or of the size that was set, which is checked', async () => {
    const grouping = async (groupSize?: number) => {
      const { events, notes } = await importOf(nemoRl, nemo, groupSize === undefined ? {} : { groupSize });
      const sizes = events.flatMap((e) => (e.type === 'group' && e.info?.split !== 'validation' ? [e.solutions.length] : []));
      return { sizes, note: notes.find(({ id }) => id === 'groups')?.message };
    };
    expect(await grouping()).toEqual({
      sizes: [2, 2, 2],
      note: expect.stringContaining('run of rows with the same prompt tokens') as string,
    });
    expect(await grouping(2)).toEqual({ sizes: [2, 2, 2], note: undefined });
    expect(await grouping(4)).toEqual({ sizes: [4, 2], note: expect.stringContaining('the size is wrong') as string });
  });
});

describe('following in any pieces comes to the same as the whole', () => {
  const isStable = (name: string): boolean => name.endsWith('STABLE');
  test.each<[string, Importer, string]>([
    ['prime-rl', primeRl, prime],
    ['verifiers', verifiers, join(importFixtures, 'verifiers/v1')],
    ['verifiers 0.x', verifiers, join(importFixtures, 'verifiers/v0')],
    ['NeMo-RL', nemoRl, nemo],
  ])('%s', async (_, importer, root) => expectGrowthTellsTheSame(importer, root, scratch(), { last: isStable, runs: 25 }));
});

test('a score of fewer samples is taken back when more of them have come', async () => {
  const whole = join(importFixtures, 'verifiers/v0');
  const name = (await folderSource(whole).list()).find((f) => f.name.endsWith('results.jsonl'))!.name;
  const lines = readFileSync(join(whole, name), 'utf8');
  const folder = scratch();
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  const session = verifiers.open(folderSource(folder), {});
  const events: EventBody[] = [];
  for (const length of [lines.indexOf('\n') + 1, lines.length]) {
    writeFileSync(join(folder, name), lines.slice(0, length));
    events.push(...(await look(session)).events);
  }
  expect(events.flatMap((e) => (e.type === 'benchmark' ? [e.mode] : []))).toEqual(['single sample', 'avg@2', 'avg@2']);
  const scores = [...standing(events).keys()].filter((key) => key.includes('benchmark'));
  expect(scores).toEqual(['1 benchmark evaluation avg@2']);
  await session.close();
});

describe('bad input is refused with file and place', () => {
  const good = (name: string): string => readFileSync(join(importFixtures, name), 'utf8').split('\n')[0];
  const refusal = async (importer: Importer, name: string, content: string | Buffer): Promise<string> => {
    const folder = scratch();
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
    return importOf(importer, folder).then(
      ({ events }) => `told ${events.length}`,
      (error: unknown) => String(error),
    );
  };
  const episodes = 'rollouts/step_1/train/all/traces.jsonl';
  const episode = good('prime-rl/run/rollouts/step_1/train/all/traces.jsonl');
  const nodes = '"nodes":[{"semantic_parents":[]';
  const row = good('nemo-rl/exp_001/train_data_step1.jsonl');
  const result = good('verifiers/v0/sums--tiny/1f2e/results.jsonl');

  test.each<[string, Importer, string, string | Buffer, RegExp]>([
    ['no episodes', primeRl, episodes, `${episode}\n{"id": "e"}\n`, /traces\.jsonl, line 2: no list "traces"/],
    ['a trace that is none', primeRl, episodes, '{"traces": [3]}\n', /line 1: traces\[0\] is not an object/],
    [
      'a node before its parent',
      primeRl,
      episodes,
      `${episode.replace(nodes, '"nodes":[{"parent":7,"semantic_parents":[]')}\n`,
      /traces\[0\]\.nodes\[0\] is no node that comes after/,
    ],
    ['cut off', primeRl, episodes, `${episode.slice(0, 400)}\n${episode}\n`, /line 1: not JSON/],
    ['empty', primeRl, episodes, '', /^told 0$/],
    ['metrics', primeRl, 'metrics.jsonl', '{"loss/mean": 3}\n', /metrics\.jsonl, line 1: no metrics/],
    ['no rows', nemoRl, 'train_data_step1.jsonl', `${row}\n{"idx": 1}\n`, /train_data_step1\.jsonl, line 2: "content" is neither/],
    ['no rewards', nemoRl, 'train_data_step1.jsonl', '{"idx": 1, "content": ["x"]}\n', /line 1: no number "rewards"/],
    [
      'masks of another length',
      nemoRl,
      'train_data_step1.jsonl',
      `${row.replace('"token_loss_mask": [[0, ', '"token_loss_mask": [[')}\n`,
      /line 1: "token_ids" and "token_loss_mask" differ/,
    ],
    [
      'mixed encodings',
      nemoRl,
      'train_data_step1.jsonl',
      Buffer.from(`${row}\n{"content": "\u00e4"}\n`, 'latin1'),
      /line 2: bytes that are not/,
    ],
    ['no results', verifiers, 'results.jsonl', `${result}\n{"reward": 1}\n`, /results\.jsonl, line 2: no whole number "example_id"/],
    ['results without answers', verifiers, 'results.jsonl', '{"example_id": 1, "reward": 1}\n', /line 1: no "completion"/],
    ['an array', verifiers, 'results.jsonl', '[1, 2]\n', /line 1: not a JSON object/],
  ])('%s', async (_, importer, name, content, message) => expect(await refusal(importer, name, content)).toMatch(message));

  test('exports of another schema', async () => {
    const folder = scratch();
    cpSync(prime, folder, { recursive: true });
    writeFileSync(join(folder, 'token_exports/step_2/rank_0.jsonl'), '{"schema_version": 2}\n');
    await expect(importOf(primeRl, folder)).rejects.toThrow(/rank_0\.jsonl, line 1: schema_version 2; 1 is read/);
  });
});
