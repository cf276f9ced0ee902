import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pickleItems } from '../../../src/importers/files/pickle.js';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import { ImportError } from '../../../src/importers/importer.js';
import { skyrl } from '../../../src/importers/formats/skyrl/skyrl.js';
import { slime } from '../../../src/importers/formats/slime/slime.js';
import { decodeArray } from '../../../src/protocol/arrays.js';
import type { EventBody } from '../../../src/protocol/events.js';
import { importFixtures, importOf, look, scratch, standing } from '../../builders/importing.js';
import { needs } from '../../builders/needs.js';
import { noPython, python } from '../../builders/python.js';

const details = join(importFixtures, 'slime/details');
const exports = join(importFixtures, 'skyrl/exports');
const groupsOf = (events: readonly EventBody[]) => events.filter((event) => event.type === 'group');
const f32 = (array: unknown): number[] => Array.from(decodeArray(array as { f32: string }));
const u32 = (array: unknown): number[] => Array.from(decodeArray(array as { u32: string }));

test('without Python the message says what to do', async () => {
  await expect(importOf(slime, details, { python: '/nowhere/python3' })).rejects.toThrow(
    'train_data/0.pt: a pickle needs Python to be read, and there is none (tried /nowhere/python3). Install Python 3.8 or newer',
  );
});

test('dumps are detected without Python, by their first bytes', async () => {
  expect(await slime.detect(folderSource(details))).toMatchObject({
    confidence: 0.9,
    why: expect.stringContaining('rollout_data/0.pt') as string,
  });
  expect(await skyrl.detect(folderSource(exports))).toMatchObject({ confidence: 0.95 });
  expect(await skyrl.detect(folderSource(join(exports, 'dumped_evals')))).toMatchObject({ confidence: 0.9 });
  expect(await slime.detect(folderSource(exports))).toBeNull();
  expect(await skyrl.detect(folderSource(details))).toBeNull();
});

