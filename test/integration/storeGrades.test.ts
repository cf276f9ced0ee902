import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gradesFile, gradesSidecar, nameOfGrades, type GradeLine } from '../../src/protocol/grades.js';
import { SidecarWriter } from '../../src/protocol/sidecarWriter.js';
import type { Direction } from '../../src/store/views.js';
import { Store } from '../../src/store/store.js';
import { aGroup, aRun, type WrittenRun } from '../builders/aRun.js';

const checker = 'other 2';
const name = nameOfGrades(checker);
let root: string;
let runs: string;
let store: Store;
beforeEach(async () => {
  root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-grades-')), '.grpo-lab');
  runs = join(root, 'runs');
  mkdirSync(runs, { recursive: true });
  store = await Store.open({ root });
});
afterEach(() => {
  store.close();
  rmSync(join(root, '..'), { recursive: true, force: true });
});

/** A grade of a solution by the other checker; the builder's odd solutions are right. */
const aGrade = (step: number, group: number, solution: number, verdict: GradeLine['grade']['verdict'], seq?: number): GradeLine => ({
  v: 1,
  step,
  group,
  solution,
  seq: seq ?? store.queries.solutionsToGrade('arith-grpo-1', step, group, name)!.seq,
  was: solution % 2 === 1 ? 'equal' : 'different',
  grade: {
    verdict,
    answer: '47',
    span: null,
    extraction: null,
    rule: 'by hand',
    ...(verdict === 'undecided' && { reason: 'the gold answer is a poem' }),
  },
});

function write(run: WrittenRun, ...lines: GradeLine[]): void {
  const writer = new SidecarWriter(gradesSidecar, run.directory, name, { checker });
  writer.append(lines);
  writer.close();
}
const catchUp = (): void => expect(store.catchUp()).toEqual([]);
const summary = () => store.queries.regrades('arith-grpo-1').rows.at(0);
const differing = (direction: Direction = 'all', limit = 100) => store.queries.disagreements('arith-grpo-1', name, { direction, limit })!;

