import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { art } from '../../../src/importers/formats/art/art.js';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import type { ImportItem } from '../../../src/importers/importer.js';
import { Ledger } from '../../../src/importers/following/ledger.js';
import { importFixtures, importOf, look, news, scratch, standing } from '../../builders/importing.js';
import { writeParquet } from '../../builders/parquetFile.js';

const current = join(importFixtures, 'art/v2');
const older = join(importFixtures, 'art/older');
const model = '.art/sums/models/tiny';
const question = 'system: Answer with a number.\n\nuser: 3*7?';

test('version 2: groups by group_index, validation as a benchmark, curves of history.jsonl', async () => {
  const { events, notes, run } = await importOf(art, current);
  const stands = standing(events);
  expect([...stands.keys()].filter((key) => key.includes('group '))).toEqual(['1 group 0', '1 group 1', '2 group 0', '2 group 1']);
  expect(stands.get('2 group 0')).toMatchObject({
    question,
    gold: null,
    solutions: [
      { text: '21', reward: 1, correct: true, rewards: {}, advantage: null, finish: 'other' },
      { text: '23 größer ✓', reward: 0, correct: false },
    ],
  });
  expect(stands.get('2 benchmark val sampled')).toMatchObject({ value: 0.75, n: 4 });
  expect(stands.get('1 metric reward/mean')).toBe(0.625);
  expect(stands.get('1 metric reward/std')).toBe(0.375);
  expect(stands.get('2 metric val/reward')).toBe(0.625);
  expect(run.name).toBe('tiny');
  expect(notes.map(({ id }) => id)).toEqual(['metric:reward/mean', 'metric:reward/std']);
});

test('the older parquet, JSONL and YAML tell the same kind of groups', async () => {
  const { events } = await importOf(art, older);
  const stands = standing(events);
  expect([1, 2, 3].map((step) => stands.get(`${step} group 0`))).toMatchObject(
    ['22', '23', '24'].map((n) => ({
      question,
      solutions: [
        { text: '21', reward: 1, correct: true },
        { text: `${n} größer ✓`, reward: 0, correct: false },
      ],
    })),
  );
  expect([1, 2, 3].map((step) => stands.get(`${step} group 1`))).toMatchObject(
    Array(3).fill({ solutions: [{ reward: 1 }, { reward: 0.5 }] }),
  );
});

test('it is detected by what the files hold', async () => {
  expect(await art.detect(folderSource(current))).toMatchObject({
    confidence: 0.9,
    why: `${model}/trajectories/train/0001.parquet with groups of ART’s trajectories`,
  });
  expect(await art.detect(folderSource(older))).toMatchObject({ confidence: 0.9 });
  const folder = scratch();
  mkdirSync(join(folder, 'train'));
  writeFileSync(join(folder, 'train/0001.jsonl'), '{"input":"a","output":"b"}\n');
  writeFileSync(join(folder, 'train/0001.yaml'), 'a: 1\n');
  writeFileSync(join(folder, 'train/0001.parquet'), 'PAR1');
  expect(await art.detect(folderSource(folder))).toBeNull();
});

test('a growing folder tells each step once, and a rewritten one again', async () => {
  const folder = scratch();
  const session = art.open(folderSource(folder), {});
  const ledger = new Ledger();
  const put = (name: string, from = name): void => {
    mkdirSync(dirname(join(folder, model, name)), { recursive: true });
    cpSync(join(current, model, from), join(folder, model, name));
  };
  const events = [...(await news(session, ledger))];
  for (const name of [
    'trajectories/train/0001.parquet',
    'trajectories/train/0002.parquet',
    'trajectories/val/0002.parquet',
    'history.jsonl',
  ]) {
    put(name);
    events.push(...(await news(session, ledger)));
    expect(await news(session, ledger)).toEqual([]);
  }
  expect(standing(events)).toEqual(standing((await importOf(art, current)).events));
  put('trajectories/train/0001.parquet', 'trajectories/train/0002.parquet');
  expect(await news(session, ledger)).toMatchObject([{ type: 'group', step: 1, group: 0 }]);
});

test('a step rewritten with fewer groups takes itself and later steps back, and tells what holds', async () => {
  const folder = scratch();
  cpSync(older, folder, { recursive: true });
  const session = art.open(folderSource(folder), {});
  const ledger = new Ledger();
  const events = [...(await news(session, ledger))];
  const path = join(folder, train, '0002.jsonl');
  writeFileSync(path, `${readFileSync(path, 'utf8').split('\n')[0]}\n`);
  const again = await news(session, ledger);
  expect(again).toMatchObject([
    { type: 'resume', from_step: 1 },
    { type: 'group', step: 2, group: 0 },
    { type: 'group', step: 3, group: 0 },
    { type: 'group', step: 3, group: 1 },
  ]);
  expect(standing([...events, ...again])).toEqual(standing((await importOf(art, folder)).events));
  expect(await news(session, ledger)).toEqual([]);
});

