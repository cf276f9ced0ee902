import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Entry, tar } from '../../../../../src/launch/targets/ssh/tar.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grpo-lab-tar-'));
  for (const name of ['from/__pycache__', 'from/ünder', 'to']) mkdirSync(join(folder, name), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const unpacked = async (entries: Entry[]): Promise<void> => {
  execFileSync('tar', ['-xf', '-', '-C', join(folder, 'to')], { input: await buffer(Readable.from(tar(entries))) });
};

test('the system’s tar unpacks what is packed: long names, any bytes, modes; nothing that is made anew', async () => {
  const long = `${'a/'.repeat(80)}x.sh`;
  writeFileSync(join(folder, 'from/ünder/data'), Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 256)));
  writeFileSync(join(folder, 'from/run.sh'), 'echo', { mode: 0o755 });
  writeFileSync(join(folder, 'from/empty'), '');
  writeFileSync(join(folder, 'from/__pycache__/x.pyc'), 'x');
  await unpacked([
    { at: long, text: 'wörds\n', mode: 0o600 },
    { at: 'deep/copy', from: join(folder, 'from') },
  ]);
  const to = (name: string): string => join(folder, 'to', name);
  expect(readFileSync(to(long), 'utf8')).toBe('wörds\n');
  expect(readFileSync(to('deep/copy/ünder/data'))).toEqual(readFileSync(join(folder, 'from/ünder/data')));
  expect(statSync(to('deep/copy/run.sh')).mode & 0o777).toBe(0o755);
  expect(readdirSync(to('deep/copy')).sort()).toEqual(['empty', 'run.sh', 'ünder']);
});

test('what cannot be copied is said', async () => {
  symlinkSync(folder, join(folder, 'from/loop'));
  await expect(unpacked([{ at: 'x', from: join(folder, 'from') }])).rejects.toThrow('a link to a folder');
  await expect(unpacked([{ at: 'x', from: join(folder, 'nothing') }])).rejects.toThrow('ENOENT');
});