async function freshDump(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-fresh-'));
  const other = join(folder, '.grpo-lab');
  mkdirSync(other);
  // The same run directories, read by a database that knows nothing yet.
  symlinkSync(runs, join(other, 'runs'));
  const fresh = await Store.open({ root: other });
  try {
    fresh.catchUp();
    return [...fresh.dump()];
  } finally {
    fresh.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

test("another checker's verdicts stand beside the originals, counted by direction", () => {
  const run = aRun().withSteps(2, { groups: 2, size: 4 }).write(runs);
  catchUp();
  write(
    run,
    ...[0, 1, 2, 3].map((i) => aGrade(1, 0, i, i % 2 === 1 ? 'equal' : 'different')),
    aGrade(1, 1, 0, 'equal'),
    aGrade(1, 1, 1, 'different'),
    aGrade(2, 0, 3, 'undecided'),
  );
  catchUp();
  expect(summary()).toMatchObject({
    name,
    checker,
    original: 'grpo-lab 1',
    solutions: 7,
    agreeing: 4,
    rightToWrong: 1,
    wrongToRight: 1,
    undecided: 1,
    rightBefore: 4,
    rightNow: 3,
    share: 4 / 7,
  });
  expect(differing().rows.map((g) => [g.address, g.differing])).toEqual([
    [{ run: run.id, step: 1, group: 1 }, 2],
    [{ run: run.id, step: 2, group: 0 }, 1],
  ]);
  expect(differing('undecided').rows[0].solutions).toEqual([
    {
      solution: 3,
      was: 'equal',
      reward: 1,
      verdict: 'undecided',
      answer: '47',
      answerNow: '47',
      rule: 'by hand',
      reason: 'the gold answer is a poem',
    },
  ]);
  expect(differing('right to wrong').rows[0].solutions.map((s) => s.solution)).toEqual([1]);
  expect(differing('all', 1)).toMatchObject({ total: 2, rows: [{ differing: 2 }] });
  expect(store.queries.otherGrades(run.id, 2, 0).rows).toMatchObject([{ name, solution: 3, grade: { checker, verdict: 'undecided' } }]);
  expect(store.queries.otherVerdicts(run.id, 2, 0).rows).toEqual([{ name, checker, solutions: 1, otherwise: 1, first: [3] }]);
  expect(store.queries.otherVerdicts(run.id, 1, 0).rows).toEqual([{ name, checker, solutions: 4, otherwise: 0, first: [] }]);
  // The original is as it was.
  expect(store.queries.solution(run.id, 1, 1, 1)).toMatchObject({ correct: true, grade: { verdict: 'equal', checker: 'grpo-lab 1' } });
});

test('where the trainer recorded no verdict, what is right and was paid nothing and what is wrong and was paid are disagreements', () => {
  const group = aGroup(1, 0, 5);
  if (group.type !== 'group') throw new Error('a group was expected');
  const rewards = [0, 1, 0, 0.5, 'NaN'] as const;
  group.solutions = group.solutions.map((s, i) => ({ ...s, reward: rewards[i], correct: null, grade: null }));
  const run = aRun().with(group).write(runs);
  catchUp();
  const unjudged = (solution: number, verdict: GradeLine['grade']['verdict']): GradeLine => ({
    ...aGrade(1, 0, solution, verdict),
    was: null,
  });
  write(run, ...(['equal', 'equal', 'different', 'different', 'equal'] as const).map((verdict, i) => unjudged(i, verdict)));
  catchUp();
  expect(summary()).toMatchObject({ unjudged: 5, paidCompared: 4, rightUnpaid: 1, wrongPaid: 1, agreeing: 0, share: null });
  expect(differing().rows[0].solutions.map((s) => [s.solution, s.was, s.reward, s.verdict])).toEqual([
    [0, null, 0, 'equal'],
    [3, null, 0.5, 'different'],
  ]);
  expect(differing('right, paid nothing')).toMatchObject({ total: 1, rows: [{ differing: 1, solutions: [{ solution: 0 }] }] });
  expect(differing('wrong, paid')).toMatchObject({ total: 1, rows: [{ differing: 1, solutions: [{ solution: 3 }] }] });
});

test('golds that nothing can read are counted apart and listed', () => {
  const run = aRun().withSteps(1, { groups: 1, size: 4 }).write(runs);
  catchUp();
  const unreadable = aGrade(1, 0, 0, 'undecided');
  write(run, { ...unreadable, grade: { ...unreadable.grade, rule: 'gold unreadable' } }, aGrade(1, 0, 2, 'undecided'));
  catchUp();
  expect(summary()).toMatchObject({ undecidedNow: 2, goldUnreadable: 1 });
  expect(differing('gold unreadable').rows[0].solutions.map((s) => [s.solution, s.rule])).toEqual([[0, 'gold unreadable']]);
});

test('a grade counts only for the text that it was given to', () => {
  const run = aRun().withSteps(3, { groups: 1, size: 2 }).write(runs);
  catchUp();
  write(run, aGrade(3, 0, 0, 'equal'), aGrade(1, 0, 0, 'equal'));
  catchUp();
  expect(summary()).toMatchObject({ solutions: 2, superseded: 0 });
  run.append({ type: 'resume', from_step: 2, checkpoint: null }, aGroup(3, 0, 2));
  catchUp();
  expect(summary()).toMatchObject({ solutions: 1, superseded: 1, wrongToRight: 1 });
  expect(store.queries.otherGrades(run.id, 3, 0).rows).toEqual([]);
  expect(store.queries.solutionsToGrade(run.id, 3, 0, name)!.rows.map((s) => s.done)).toEqual([false, false]);
  write(run, aGrade(3, 0, 0, 'different'));
  catchUp();
  expect(summary()).toMatchObject({ solutions: 2, superseded: 0, wrongToRight: 1, agreeing: 1 });
});

test('half a line is waited for, and cut off by the writer that goes on', () => {
  const run = aRun().withSteps(1, { groups: 1, size: 4 }).write(runs);
  catchUp();
  write(run, aGrade(1, 0, 0, 'equal'));
  const file = gradesFile(run.directory, name);
  appendFileSync(file, JSON.stringify(aGrade(1, 0, 1, 'different')).slice(0, 50));
  catchUp();
  expect(summary()).toMatchObject({ solutions: 1 });
  write(run, aGrade(1, 0, 2, 'different'));
  catchUp();
  expect(summary()).toMatchObject({ solutions: 2 });
  expect(store.queries.problems(run.id).rows).toEqual([]);
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(3);
});

test('of two grades of a solution the later one stands; lines that cannot be used are reported', async () => {
  const run = aRun().withSteps(1, { groups: 1, size: 4 }).write(runs);
  catchUp();
  write(run, aGrade(1, 0, 0, 'equal'), aGrade(1, 0, 0, 'undecided'));
  appendFileSync(gradesFile(run.directory, name), '{"v":1,"step":1}\nnonsense\n');
  writeFileSync(join(run.directory, 'grades', 'not-ours.ndjson'), `{"hello":"world"}\n`);
  catchUp();
  expect(summary()).toMatchObject({ solutions: 1, undecided: 1 });
  expect(store.queries.problems(run.id).rows.map((p) => [p.file, p.line])).toEqual([
    ['grades/not-ours.ndjson', 1],
    [`grades/${name}.ndjson`, 4],
    [`grades/${name}.ndjson`, 5],
  ]);
  expect([...store.dump()]).toEqual(await freshDump());
});

test('the database made anew is equal, also after a file was replaced, shortened or deleted', async () => {
  const run = aRun().withSteps(3, { groups: 2, size: 4 }).write(runs);
  catchUp();
  write(run, aGrade(1, 0, 0, 'equal'), aGrade(2, 1, 1, 'different'));
  catchUp();
  const known = [...store.dump()];
  expect(known.filter((line) => line.startsWith(`${run.id} regrades`))).toHaveLength(2);
  expect(known).toEqual(await freshDump());
  expect(store.rebuild()).toEqual([]);
  expect([...store.dump()]).toEqual(known);

  const file = gradesFile(run.directory, name);
  const shorter = statSync(file).size - JSON.stringify(aGrade(2, 1, 1, 'different')).length - 1;
  truncateSync(file, shorter);
  catchUp();
  expect(summary()).toMatchObject({ solutions: 1 });
  expect([...store.dump()]).toEqual(await freshDump());

  rmSync(file);
  write(run, aGrade(3, 0, 2, 'equal'), aGrade(3, 0, 3, 'equal'), aGrade(3, 1, 0, 'equal'));
  catchUp();
  expect(summary()).toMatchObject({ solutions: 3, wrongToRight: 2, agreeing: 1 });
  expect([...store.dump()]).toEqual(await freshDump());

  rmSync(file);
  catchUp();
  expect(store.queries.regrades(run.id).rows).toEqual([]);
  expect([...store.dump()]).toEqual(await freshDump());
});

test('grades are deleted with their run', () => {
  const run = aRun().withSteps(1).write(runs);
  catchUp();
  write(run, aGrade(1, 0, 0, 'equal'));
  catchUp();
  rmSync(run.directory, { recursive: true });
  catchUp();
  expect([...store.dump()]).toEqual(['solutions without a group: 0; texts without a solution: 0']);
  aRun().withSteps(1).write(runs);
  catchUp();
  expect(store.queries.regrades(run.id).rows).toEqual([]);
});

test("a file under this checker's name that is not its own is left alone", () => {
  const run = aRun().withSteps(1).write(runs);
  const file = gradesFile(run.directory, name);
  mkdirSync(join(run.directory, 'grades'));
  writeFileSync(file, 'my notes\n');
  expect(() => new SidecarWriter(gradesSidecar, run.directory, name, { checker })).toThrow(/does not begin as a file of grades/);
  expect(readFileSync(file, 'utf8')).toBe('my notes\n');
});
