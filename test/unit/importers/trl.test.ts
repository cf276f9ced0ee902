import { cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import { trl } from '../../../src/importers/formats/trl/trl.js';
import { detectFormat } from '../../../src/importers/index.js';
import { expectGrowthTellsTheSame } from '../../builders/growing.js';
import { importFixtures, importOf, look, scratch, standing } from '../../builders/importing.js';
import { writeParquet } from '../../builders/parquetFile.js';
import { sharedTest } from '../../builders/sharedData.js';

const plain = join(importFixtures, 'trl/grpo');
const traps = join(importFixtures, 'trl/iterations-and-evaluation');
const file = (step: number): string => `completions/completions_${String(step).padStart(5, '0')}.parquet`;

describe('a GRPO run of TRL', () => {
  test('rows that an evaluation wrote over are marked, and rows trained on twice are told once', async () => {
    const { events, notes } = await importOf(trl, traps);
    const groups = events.filter((event) => event.type === 'group');
    expect([...new Set(groups.map(({ step }) => step))]).toEqual([1, 3, 4, 5, 6]);
    expect(groups.filter(({ info }) => info?.split === 'evaluation').map(({ step, group }) => [step, group])).toEqual([
      [4, 0],
      [4, 1],
      [6, 0],
      [6, 1],
    ]);
    const messages = new Map(notes.map(({ id, message }) => [id, message]));
    expect(messages.get('evaluation')).toContain('steps 4 and 6');
    expect(messages.get('repeated')).toContain('Step 2 ');
    // The run weighs has_digit by one half, which no file says.
    expect(messages.get('weights')).toContain('0.3750 as a sum and 0.1875');
  });

  test('the group size is taken from the arguments, inferred with a warning, or given', async () => {
    const sizes = async (root: string, groupSize?: number) => {
      const { events, notes } = await importOf(trl, root, groupSize === undefined ? {} : { groupSize });
      const counts = events.flatMap((event) => (event.type === 'group' ? [event.solutions.length] : []));
      return { counts: [...new Set(counts)], notes: notes.filter(({ setting }) => setting === 'groupSize').map(({ id }) => id) };
    };
    expect(await sizes(plain)).toEqual({ counts: [4], notes: [] });
    expect(await sizes(traps)).toEqual({ counts: [4], notes: ['groups'] });
    expect(await sizes(traps, 2)).toEqual({ counts: [2], notes: [] });
    expect(await sizes(traps, 3)).toEqual({ counts: [3, 2], notes: ['uneven'] });
  });

  test('prompts of a chat template and answers with reasoning are conversations, and what is guessed of them is said', async () => {
    const folder = scratch();
    mkdirSync(join(folder, 'completions'));
    writeParquet(join(folder, file(1)), 4, [
      { name: 'step', type: 'int64', value: () => 1 },
      { name: 'prompt', type: 'string', value: (row) => (row < 2 ? 'system\nBe brief.\nuser\n2+3=\nassistant\n' : '4+1=') },
      { name: 'completion', type: 'string', value: (row) => (row === 0 ? '<think>2 and 3</think>\n5' : '5') },
      { name: 'correct', type: 'double', value: () => 1 },
      { name: 'advantage', type: 'double', value: () => 0 },
    ]);
    const { events, notes } = await importOf(trl, folder, {});
    const [chat, plainText] = events.flatMap((event) => (event.type === 'group' ? [event] : []));
    expect(chat.question_turns?.map(({ role, start, end }) => [role, chat.question.slice(start, end)])).toEqual([
      ['system', 'Be brief.'],
      ['user', '2+3='],
    ]);
    expect(chat.solutions.map(({ turns }) => turns?.map(({ kind }) => kind))).toEqual([['reasoning', 'text'], undefined]);
    expect(plainText.question_turns).toBeUndefined();
    expect(notes.find(({ id }) => id === 'turns')?.message).toContain('in 1 prompt is read off lines');
  });

  test.each([undefined, 2])('groups that stand among each other are put together, with a word (group size %s)', async (groupSize) => {
    const folder = scratch();
    mkdirSync(join(folder, 'completions'));
    writeParquet(join(folder, file(1)), 6, [
      { name: 'step', type: 'int64', value: () => 1 },
      { name: 'prompt', type: 'string', value: (row) => `${row % 3}+1=` },
      { name: 'completion', type: 'string', value: (row) => `row ${row}` },
      { name: 'correct', type: 'double', value: (row) => row },
      { name: 'advantage', type: 'double', value: () => 0 },
    ]);
    const { events, notes } = await importOf(trl, folder, groupSize === undefined ? {} : { groupSize });
    const groups = events.flatMap((event) => (event.type === 'group' ? [event] : []));
    expect(groups.map(({ group, question, solutions }) => [group, question, solutions.map(({ text }) => text)])).toEqual(
      [0, 1, 2].map((group) => [group, `${group}+1=`, [`row ${group}`, `row ${group + 3}`]]),
    );
    expect(notes.find(({ id }) => id === 'gathered')?.message).toContain('The rows of step 1 do not stand in blocks');
    expect(notes.some(({ id }) => id === 'ungrouped')).toBe(false);
  });

  test('a row that one function could not score has the sum of the others', async () => {
    const { events } = await importOf(trl, plain);
    const [first] = events.filter((event) => event.type === 'group');
    expect(first.solutions[2]).toMatchObject({ text: '', rewards: { correct: 0, has_digit: 'NaN' }, reward: 0, advantage: 0 });
  });

  test('without metrics the groups are there all the same', async () => {
    const folder = scratch();
    cpSync(join(plain, 'completions'), join(folder, 'completions'), { recursive: true });
    const { events, notes } = await importOf(trl, folder);
    expect(events.map(({ type }) => type)).toEqual(new Array(6).fill('group'));
    expect(notes.map(({ id }) => id)).toEqual(['groups', 'no-metrics', 'weights']);
  });

  sharedTest('rollouts/trl-1.13-grpo', 'a published run has 3 steps of 2 groups of 4', async (path) => {
    const { events } = await importOf(trl, path);
    const groups = events.filter((event) => event.type === 'group');
    expect(groups.map(({ step, group, solutions }) => [step, group, solutions.length])).toEqual(
      [1, 2, 3].flatMap((step) => [0, 1].map((group) => [step, group, 4])),
    );
  });
});

test('it is detected by its columns', async () => {
  expect(await trl.detect(folderSource(plain))).toMatchObject({
    confidence: 0.95,
    why: expect.stringContaining('completions_00001.parquet') as string,
  });
  const folder = scratch();
  cpSync(join(plain, 'trainer_state.json'), join(folder, 'trainer_state.json'));
  expect((await trl.detect(folderSource(folder)))?.why).toBe(
    'trainer_state.json with the log of a GRPO or RLOO trainer; there are no completions',
  );
  // transformers writes both: no reason to ask.
  cpSync(join(plain, 'runs'), join(folder, 'runs'), { recursive: true });
  expect((await detectFormat(folderSource(folder))).chosen?.importer.id).toBe('trl');
  rmSync(join(folder, 'runs'), { recursive: true });
  writeFileSync(join(folder, 'trainer_state.json'), '{"log_history": []}');
  expect(await trl.detect(folderSource(folder))).toBeNull();
});

test('a state under another name is read beside other JSON, and of a supervised one no reward is invented', async () => {
  const folder = scratch();
  writeFileSync(join(folder, 'config.json'), '{"model_type": "tiny", "task": {"log_history": "none"}}');
  cpSync(join(importFixtures, 'trl/supervised/trainer_state.json'), join(folder, 'history_of_mine.json'));
  const { chosen } = await detectFormat(folderSource(folder));
  expect(chosen?.why).toBe('history_of_mine.json with the log of a transformers trainer, without rewards; there are no completions');
  const { events, notes, run } = await importOf(trl, folder);
  expect(run.method).toBeNull();
  expect(notes).toEqual([]);
  expect(events.flatMap((event) => (event.type === 'metrics' ? Object.keys(event.values) : []))).not.toContainEqual(
    expect.stringContaining('reward'),
  );
});

describe('following', () => {
  const isCompletions = (name: string): boolean => name.endsWith('.parquet');
  test.each([
    ['plain', plain],
    ['with traps', traps],
  ])('a growing run, %s, comes to the same as the whole', async (_, root) =>
    expectGrowthTellsTheSame(trl, root, scratch(), { order: isCompletions }),
  );

  test('an evaluation that becomes known later marks rows told before', async () => {
    const folder = scratch();
    cpSync(join(traps, 'completions'), join(folder, 'completions'), { recursive: true });
    const session = trl.open(folderSource(folder), {});
    const { events } = await look(session);
    cpSync(join(traps, 'trainer_state.json'), join(folder, 'trainer_state.json'));
    const later = await look(session);
    expect(standing([...events, ...later.events])).toEqual(standing((await importOf(trl, traps)).events));
    expect(later.notes.map(({ id }) => id)).toContain('evaluation');
  });

  test('a file with fewer groups than before takes back what was told', async () => {
    const folder = scratch();
    cpSync(plain, folder, { recursive: true });
    const session = trl.open(folderSource(folder), { groupSize: 4 });
    const { events } = await look(session);
    // Step 2 is written anew by a run that went on from step 1 with larger groups; nothing of step 3 is there yet.
    rmSync(join(folder, file(3)));
    cpSync(join(traps, file(1)), join(folder, file(1)));
    events.push(...(await look(session)).events);
    const stands = standing(events);
    expect(stands.get('1 group 1')).toMatchObject({ question: '0+0=' });
  });
});

describe('bad input is refused with file and place', () => {
  const broken = async (change: (folder: string) => void): Promise<string> => {
    const folder = scratch();
    cpSync(plain, folder, { recursive: true });
    change(folder);
    return importOf(trl, folder).then(
      () => 'nothing refused',
      (error: unknown) => String(error),
    );
  };

  test.each<[string, (folder: string) => void, RegExp]>([
    [
      'cut off',
      (f) => truncateSync(join(f, file(2)), 3000),
      /^ImportError: completions\/completions_00002\.parquet: not a complete Parquet/,
    ],
    ['empty', (f) => writeFileSync(join(f, file(2)), ''), /completions_00002\.parquet: not a complete Parquet/],
    ['text', (f) => writeFileSync(join(f, file(2)), '{"step": 2}\n'.repeat(20)), /completions_00002\.parquet: not a complete Parquet/],
    [
      'other columns',
      (f) => cpSync(detailsFile(), join(f, file(2))),
      /completions_00002\.parquet, column step: there is no such column. The file has doc, metric, model_response/,
    ],
    [
      'another step’s rows',
      (f) => cpSync(join(plain, file(1)), join(f, file(2))),
      /completions_00002\.parquet, row 0, column step: 1; the/,
    ],
    ['damaged state', (f) => truncateSync(join(f, 'trainer_state.json'), 1000), /trainer_state\.json: not JSON/],
    ['another state', (f) => writeFileSync(join(f, 'trainer_state.json'), '{"log_history": 3}'), /trainer_state\.json: it has no list/],
    [
      'an entry without a step',
      (f) => writeFileSync(join(f, 'trainer_state.json'), '{"log_history": [{"step": 1}, {"loss": 1}]}'),
      /trainer_state\.json, log_history\[1\]: not an object with/,
    ],
    [
      'mixed encodings',
      (f) => writeFileSync(join(f, 'trainer_state.json'), Buffer.from('{"log_history": [], "x": "ä"}', 'latin1')),
      /trainer_state\.json: not JSON \(not UTF-8\)/,
    ],
    [
      'damaged pages',
      (f) => {
        const bytes = readFileSync(join(f, file(2)));
        bytes.fill(0xff, 40, 120);
        writeFileSync(join(f, file(2)), bytes);
      },
      /completions_00002\.parquet, (?:row|column)/,
    ],
  ])('%s', async (_, change, message) => expect(await broken(change)).toMatch(message));

  test('one bad file does not keep the others from being told', async () => {
    const folder = scratch();
    cpSync(plain, folder, { recursive: true });
    truncateSync(join(folder, file(2)), 3000);
    const session = trl.open(folderSource(folder), {});
    const steps: number[] = [];
    const read = async (): Promise<void> => {
      for await (const messages of session.read(new AbortController().signal))
        if (messages.kind === 'event' && messages.event.type === 'group') steps.push(messages.event.step);
    };
    await expect(read()).rejects.toThrow('completions_00002.parquet');
    expect(steps).toEqual([1, 1, 3, 3]);
    cpSync(join(plain, file(2)), join(folder, file(2)));
    await read();
    expect(steps).toEqual([1, 1, 3, 3, 2, 2]);
  });
});

const detailsFile = (): string =>
  join(importFixtures, 'lighteval/run/details/listed/2026-11-24T02-07-28.358654/details_sums_0_2026-11-24T02-07-28.358654.parquet');
