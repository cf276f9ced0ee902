import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkpointIn, isInside, originCheckpoint } from '../../../src/protocol/checkpointPath.js';

test('a checkpoint is found in its run directory', () => {
  expect(checkpointIn('/runs/a', 'checkpoints/25')).toBe(join('/runs/a', 'checkpoints', '25'));
  expect(isInside('checkpoints/..25')).toBe(true);
});

test.each(['../b/checkpoints/1', 'checkpoints/../../b', '..', '/etc/passwd', '\\\\share\\x', 'C:\\x', 'c:x', 'checkpoints\\..\\..\\x', ''])(
  'a path that leads out of it is not followed: %j',
  (path) => {
    expect(isInside(path)).toBe(false);
    expect(() => checkpointIn('/runs/a', path)).toThrow('does not lie in its run directory');
  },
);

test('the checkpoint of another run lies in that run', () => {
  expect(originCheckpoint('/runs', { run: 'sft-1', checkpoint: 'checkpoints/25' })).toBe(join('/runs', 'sft-1', 'checkpoints', '25'));
});

test.each(['..', '.', '', '/etc', 'a/b', 'a\\b', '../other', 'C:x'])('what names no run beside it is not followed: %j', (run) => {
  expect(() => originCheckpoint('/runs', { run, checkpoint: 'checkpoints/25' })).toThrow('is not the name of a run beside this one');
});
