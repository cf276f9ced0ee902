import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NotACopy, offsets, type Piece, takeOver } from '../../../../../src/launch/targets/ssh/mirrorFiles.js';
import { aRun } from '../../../../builders/aRun.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grpo-lab-mirror-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const piece = (name: string, offset: number, text: string, size = offset + text.length): Piece => ({
  ...{ kind: 'piece', name, offset, size },
  bytes: Buffer.from(text),
});
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

test('segments and logs grow from where they are; a log that began anew begins anew', async () => {
  await takeOver(folder, piece('events/000001.ndjson', 0, 'one\n'));
  await takeOver(folder, piece('events/000001.ndjson', 4, 'two\n'));
  await takeOver(folder, piece('stdout.log', 0, 'long words'));
  expect(offsets(folder)).toEqual(['events/000001.ndjson', '8', 'stdout.log', '10']);
  await takeOver(folder, piece('stdout.log', 0, 'anew'));
  expect([read('events/000001.ndjson'), read('stdout.log')]).toEqual(['one\ntwo\n', 'anew']);
});

test('what is no continuation of a segment here is not written into it', async () => {
  await takeOver(folder, piece('events/000001.ndjson', 0, 'one\n'));
  await expect(takeOver(folder, piece('events/000001.ndjson', 0, 'other\n'))).rejects.toThrow(NotACopy);
  await expect(takeOver(folder, piece('events/000001.ndjson', 9, 'gap\n'))).rejects.toThrow(NotACopy);
  expect(read('events/000001.ndjson')).toBe('one\n');
});

test('no name leads out of the run directory, or to a file that is kept here', async () => {
  for (const name of ['../x', 'events/../../x', '/etc/x', 'process.json', 'events/x.ndjson', 'media/..', 'media/../x', '.lock'])
    await expect(takeOver(folder, piece(name, 0, 'x'))).rejects.toThrow(NotACopy);
});

test('a compressed segment takes the place of the other when it is whole, wherever the connection broke', async () => {
  await takeOver(folder, piece('events/000001.ndjson', 0, 'one\n'));
  await takeOver(folder, piece('events/000001.ndjson.zst', 0, 'comp', 10));
  expect(offsets(folder)).toEqual(['events/000001.ndjson', '4', 'events/000001.ndjson.zst', '4']);
  await takeOver(folder, piece('events/000001.ndjson.zst', 4, 'ressed', 10));
  expect(read('events/000001.ndjson.zst')).toBe('compressed');
  expect(existsSync(join(folder, 'events/000001.ndjson'))).toBe(false);
});

test('of run.json only what capture has found is taken: the name is given here', async () => {
  const run = aRun('loop-1').withSteps(1).write(folder);
  const file = join(run.directory, 'run.json');
  const here = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify({ ...here, name: 'renamed' }));
  const there = { ...here, name: 'theirs', host: 'evil', sampling: { temperature: 0.7 }, versions: { trl: '1.16.0' } };
  await takeOver(run.directory, piece('run.json', 0, JSON.stringify(there)));
  const after = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  expect(after).toMatchObject({ name: 'renamed', host: here.host, sampling: { temperature: 0.7 }, versions: { trl: '1.16.0' } });
  await takeOver(run.directory, piece('run.json', 0, JSON.stringify({ ...there, id: 'another', versions: { trl: '2' } })));
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(after);
});
