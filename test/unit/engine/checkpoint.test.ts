import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  CheckpointError,
  checkpointSteps,
  readCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
  type Checkpoint,
} from '../../../src/engine/checkpoint.js';
import { WriteError } from '../../../src/protocol/runWriter.js';

let dir: string;
beforeAll(() => (dir = mkdtempSync(join(tmpdir(), 'checkpoint-'))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const checkpoint = (step: number): Checkpoint => ({
  step,
  model_updates: {},
  updates: 2 * step,
  tokens: 1234,
  seed: 11,
  threads: 2,
  model: { vocabulary: 5, width: 4, layers: 1, heads: 1, hidden: 8 },
  random: { data: [1, 2, 3, 4], sample: [2 ** 32 - 1, 0, 7, 9] },
  arrays: { parameters: Float32Array.of(0.1, -0, 1e-40, NaN, Infinity), m: Float32Array.of(1), v: new Float32Array(0) },
});

test('what was saved is read back bit by bit', () => {
  const { path, bytes } = writeCheckpoint(dir, checkpoint(40));
  expect(path).toBe('checkpoints/step-000040.ckpt');
  expect(readFileSync(join(dir, path))).toHaveLength(bytes);
  const back = readCheckpoint(join(dir, path));
  expect(back).toEqual(checkpoint(40));
  expect(Buffer.from(back.arrays.parameters!.buffer)).toEqual(Buffer.from(checkpoint(40).arrays.parameters!.buffer));
});

test('steps come oldest first; a half-written file is not one of them', () => {
  for (const step of [100, 7]) writeCheckpoint(dir, checkpoint(step));
  writeFileSync(join(dir, 'checkpoints', 'step-000200.ckpt.1234.tmp'), 'half');
  expect(checkpointSteps(dir)).toEqual([7, 40, 100]);
  removeCheckpoint(dir, 7);
  removeCheckpoint(dir, 7);
  expect(checkpointSteps(dir)).toEqual([40, 100]);
  expect(checkpointSteps(join(dir, 'nowhere'))).toEqual([]);
});

test('one changed or missing byte anywhere is found', () => {
  const { path } = writeCheckpoint(dir, checkpoint(41));
  const whole = readFileSync(join(dir, path));
  const file = join(dir, 'damaged.ckpt');
  fc.assert(
    fc.property(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, change, cut) => {
      const bytes = Buffer.from(whole);
      bytes[at] ^= change;
      writeFileSync(file, cut ? whole.subarray(0, at) : bytes);
      expect(() => readCheckpoint(file)).toThrow(CheckpointError);
    }),
  );
});

test('a message says which file, what is wrong and what to do', () => {
  const gone = join(dir, 'checkpoints', 'step-000300.ckpt');
  expect(() => readCheckpoint(gone)).toThrow(
    `The checkpoint ${gone} cannot be used: it is not there. It may have been removed to make room`,
  );
  const file = join(dir, 'other.ckpt');
  writeFileSync(file, 'PK\u0003\u0004 something else');
  expect(() => readCheckpoint(file)).toThrow(/another version wrote it, or it is not a checkpoint/);
});

test('a directory that cannot be written is reported with its path', () => {
  const blocked = join(dir, 'blocked');
  writeFileSync(blocked, 'a file where a directory should be');
  expect(() => writeCheckpoint(blocked, checkpoint(1))).toThrow(WriteError);
  expect(() => writeCheckpoint(blocked, checkpoint(1))).toThrow(
    `Could not write the checkpoint to ${join(blocked, 'checkpoints', 'step-000001.ckpt')}`,
  );
});
