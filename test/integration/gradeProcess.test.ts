import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checker as builtIn } from '../../src/grading/grade.js';
import { gradeInProcess, type GradeOutcome } from '../../src/regrading/gradeProcess.js';
import { gradesFolder } from '../../src/protocol/grades.js';
import { aRun, type WrittenRun } from '../builders/aRun.js';

let folder: string;
let run: WrittenRun;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grpo-lab-grade-process-'));
  const runs = join(folder, '.grpo-lab', 'runs');
  mkdirSync(runs, { recursive: true });
  run = aRun().withSteps(6, { groups: 2, size: 64, textLength: 10 }).write(runs);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function grade(
  more: { checker?: { name: string; command: string[] }; signal?: AbortSignal; progress?: (done: number, total: number) => void } = {},
) {
  const started: Promise<GradeOutcome> = gradeInProcess({
    executable: process.execPath,
    cli: resolve('dist/cli.cjs'),
    folder,
    run: run.id,
    signal: new AbortController().signal,
    progress: () => undefined,
    ...more,
  });
  return started;
}

test('the built-in checker grades in a process of its own, which tells how far it is', async () => {
  const reports: [number, number][] = [];
  const outcome = await grade({ progress: (done, total) => reports.push([done, total]) });
  expect(outcome).toMatchObject({ graded: 768, cancelled: false, summary: { checker: builtIn, solutions: 768 } });
  expect(reports.at(-1)).toEqual([768, 768]);
  expect(existsSync(join(gradesFolder(run.directory), `${outcome.name}.ndjson`))).toBe(true);
});

test('a program of one’s own is run without a shell; cancelled, it keeps what it has graded', async () => {
  const file = join(folder, 'my checker.cjs');
  writeFileSync(
    file,
    `require('node:readline').createInterface({ input: process.stdin }).on('line', () => setTimeout(() => console.log('{"verdict":"equal"}'), 20));`,
  );
  const stop = new AbortController();
  const checker = { name: 'slow; rm -rf 1', command: [process.execPath, file] };
  const outcome = await grade({ checker, signal: stop.signal, progress: (done) => done > 0 && stop.abort() });
  expect(outcome.cancelled).toBe(true);
  expect(outcome.graded).toBeGreaterThan(0);
  expect(outcome.graded).toBeLessThan(768);
  expect(outcome.summary).toMatchObject({ checker: checker.name, solutions: outcome.graded });
  expect(readdirSync(gradesFolder(run.directory))).toEqual([`${outcome.name}.ndjson`]);
});

test('what goes wrong is told in its own words', async () => {
  await expect(grade({ checker: { name: 'none 1', command: ['/no/such/program'] } })).rejects.toThrow(
    /no\/such\/program cannot be started/,
  );
});
