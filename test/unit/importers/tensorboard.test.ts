import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import { openrlhf } from '../../../src/importers/formats/openrlhf/openrlhf.js';
import { tensorboard } from '../../../src/importers/formats/tensorboard/tensorboard.js';
import { importFixtures, importOf, look, scratch, standing } from '../../builders/importing.js';

const trl = join(importFixtures, 'tensorboard/trl-rloo');
const tensors = join(importFixtures, 'tensorboard/tensors');
const samples = join(importFixtures, 'openrlhf/run-1');
const name = 'events.out.tfevents.1787000000.host.1.0';

test('tells TRL’s curves under our names, says what each stands for, and takes the run’s facts from its texts', async () => {
  const { events, notes, run } = await importOf(tensorboard, trl);
  const stands = standing(events);
  expect([stands.get('1 metric tokens/total'), stands.get('2 metric tokens/total'), stands.get('3 metric tokens/total')]).toEqual([
    75, 155, 235,
  ]);
  expect(stands.get('1 metric learning_rate')).toBeCloseTo(0.001, 9);
  expect(stands.get('2 metric length/truncated')).toBe(1);
  expect(stands.has('1 metric reward/term/correct')).toBe(true);
  expect(stands.has('1 metric train/reward')).toBe(false);
  expect(notes.find(({ id }) => id === 'metric:kl')?.message).toContain('kl is train/kl: KL of the policy to the reference model');
  expect(run).toMatchObject({ totalSteps: 3, seed: 7, method: null });
  expect(run.config.num_generations).toBe(4);
});

test('keeps names that no trainer is known by, and numbers that are none', async () => {
  const { events } = await importOf(tensorboard, tensors);
  expect(Object.fromEntries(standing(events))).toEqual({
    '1 metric loss': 1,
    '1 metric mein-maß': 1,
    '2 metric loss': 0.5,
    '2 metric mein-maß': 'NaN',
    '3 metric loss': Math.fround(1 / 3),
    '3 metric mein-maß': 3,
  });
});

test('OpenRLHF’s samples are groups of one, with a note that says so', async () => {
  const { events, notes } = await importOf(openrlhf, samples);
  const stands = standing(events);
  expect(stands.get('1 group 0')).toMatchObject({
    question: '',
    question_id: 'sample of step 1',
    solutions: [{ text: 'What is 3*7? It is 21.', reward: 0, advantage: null, correct: null }],
  });
  expect(stands.get('2 group 0')).toMatchObject({ solutions: [{ text: 'What is 3*7? It is 22.', reward: 1 }] });
  expect(stands.get('2 metric kl')).toBeCloseTo(0.0022, 8);
  expect(stands.get('1 metric reward/mean')).toBeCloseTo(0.43, 6);
  expect(stands.get('2 metric eval/eval_gsm8k_pass1')).toBeCloseTo(0.71, 6);
  expect(notes.map(({ id }) => id)).toContain('openrlhf:samples');
});

test('each is detected by what it holds', async () => {
  expect(await openrlhf.detect(folderSource(samples))).toMatchObject({
    confidence: 0.9,
    why: 'events.out.tfevents.1787000000.host with the tag train/rollout/reward_mean',
  });
  expect(await openrlhf.detect(folderSource(trl))).toBeNull();
  expect(await tensorboard.detect(folderSource(trl))).toMatchObject({ why: `${name}, a TensorBoard event file` });
  const folder = scratch();
  writeFileSync(join(folder, name), 'no event file');
  expect(await tensorboard.detect(folderSource(folder))).toBeNull();
  expect(await openrlhf.detect(folderSource(folder))).toBeNull();
});

test.each([
  ['tensorboard', tensorboard, join(trl, name)],
  ['openrlhf', openrlhf, join(samples, 'events.out.tfevents.1787000000.host')],
])('%s: a growing file, cut wherever, comes to the same as the whole', async (_, importer, fixture) => {
  const folder = scratch();
  const path = join(folder, name);
  const bytes = readFileSync(fixture);
  writeFileSync(path, bytes);
  const whole = standing((await importOf(importer, folder)).events);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 6 }), async (cuts) => {
      rmSync(path);
      const session = importer.open(folderSource(folder), {});
      const events = [];
      for (const cut of [...cuts.sort((a, b) => a - b), bytes.length]) {
        writeFileSync(path, bytes.subarray(0, cut));
        events.push(...(await look(session)).events);
      }
      expect(standing(events)).toEqual(whole);
      expect((await look(session)).events).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

test('a second file that begins again lower takes back what went beyond', async () => {
  const folder = scratch();
  cpSync(tensors, folder, { recursive: true });
  const session = tensorboard.open(folderSource(folder), {});
  await look(session);
  // A later process that went on from step 0 told steps 1 to 3 again.
  cpSync(join(tensors, 'events.out.tfevents.1787000000.host.2'), join(folder, 'events.out.tfevents.1787000100.host.3'));
  const { events } = await look(session);
  expect(events[0]).toEqual({ type: 'resume', from_step: 0, checkpoint: null });
  expect(standing(events).size).toBe(6);
});

test('a replaced file is told again, after what was told is taken back', async () => {
  const folder = scratch();
  const path = join(folder, name);
  cpSync(join(trl, name), path);
  const session = tensorboard.open(folderSource(folder), {});
  const first = await look(session);
  cpSync(join(tensors, 'events.out.tfevents.1787000000.host.2'), path);
  const second = await look(session);
  expect(second.events[0]).toMatchObject({ type: 'resume', from_step: -1 });
  expect(standing([...first.events, ...second.events]).size).toBe(6);
});

test('train and validation folders of one run keep their metrics apart', async () => {
  const folder = scratch();
  for (const split of ['train', 'validation']) {
    mkdirSync(join(folder, split));
    cpSync(tensors, join(folder, split), { recursive: true });
  }
  const { events, notes } = await importOf(tensorboard, folder);
  const names = [...standing(events).keys()];
  expect(names).toContain('1 metric loss');
  expect(names).toContain('1 metric validation/loss');
  expect(notes.some(({ id }) => id === 'several-runs')).toBe(false);
});

test('a damaged file says where', async () => {
  const folder = scratch();
  const bytes = readFileSync(join(trl, name));
  bytes[5000] ^= 0xff;
  writeFileSync(join(folder, name), bytes);
  await expect(importOf(tensorboard, folder)).rejects.toThrow(/^events\.out\.tfevents\.1787000000\.host\.1\.0, byte \d+: damaged/);
});
