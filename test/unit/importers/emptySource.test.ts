import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { whyNothing } from '../../../src/importers/emptySource.js';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import { scratch } from '../../builders/importing.js';

const pointer = (size: number): string =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${'0123456789abcdef'.repeat(4)}\nsize ${size}\n`;

test('an empty folder, and one of empty folders, is said to be empty', async () => {
  const folder = scratch();
  mkdirSync(join(folder, 'below', 'and below'), { recursive: true });
  expect(await whyNothing(folderSource(folder))).toBe('The folder is empty: there is no file in it, nor in a folder below it.');
});

test('files of no bytes are said to be empty', async () => {
  const folder = scratch();
  writeFileSync(join(folder, 'a.jsonl'), '');
  expect(await whyNothing(folderSource(join(folder, 'a.jsonl')))).toBe('The file is empty: it has 0 bytes.');
  writeFileSync(join(folder, 'b.jsonl'), '');
  expect(await whyNothing(folderSource(folder))).toBe('All 2 files in it are empty: they have 0 bytes.');
});

test('pointers of Git LFS are named, with what to do', async () => {
  const folder = scratch();
  writeFileSync(join(folder, 'results.jsonl'), pointer(1));
  expect(await whyNothing(folderSource(folder))).toBe(
    'results.jsonl is a Git LFS pointer, not the data: run "git lfs pull" in the repository, and import again.',
  );
  writeFileSync(join(folder, 'completions_00010.parquet'), pointer(2));
  writeFileSync(join(folder, 'README.md'), 'What this is.');
  expect(await whyNothing(folderSource(folder))).toMatch(/^completions_00010\.parquet, results\.jsonl are Git LFS pointers/);
  writeFileSync(join(folder, 'rows.jsonl'), '{"question":"a"}\n');
  expect(await whyNothing(folderSource(folder))).toBe(null);
});

test('a path that leads nowhere says so', async () => {
  await expect(whyNothing(folderSource(join(scratch(), 'gone')))).rejects.toThrow('there is no such file or folder.');
});
