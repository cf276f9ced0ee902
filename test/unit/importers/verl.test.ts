import { appendFileSync, cpSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import { verl } from '../../../src/importers/formats/verl/verl.js';
import { expectGrowthTellsTheSame } from '../../builders/growing.js';
import { importFixtures, importOf, look, scratch, standing } from '../../builders/importing.js';

const v0 = join(importFixtures, 'verl/v0');
const v1 = join(importFixtures, 'verl/v1');

test('groups are those of one sample id, or of one input and ground truth where there is none', async () => {
  const sizes = async (root: string) =>
    (await importOf(verl, root)).events.flatMap((e) => (e.type === 'group' ? [`${e.step}/${e.group}: ${e.solutions.length}`] : []));
  expect(await sizes(v1)).toEqual(['0/0: 1', '0/1: 1', '1/0: 3', '1/1: 3', '2/0: 3', '2/1: 3', '2/2: 1', '2/3: 1']);
  // Rows of the two questions alternate.
  expect(await sizes(v0)).toEqual(['7/0: 2', '7/1: 2']);
  expect((await importOf(verl, v0)).notes.find(({ id }) => id === 'groups')).toMatchObject({ level: 'warning' });
});

test('a uid without the numbers of a sample is none: such rows are grouped by their texts', async () => {
  const folder = scratch();
  const row = (uid: string, input: string): string => `${JSON.stringify({ input, output: 'o', gts: '1', score: 0, step: 3, uid })}\n`;
  writeFileSync(join(folder, '3.jsonl'), ['x_1', '_2', '3', 'a_b_0_0', 'a_b_1_0'].map((uid, i) => row(uid, `${i % 3}?`)).join(''));
  const { events, notes } = await importOf(verl, folder);
  expect(events.flatMap((e) => (e.type === 'group' ? [e.solutions.length] : []))).toEqual([1, 1, 1, 2]);
  expect(notes.map(({ id }) => id)).toContain('groups');
});

test('it is detected by its rows, or by the file logger', async () => {
  expect(await verl.detect(folderSource(v1))).toMatchObject({ confidence: 0.95 });
  expect(await verl.detect(folderSource(join(v1, 'sums')))).toMatchObject({ confidence: 0.7 });
  expect(await verl.detect(folderSource(join(importFixtures, 'nemo-rl')))).toBeNull();
});

describe('following', () => {
  test.each([
    ['v0', v0],
    ['v1', v1],
  ])('%s, in any pieces and any order of files, comes to the same as the whole', async (_, root) =>
    expectGrowthTellsTheSame(verl, root, scratch(), { runs: 25 }),
  );

  test('a file logger that begins anew after a restart takes back later steps only', async () => {
    const folder = scratch();
    const log = join(folder, 'run.jsonl');
    const line = (step: number, score: number): string => `${JSON.stringify({ step, data: { 'critic/score/mean': score } })}\n`;
    writeFileSync(log, line(1, 0.1) + line(2, 0.2) + line(3, 0.3));
    const session = verl.open(folderSource(folder), {});
    const { events } = await look(session);
    writeFileSync(log, line(3, 0.5));
    const again = await look(session);
    expect(again.events[0]).toEqual({ type: 'resume', from_step: 2, checkpoint: null });
    events.push(...again.events);
    appendFileSync(log, line(4, 0.6));
    events.push(...(await look(session)).events);
    expect([...standing(events)]).toEqual([
      ['1 metric reward/raw', 0.1],
      ['2 metric reward/raw', 0.2],
      ['3 metric reward/raw', 0.5],
      ['4 metric reward/raw', 0.6],
    ]);
  });

  test('a step sampled anew with fewer questions leaves none of the former ones', async () => {
    const folder = scratch();
    cpSync(v1, folder, { recursive: true });
    const session = verl.open(folderSource(folder), {});
    const { events } = await look(session);
    const rows = readFileSync(join(folder, 'rollouts/1.jsonl'), 'utf8').split('\n').slice(0, 2);
    writeFileSync(join(folder, 'rollouts/1.jsonl'), rows.map((row) => `${row}\n`).join(''));
    events.push(...(await look(session)).events);
    const stands = standing(events);
    expect(stands).toEqual(standing((await importOf(verl, folder)).events));
    expect([...stands.keys()].filter((key) => key.startsWith('1 group'))).toEqual(['1 group 0']);
  });
});

describe('bad input is refused with file and place', () => {
  const good = readFileSync(join(v1, 'rollouts/1.jsonl'), 'utf8');
  const lines = good.trim().split('\n');
  const refusal = async (content: string | Buffer, name = 'rollouts/1.jsonl'): Promise<string> => {
    const folder = scratch();
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
    return importOf(verl, folder).then(
      ({ events }) => `told ${events.length}`,
      (error: unknown) => String(error),
    );
  };

  test.each<[string, string | Buffer, RegExp]>([
    ['empty', '', /^told 0$/],
    ['a torn last line waits', good.slice(0, -30), /^told 2$/],
    ['cut off inside', `${lines[0].slice(0, 50)}\n${lines[1]}\n`, /^ImportError: rollouts\/1\.jsonl, line 1: not JSON/],
    ['no object', `${lines[0]}\n[1]\n`, /line 2: not a JSON object/],
    ['no text', `${lines[0]}\n{"input": 3, "output": "x", "step": 1}\n`, /line 2: "input" and "output" must be texts/],
    ['a step of another file', `${lines[0]}\n${lines[1].replace('"step": 1', '"step": 9')}\n`, /line 2: step 9; the file's name says 1/],
    ['a negative step', `${lines[0]}\n${lines[1].replace('"step": 1', '"step": -1')}\n`, /line 2: "step" must be a whole number/],
    [
      'mixed encodings',
      Buffer.concat([Buffer.from(`${lines[0]}\n`), Buffer.from('{"input": "ä"}\n', 'latin1')]),
      /line 2: bytes that are not UTF-8/,
    ],
    ['UTF-16', Buffer.from(good, 'utf16le'), /byte 0: the text is UTF-16/],
    ['binary', Buffer.concat([Buffer.alloc(3000, 0x81), Buffer.from('\n')]), /rollouts\/1\.jsonl, line 1: bytes that are not UTF-8/],
  ])('%s', async (_, content, message) => expect(await refusal(content)).toMatch(message));

  test('a line without its end, in a file that nobody writes any more, is mentioned', async () => {
    const folder = scratch();
    writeFileSync(join(folder, '1.jsonl'), good.slice(0, -30));
    const ids = async () => (await importOf(verl, folder)).notes.map(({ id, message }) => `${id}: ${message}`);
    expect(await ids()).toEqual([]);
    utimesSync(join(folder, '1.jsonl'), 1e9, 1e9);
    expect(await ids()).toEqual(['torn: Cut off inside their last line, which is left out: 1.jsonl, line 6.']);
  });

  test('a line of 65 MiB', async () => {
    const huge = Buffer.alloc(65 * 1024 * 1024, 0x61);
    expect(await refusal(Buffer.concat([Buffer.from(`${lines[0]}\n`), huge]))).toMatch(/line 2: longer than 64 MiB/);
  });

  test('metrics without numbers', async () => {
    const good = '{"step": 1, "data": {"actor/lr": 1}}\n';
    expect(await refusal(`${good}{"step": "two"}\n`, 'run.jsonl')).toMatch(/run\.jsonl, line 2: no metrics/);
  });
});
