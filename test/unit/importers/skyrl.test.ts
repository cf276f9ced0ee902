/** SkyRL's evaluations, which need no Python; its training dumps are tested with the other pickles. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import { skyrl } from '../../../src/importers/formats/skyrl/skyrl.js';
import type { EventBody } from '../../../src/protocol/events.js';
import { expectGrowthTellsTheSame } from '../../builders/growing.js';
import { importFixtures, importOf, look, scratch, standing } from '../../builders/importing.js';

const exports = join(importFixtures, 'skyrl/exports');
const evaluations = join(exports, 'dumped_evals');
const answers = 'global_step_5_evals/openai_gsm8k.jsonl';
const groupsOf = (events: readonly EventBody[]) => events.filter((event) => event.type === 'group');
const answer = (prompt: string, output: string): string =>
  `${JSON.stringify({ input_prompt: prompt, output_response: output, score: 1 })}\n`;

test('equal prompts are groups; bad lines say where', async () => {
  const folder = scratch();
  cpSync(evaluations, folder, { recursive: true });
  const { events } = await importOf(skyrl, folder);
  expect(groupsOf(events)).toMatchObject([
    { step: 5, group: 0, question: '3*7?', gold: '21', solutions: [{ text: '\\boxed{21}', reward: 1, finish: 'stop' }, { reward: 0 }] },
    { step: 5, group: 1, question: '5+8?', gold: null, solutions: [{ text: 'größer', reward: 0, finish: 'length' }] },
  ]);
  const file = join(folder, answers);
  writeFileSync(file, `${answer('a', 'b')}{"input_prompt":"a"}\n`);
  await expect(importOf(skyrl, folder)).rejects.toThrow('openai_gsm8k.jsonl, line 2: it lacks a text');
  writeFileSync(file, Buffer.concat([Buffer.from('{"input_prompt":"a'), Buffer.from([0xff, 0xfe]), Buffer.from('"}\n')]));
  await expect(importOf(skyrl, folder)).rejects.toThrow('openai_gsm8k.jsonl, line 1: bytes that are not UTF-8');
});

test('in whatever pieces they are written, they come to the same', () => expectGrowthTellsTheSame(skyrl, evaluations, scratch()));

test('data of one evaluation are numbered one behind the other, also as the first ones grow', async () => {
  const folder = scratch();
  const evals = join(folder, 'global_step_2_evals');
  mkdirSync(evals);
  writeFileSync(join(evals, 'a.jsonl'), answer('a0', 'x'));
  writeFileSync(join(evals, 'b.jsonl'), answer('b0', 'x') + answer('b1', 'x'));
  const session = skyrl.open(folderSource(folder), {});
  const events = [...(await look(session)).events];
  writeFileSync(join(evals, 'a.jsonl'), answer('a0', 'x') + answer('a1', 'x') + answer('a0', 'y'));
  events.push(...(await look(session)).events);
  const stands = [0, 1, 2, 3].map((group) => standing(events).get(`2 group ${group}`));
  expect(stands).toMatchObject([
    { question: 'a0', solutions: [{ text: 'x' }, { text: 'y' }] },
    { question: 'a1' },
    { question: 'b0' },
    { question: 'b1' },
  ]);
});

test('a repeated evaluation with fewer questions takes the others back', async () => {
  const folder = scratch();
  cpSync(evaluations, folder, { recursive: true });
  const session = skyrl.open(folderSource(folder), {});
  const events = [...(await look(session)).events];
  rmSync(join(folder, answers));
  writeFileSync(join(folder, answers), answer('3*7?', 'anew'));
  events.push(...(await look(session)).events);
  expect([...standing(events).keys()].filter((key) => key.includes('group'))).toEqual(['5 group 0']);
  expect(standing(events).get('5 metric eval/all/avg_score')).toBeCloseTo(1 / 3, 12);
});

test('groups are told as the file is read, not when all of it has been', async () => {
  const folder = scratch();
  mkdirSync(join(folder, 'global_step_1_evals'));
  const rows = Array.from({ length: 1500 }, (_, i) => answer(`q${i >> 1}`, 'x'.repeat(1000)));
  writeFileSync(join(folder, 'global_step_1_evals/a.jsonl'), `${rows.join('')}{"input_prompt":"q"}\n`);
  let groups = 0;
  let failure: unknown;
  try {
    for await (const item of skyrl.open(folderSource(folder), {}).read(new AbortController().signal))
      if (item.kind === 'event' && item.event.type === 'group') groups++;
  } catch (error) {
    failure = error;
  }
  expect(String(failure)).toContain('a.jsonl, line 1501: it lacks');
  expect(groups).toBeGreaterThan(200);
});