test('groups whose rows stand among each other are told whole', async () => {
  const folder = scratch();
  const path = join(folder, 'trajectories/train/0001.parquet');
  mkdirSync(dirname(path), { recursive: true });
  const order = [2, 0, 2, 1, 0, 1, 1];
  writeParquet(path, order.length, [
    { name: 'group_index', type: 'int64', value: (row) => order[row] },
    { name: 'reward', type: 'double', value: (row) => row },
    { name: 'metrics', type: 'string', value: () => '{}' },
    { name: 'messages', type: 'string', value: () => '' },
  ]);
  const { events } = await importOf(art, folder);
  expect(events.map((event) => event.type === 'group' && [event.group, event.solutions.map(({ reward }) => reward)])).toEqual([
    [0, [0, 2]],
    [1, [1, 4]],
    [2, [3, 5, 6]],
  ]);
});

test('groups are told as the file is read, not when all of it has been', async () => {
  const folder = scratch();
  const path = join(folder, 'trajectories/train/0001.jsonl');
  mkdirSync(dirname(path), { recursive: true });
  const line = '{"trajectories":[{"reward":1,"messages_and_choices":[]}]}\n';
  writeFileSync(path, `${line.repeat(30)}{"trajectories":[{}]}\n`);
  const ledger: ImportItem[] = [];
  const reading = async (): Promise<void> => {
    for await (const item of art.open(folderSource(folder), {}).read(new AbortController().signal)) ledger.push(item);
  };
  await expect(reading()).rejects.toThrow('0001.jsonl, line 31: a trajectory without a number');
  expect(ledger.filter((item) => item.kind === 'event')).toHaveLength(30);
  expect(ledger).toContainEqual({ kind: 'progress', bytes: 30 * line.length, of: statSync(path).size });
});

test('a split that was shown alone becomes a benchmark when training appears', async () => {
  const folder = scratch();
  const session = art.open(folderSource(folder), {});
  cpSync(join(current, model, 'trajectories/val'), join(folder, 'trajectories/val'), { recursive: true });
  const events = [...(await look(session)).events];
  expect(standing(events).has('2 group 0')).toBe(true);
  cpSync(join(current, model, 'trajectories/train/0001.parquet'), join(folder, 'trajectories/train/0001.parquet'));
  events.push(...(await look(session)).events);
  expect([...standing(events).keys()]).toEqual(['1 group 0', '1 group 1', '2 benchmark val sampled']);
  expect((await look(session)).events).toEqual([]);
});

const train = join(model, 'trajectories/train');
const flawed: [string, string | Buffer, RegExp][] = [
  ['0001.yaml', '- trajectories: [', /0001\.yaml: not YAML/],
  ['0001.yaml', 'a: 1', /0001\.yaml: no trajectories of ART/],
  [
    '0001.yaml',
    `a: &a [1]\n${Array.from(
      { length: 12 },
      (_, i) =>
        `b${i}: &b${i} [${Array(12)
          .fill(i === 0 ? '*a' : `*b${i - 1}`)
          .join()}]`,
    ).join('\n')}\n`,
    /0001\.yaml: not YAML/,
  ],
  ['0002.jsonl', '{"trajectories":[{"reward":"high"}]}\n', /0002\.jsonl, line 1: a trajectory without a number/],
  ['0002.jsonl', '{"trajectories":[]}\n{"a"\n', /0002\.jsonl, line 2: not JSON/],
  ['0002.jsonl', Buffer.from('\ufeff{"trajectories":[]}\n', 'utf16le'), /0002\.jsonl, byte 0: the text is UTF-16/],
  ['0003.parquet', 'PAR1', /0003\.parquet: not a complete Parquet file/],
];
test.each(flawed)('%s holding %j is refused with file and place', async (name, content, message) => {
  const folder = scratch();
  cpSync(older, folder, { recursive: true });
  writeFileSync(join(folder, train, name), content);
  await expect(importOf(art, folder)).rejects.toThrow(message);
});

test('a cut parquet tells nothing of its step; an empty JSONL waits', async () => {
  const folder = scratch();
  cpSync(older, folder, { recursive: true });
  const path = join(folder, train, '0003.parquet');
  writeFileSync(path, readFileSync(path).subarray(0, 2000));
  await expect(importOf(art, folder)).rejects.toThrow('0003.parquet');
  rmSync(path);
  writeFileSync(join(folder, train, '0002.jsonl'), '');
  const { events } = await importOf(art, folder);
  expect(new Set(events.map((event) => ('step' in event ? event.step : null)))).toEqual(new Set([1]));
});
