/** `grpo-lab label`, what `show` and `find` make of it, and what is refused. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Mark } from '../../src/store/views.js';
import { aRun } from '../builders/aRun.js';

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-label-'));
const env = { ...process.env, GRPO_LAB_DATA: join(folder, 'data'), GRPO_LAB_AUTHOR: 'Ada' };
beforeAll(() => {
  const runs = join(folder, '.grpo-lab', 'runs');
  mkdirSync(runs, { recursive: true });
  aRun('first-1').withSteps(3, { groups: 2, size: 4 }).write(runs);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function cli(...args: string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [resolve('dist/cli.cjs'), ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return status === 0 ? stdout : `${status}: ${stderr}`;
}

test('labels and a note are given, shown, found and taken away', () => {
  expect(cli('label', 'first-1', '2', '1', '3', 'hack', 'wrong unit', '--note', 'copies the question')).toMatch(
    /^\/runs\/first-1\/step 2\/group 1\/solution 3, as Ada \(GRPO_LAB_AUTHOR or --author\)\n {2}label {2}hack \(Ada, .+\)\n {2}label {2}wrong unit \(Ada, .+\)\n {2}note {3}copies the question \(Ada, .+\)\n$/,
  );
  expect(cli('label', 'last', '2', 'plateau', '--author', 'Bob')).toContain('as Bob');
  expect(cli('show', 'first-1', '--step', '2', '--group', '1', '--solution', '3')).toMatch(
    /label +hack \(Ada, .+\)[^]*note +copies the question/,
  );
  expect(cli('show', 'first-1', '--step', '2')).toMatch(/label +plateau \(Bob/);
  expect(cli('show', 'first-1')).toMatch(/labels +hack 1, plateau 1, wrong unit 1/);
  expect(cli('find', 'label:"wrong unit" and note ~ /question/')).toContain('/runs/first-1/step 2/group 1/solution 3');
  // Those of a step are those of its solutions.
  expect(cli('find', 'label:plateau', '--limit', '0')).toContain('8 solutions of 24');
  const { marks } = JSON.parse(cli('label', '/runs/first-1/step 2/group 1/solution 3', 'hack', '--remove', '--note', '', '--json')) as {
    marks: Mark[];
  };
  expect(marks.map((m) => m.label)).toEqual(['wrong unit']);
});

test('what cannot be labelled is refused with a word, and nothing is written', () => {
  expect(cli('label', 'first-1', '9', 'x')).toMatch(/^2: .*There is nothing at \/runs\/first-1\/step 9/);
  expect(cli('label', 'first-1', '1', '0', 'x')).toContain('2: Groups and solutions are counted from 1.');
  expect(cli('label', 'first-1', '1')).toContain('2: Name a label, or write a note');
  expect(cli('label', 'first-1', 'x'.repeat(101))).toContain('cannot be a label');
  expect(cli('label', 'frist-1', 'x')).toContain('did you mean first-1?');
  expect(existsSync(join(folder, '.grpo-lab', 'runs', 'frist-1'))).toBe(false);
});
