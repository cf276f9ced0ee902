/** What a trainer printed: steps, numbers, and what only looks like them. */
import { appendFileSync, cpSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import { consoleLog } from '../../../src/importers/formats/console/console.js';
import { partsOfLine } from '../../../src/importers/formats/console/logLine.js';
import { detectFormat } from '../../../src/importers/index.js';
import type { EventBody } from '../../../src/protocol/events.js';
import { expectGrowthTellsTheSame } from '../../builders/growing.js';
import { importFixtures, importOf, look, scratch, standing } from '../../builders/importing.js';

const bar = (at: number, of: number): string => `\r ${Math.round((100 * at) / of)}%|###   | ${at}/${of} [00:01<00:09,  1.00s/it]`;
const entry = (reward: number): string => `{'loss': 0.0, 'reward': ${reward}, 'epoch': 0.01}\n`;
const logOf = (text: string): string => {
  const folder = scratch();
  writeFileSync(join(folder, 'train.log'), text);
  return folder;
};
const rewards = (events: readonly EventBody[]): [string, unknown][] =>
  [...standing(events)].filter(([key]) => key.endsWith('metric reward/mean'));
const stepsOf = (events: readonly EventBody[]): string[] => rewards(events).map(([key, value]) => `${key.split(' ')[0]}: ${String(value)}`);

test('of very many logs some are looked into, and how many there are is told', async () => {
  const folder = scratch();
  for (let i = 0; i < 31; i++) writeFileSync(join(folder, `log-${100 + i}.txt`), `${bar(1, 3)}${entry(0.5)}`);
  const notes = async (): Promise<string[]> => (await importOf(consoleLog, folder)).notes.map(({ message }) => message);
  expect((await notes()).find((message) => message.includes('Of 31 files'))).toContain('the first 30 by name were looked into');
  const one = await importOf(consoleLog, join(folder, 'log-130.txt'));
  expect(rewards(one.events)).toHaveLength(1);
  expect(one.notes.map(({ id }) => id)).not.toContain('passed-over');
});

describe('a line', () => {
  test('is what a trainer printed, in whatever colours and behind whatever name', () => {
    const told = (line: string): unknown => [...partsOfLine(line)];
    const verl = { kind: 'entry', trainer: 'verl', step: 3, of: 'step', last: false };
    const values = [
      ['actor/kl', 6e-10],
      ['val/a b/x@1', -0.5],
    ];
    expect(told('\u001B[36m(TaskRunner pid=4, ip=10.0.0.1)\u001B[0m step:3 - actor/kl:6e-10 - val/a b/x@1:-0.5')).toEqual([
      { ...verl, values },
    ]);
    expect(told('step:3 - actor/kl:np.float64(6e-10) - val/a b/x@1:-0.5 - none/x:None [repeated 3x across cluster]')).toEqual([
      { ...verl, values },
    ]);
    expect(told("INFO: {'loss': '0.5', \"it's\": nan, 'kl': -inf, 'on': True, 'x': np.float32(2.0), 'epoch': 1.5}\r")).toEqual([
      {
        ...{ kind: 'entry', trainer: 'trl', step: null, of: 'step', last: false },
        values: [
          ['loss', 0.5],
          ["it's", NaN],
          ['kl', -Infinity],
          ['x', 2],
          ['epoch', 1.5],
        ],
      },
    ]);
    expect(told(bar(3, 12).repeat(2))).toEqual(Array(2).fill({ kind: 'bar', at: 3, of: 12 }));
  });

  test.each([
    'Next step: count the boats.',
    'step:9 - boats:nine',
    'step:9 - there are 9',
    'step:9 - boats:9',
    'step:9 - a/b:9 and more',
    "{'boats': 9, 'epoch': 'dawn'}",
    "{'num_cpus': None}",
    "{'loss': 1, 'epoch': 1} is what it prints",
    'Map: 100%|####| 64/64 [00:00<00:00]',
    '{"a": [',
  ])('that only looks like one is none: %s', (line) => expect([...partsOfLine(line)]).toEqual([]));

  test('of any text is looked at without an error', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom('{', '}', "'a': ", "'", '\\', '1', 'nan', 'step:3 - ', 'a/b:', ' - ', '\r', '\u001B[3', '%|', '(', ')', ', '),
        ),
        (words) => {
          for (const part of partsOfLine(words.join(''))) expect(part.kind).toMatch(/bar|entry/);
        },
      ),
    ));
});

