import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pictureOf } from '../../../src/contracts/everyPage.js';
import { pictureUrl } from '../../../src/editor/pages/picture.js';

let run: string;
beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), 'grpo-lab-picture-'));
  mkdirSync(join(run, 'media'));
});
afterEach(() => rmSync(run, { recursive: true, force: true }));
const name = `${'a'.repeat(64)}.png`;

test('a picture travels with the answer', () => {
  writeFileSync(join(run, 'media', name), Buffer.from([1, 2, 3]));
  expect(pictureUrl(run, name)).toBe('data:image/png;base64,AQID');
});

test('one that is missing, no file or very large is told, not read', () => {
  expect(() => pictureUrl(run, name)).toThrow('ENOENT');
  writeFileSync(join(run, 'media', name), '');
  truncateSync(join(run, 'media', name), 17 * 1024 * 1024);
  expect(() => pictureUrl(run, name)).toThrow('more than 16,777,216');
  mkdirSync(join(run, 'media', `${'b'.repeat(64)}.png`));
  expect(() => pictureUrl(run, `${'b'.repeat(64)}.png`)).toThrow('a folder');
});

test('a page can ask for nothing else', () => {
  for (const media of ['../run.json', `../${name}`, `${name}/../../run.json`, 'a.png', `${'a'.repeat(64)}.svg`])
    expect(pictureOf.params.safeParse({ run: 'r', media }).success).toBe(false);
  expect(pictureOf.params.safeParse({ run: 'r', media: name }).success).toBe(true);
});
