import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { mountOf, placeDatabase } from '../../../src/store/placement.js';

const mounts = [
  'overlay / overlay rw 0 0',
  'server:/home /home nfs4 rw,vers=4.2 0 0',
  '/dev/sdb1 /home/ann/fast\\040disk ext4 rw 0 0',
  'tmpfs /dev/shm tmpfs rw 0 0',
].join('\n');

test('the nearest mount above a path counts', () => {
  expect(mountOf('/srv/work', mounts)).toBe('overlay');
  expect(mountOf('/home/ann/project', mounts)).toBe('nfs4');
  expect(mountOf('/home/ann/fast disk/project', mounts)).toBe('ext4');
  expect(mountOf('/homes', mounts)).toBe('overlay');
});

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-placement-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('on a local disk the database lies beside the runs', () => {
  expect(placeDatabase(join(folder, '.grpo-lab'))).toEqual({ file: join(folder, '.grpo-lab', 'grpo-lab.db'), reason: null });
});