describe('steps of a log that does not say them', () => {
  test('are those of the progress bar, and an evaluation’s bar is none of them', async () => {
    const text = [10, 20].map((at) => `${bar(at, 40)}\r${entry(at / 100)}`).join('') + bar(3, 7) + `\r${bar(30, 40)}\r${entry(0.3)}`;
    const { events, notes, run } = await importOf(consoleLog, logOf(text));
    expect(stepsOf(events)).toEqual(['10: 0.1', '20: 0.2', '30: 0.3']);
    expect(run.totalSteps).toBe(40);
    expect(notes.filter(({ id }) => id.startsWith('console'))).toEqual([]);
  });

  test('are counted where no bar was drawn, with a note that says how many', async () => {
    const { events, notes } = await importOf(consoleLog, logOf(entry(0.1) + entry(0.2) + entry(0.3)));
    expect(stepsOf(events)).toEqual(['1: 0.1', '2: 0.2', '3: 0.3']);
    expect(notes.find(({ id }) => id === 'console:steps')).toMatchObject({
      level: 'warning',
      message: expect.stringContaining('3 of 3 entries of the log do not say their step, and there is no progress bar either') as string,
    });
  });

  test('are not those of a summary where each entry has a runtime, as transformers adds where it counts tokens', async () => {
    const counted = (reward: number): string =>
      entry(reward).replace('}', ", 'num_input_tokens_seen': 640, 'train_runtime': 9.5, 'train_tokens_per_second': 67.4}");
    const over = "{'train_runtime': 9.5, 'train_loss': 0.1, 'epoch': 1.0}\n";
    const text = [10, 20, 30].map((at) => `${bar(at, 40)}\r${counted(at / 100)}`).join('');
    const { events, run } = await importOf(consoleLog, logOf(`${text}${over}`));
    expect(stepsOf(events)).toEqual(['10: 0.1', '20: 0.2', '30: 0.3']);
    expect(run.totalSteps).toBe(40);
  });

  test('are put right when a bar drawn later shows how far apart they are', async () => {
    const folder = logOf(entry(0.1) + entry(0.2));
    const session = consoleLog.open(folderSource(folder), {});
    const { events } = await look(session);
    appendFileSync(join(folder, 'train.log'), `${bar(30, 40)}\r${entry(0.3)}${entry(0.4)}`);
    events.push(...(await look(session)).events);
    expect(stepsOf(events)).toEqual(['10: 0.1', '20: 0.2', '30: 0.3', '40: 0.4']);
  });

  test('begin again with a second training in the same log: the first one’s later steps are taken back, and that is said', async () => {
    const steps = (n: number, reward: number): string => Array.from({ length: n }, (_, i) => `${bar(i + 1, 5)}\r${entry(reward)}`).join('');
    const over = "{'train_runtime': 9.5, 'train_loss': 0.1, 'epoch': 1.0}\n";
    const { events, notes } = await importOf(consoleLog, logOf(`${steps(5, 0.1)}${over}${bar(0, 5)}${steps(2, 0.9)}`));
    expect(stepsOf(events)).toEqual(['1: 0.9', '2: 0.9']);
    expect(notes.find(({ id }) => id === 'console:restarts')).toMatchObject({
      level: 'warning',
      message: 'The training begins again once in this log, at step 1: what had been logged of that step and later ones is left out.',
    });
  });
});

test.each(['trl', 'verl'])('a log of %s that grows comes to the same as the whole', (name) =>
  expectGrowthTellsTheSame(consoleLog, join(importFixtures, 'console', name), scratch()),
);

test('an entry whose end is missing is said to be left out, and half a progress bar is not', async () => {
  const old = new Date(Date.now() - 3_600_000);
  for (const [end, torn] of [
    ["{'loss': 0.1, 'rew", true],
    ['\r 20%|## | 2/12 [00:0', false],
    [entry(0.5).trimEnd(), false],
  ] as const) {
    const folder = logOf(entry(0.1) + end);
    utimesSync(join(folder, 'train.log'), old, old);
    const { notes, events } = await importOf(consoleLog, folder);
    expect(notes.some(({ id }) => id === 'torn')).toBe(torn);
    expect(rewards(events)).toHaveLength(end.endsWith('}') ? 2 : 1);
  }
});

test('a log that is written anew is told anew', async () => {
  const folder = logOf(entry(0.1) + entry(0.2));
  const session = consoleLog.open(folderSource(folder), {});
  const { events } = await look(session);
  writeFileSync(join(folder, 'train.log'), entry(0.7));
  events.push(...(await look(session)).events);
  expect(stepsOf(events)).toEqual(['1: 0.7']);
});

test('a log is found behind much that is none, and stands back behind what the trainer wrote for others to read', async () => {
  const folder = logOf(`${'loading the policy, which takes its time\n'.repeat(20_000)}${entry(0.1)}`);
  mkdirSync(join(folder, 'notes'));
  writeFileSync(join(folder, 'notes/todo.txt'), 'step: by step\n');
  expect((await detectFormat(folderSource(folder))).chosen).toMatchObject({
    importer: consoleLog,
    why: expect.stringContaining('train.log') as string,
  });
  cpSync(join(importFixtures, 'tensorboard/trl-rloo'), folder, { recursive: true });
  expect((await detectFormat(folderSource(folder))).chosen?.importer.id).toBe('tensorboard');
});