describe('with Python', () => {
  // Pickles are read without running them: that has to be proved.
  needs(python, noPython, { always: true });

  test('slime: groups by group_index, rewards, and what training made of them', async () => {
    const { events, notes } = await importOf(slime, details);
    expect(
      groupsOf(events).map(({ step, group, question, gold, solutions }) => [
        step,
        group,
        question,
        gold,
        solutions.map((s) => [s.text, s.reward]),
      ]),
    ).toEqual([
      [
        0,
        0,
        '3*7?',
        '21',
        [
          ['21', 1],
          ['22 ✓', 0],
        ],
      ],
      [
        0,
        1,
        '5+8?',
        '13',
        [
          ['13', 1],
          ['größer', 0],
        ],
      ],
      [
        1,
        0,
        '3*7?',
        '21',
        [
          ['21', 1],
          ['22 ✓', 0],
        ],
      ],
      [
        1,
        1,
        '5+8?',
        '13',
        [
          ['13', 1],
          ['größer', 0],
        ],
      ],
    ]);
    const stands = standing(events);
    expect(stands.get('1 group 1')).toMatchObject({
      solutions: [
        { rewards: { accuracy: 1, format: 1 }, reward: 1, advantage: 1, finish: 'stop', tokens: 2, correct: null },
        { rewards: { accuracy: 0, format: 1 }, reward: 0, advantage: -1, finish: 'length', tokens: 8 },
      ],
    });
    const trace = stands.get('0 trace 0/1') as Record<string, unknown>;
    expect(u32(trace.ids)).toEqual([...Buffer.from('22 ✓')]);
    expect(u32(trace.ends)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(f32(trace.logp_ref)).toEqual(Array(6).fill(-0.5));
    expect(f32(trace.logp_sampler)[2]).toBeCloseTo(-0.3, 6);
    // k3 of log π = −0.25 and log π_ref = −0.5: e^(−0.25) + 0.25 − 1.
    expect(f32(trace.kl)[0]).toBeCloseTo(0.0288008, 6);
    expect(trace.advantage).toBeUndefined();
    expect(notes.map(({ id }) => id)).toEqual(['slime:spans']);
  });

  test('slime: a training dump that comes later tells its step again, and nothing twice', async () => {
    const folder = scratch();
    cpSync(join(details, 'rollout_data'), join(folder, 'rollout_data'), { recursive: true });
    const session = slime.open(folderSource(folder), {});
    const first = await look(session);
    expect(groupsOf(first.events)[2]).toMatchObject({
      solutions: [{ reward: 'NaN', advantage: null, rewards: { accuracy: 1, format: 1 } }, {}],
    });
    expect((await look(session)).events).toEqual([]);
    mkdirSync(join(folder, 'train_data'));
    cpSync(join(details, 'train_data/1.pt'), join(folder, 'train_data/1.pt'));
    const second = await look(session);
    expect(new Set(second.events.map((event) => ('step' in event ? event.step : null)))).toEqual(new Set([1]));
    cpSync(join(details, 'train_data/0.pt'), join(folder, 'train_data/0.pt'));
    const third = await look(session);
    const whole = standing((await importOf(slime, details)).events);
    expect(standing([...first.events, ...second.events, ...third.events])).toEqual(whole);
  });

  test('SkyRL: a training batch is groups of token ids, with a note that says what is not there', async () => {
    const { events, notes } = await importOf(skyrl, exports);
    const groups = groupsOf(events).filter(({ step }) => step === 1);
    expect(groups.map(({ step, group, solutions }) => [step, group, solutions.map((s) => s.tokens)])).toEqual([
      [1, 0, [2, 1]],
      [1, 1, [3, 1]],
    ]);
    expect(groups[0]).toMatchObject({
      question: '',
      info: { prompt_tokens: 2 },
      solutions: [{ text: '', reward: 'NaN' }, { advantage: -0.699999988079071 }],
    });
    const trace = standing(events).get('1 trace 1/0') as Record<string, unknown>;
    expect(u32(trace.ids)).toEqual([7, 8, 9]);
    expect(f32(trace.logp_ref)).toEqual([-0.75, -0.75, -0.75]);
    expect(standing(events).get('5 metric eval/all/avg_score')).toBeCloseTo(1 / 3, 12);
    expect(notes.map(({ id }) => id)).toEqual(['skyrl:tokens']);
  });

  test('SkyRL: questions of an evaluation stand behind the training groups of their step, whichever is written first', async () => {
    const folder = scratch();
    const training = 'dumped_data/global_step_1_training_input.pkl';
    const evaluations = 'dumped_evals/global_step_1_evals';
    const session = skyrl.open(folderSource(folder), {});
    cpSync(join(exports, 'dumped_evals/global_step_5_evals'), join(folder, evaluations), { recursive: true });
    const first = await look(session);
    expect(groupsOf(first.events).map(({ group, info }) => [group, info?.split])).toEqual([
      [0, 'evaluation'],
      [1, 'evaluation'],
    ]);
    cpSync(join(exports, training), join(folder, training));
    const second = await look(session);
    const stands = standing([...first.events, ...second.events]);
    expect([0, 1, 2, 3].map((group) => stands.get(`1 group ${group}`))).toMatchObject([
      { info: { text: 'token ids only' } },
      { info: { text: 'token ids only' } },
      { info: { split: 'evaluation' }, question: '3*7?' },
      { info: { split: 'evaluation' }, question: '5+8?' },
    ]);
    expect((await look(session)).events).toEqual([]);
  });

  const fails = async (file: string): Promise<string> => {
    try {
      for await (const item of pickleItems({ path: file, name: 'file' }, { signal: new AbortController().signal }))
        expect(item).toBeDefined();
    } catch (error) {
      expect(error).toBeInstanceOf(ImportError);
      return (error as Error).message;
    }
    return 'read';
  };

  /** Made by Python's own pickle, so that they are what an attacker would write. */
  test.each([
    ['os.system', 'R(os.system, "touch " + mark)'],
    ['eval', 'R(eval, "open(%r, \'w\')" % mark)'],
    ['subprocess', 'R(subprocess.Popen, ["touch", mark])'],
    ['inside a sample', '{"rollout_id": 0, "samples": [{"response": R(os.system, "touch " + mark)}]}'],
    ['getattr', 'R(getattr, "a", "b")'],
    ['a class of the standard library', 'pathlib.PurePosixPath(mark)'],
    ['the import function', 'R(__import__, "os")'],
    ['types', 'R(types.SimpleNamespace)'],
  ])('a pickle that names %s is refused, and nothing of it runs', async (_, payload) => {
    const folder = scratch();
    const mark = join(folder, 'executed');
    const script = `
import os, pathlib, pickle, subprocess, sys, types
mark = ${JSON.stringify(mark)}
class R:
    def __init__(self, f, *a): self.f, self.a = f, a
    def __reduce__(self): return (self.f, self.a)
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    open(os.path.join(${JSON.stringify(folder)}, "%d.pkl" % protocol), "wb").write(pickle.dumps(${payload}, protocol=protocol))
`;
    execFileSync(python!, ['-c', script]);
    for (const name of readdirSync(folder).filter((f) => f.endsWith('.pkl')))
      expect(await fails(join(folder, name))).toMatch(/^file: it names \S+, which is no data; nothing of it was run/);
    expect(existsSync(mark)).toBe(false);
  });

  const raw: [string, Buffer, RegExp][] = [
    [
      'a name with dots behind an allowed one',
      Buffer.from('\x80\x04\x8c\x0bcollections\x8c\x1dOrderedDict.fromkeys.__self__\x93.', 'latin1'),
      /it names collections\.OrderedDict\.fromkeys/,
    ],
    [
      'state for one of the reader’s own parts',
      Buffer.from('\x80\x02ccollections\nOrderedDict\n(N}X\x05\x00\x00\x00_callK\x01stb.', 'latin1'),
      /tries to change/,
    ],
    ['state for a class', Buffer.from('\x80\x02cslime.x\nY\n(N}X\x07\x00\x00\x00__new__K\x01stb.', 'latin1'), /not a sensible pickle/],
    ['a persistent id', Buffer.from('\x80\x02X\x01\x00\x00\x00aQ.', 'latin1'), /refers to objects outside itself/],
    ['an extension code', Buffer.from('\x80\x02\x82\x01.', 'latin1'), /not a sensible pickle/],
    [
      'a gigantic string',
      Buffer.concat([Buffer.from('\x80\x04\x8e', 'latin1'), Buffer.from([0, 0, 0, 0, 0, 1, 0, 0]), Buffer.from('abc')]),
      /more memory|not a complete pickle/,
    ],
    ['a list in a circle', Buffer.from('\x80\x02]q\x00h\x00a.', 'latin1'), /in a circle/],
    [
      'lists of lists of lists',
      Buffer.from(
        `\x80\x02]q\x00(${'K\x01'.repeat(10)}e${Array.from({ length: 9 }, (_, i) => `]q${String.fromCharCode(i + 1)}(${`h${String.fromCharCode(i)}`.repeat(10)}e`).join('')}.`,
        'latin1',
      ),
      /more than 5000000 values/,
    ],
    ['nothing', Buffer.alloc(0), /not a complete pickle/],
    ['text', Buffer.from('step,reward\n1,2\n'), /pickle/],
    ['UTF-16', Buffer.from('\ufeffstep', 'utf16le'), /pickle/],
    ['a ZIP archive of something else', Buffer.concat([Buffer.from('PK\u0005\u0006'), Buffer.alloc(18)]), /pickle/],
  ];
  test.each(raw)('%s is refused with a message', async (_, bytes, message) => {
    const path = join(scratch(), 'raw.pkl');
    writeFileSync(path, bytes);
    expect(await fails(path)).toMatch(message);
  });

  test('truncated and damaged dumps fail whole, with the file’s name', async () => {
    const folder = scratch();
    const bytes = readFileSync(join(details, 'train_data/0.pt'));
    const path = join(folder, 'cut.pt');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), async (length) => {
        writeFileSync(path, bytes.subarray(0, length));
        expect(await fails(path)).toMatch(/^file: .*(pickle|ZIP|zip|archive)/);
      }),
      { numRuns: 6 },
    );
  });
});
