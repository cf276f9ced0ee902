import { execFile } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { changeMarks, type MarkChange, type MarkedThings } from '../../src/labelling/changeMarks.js';
import { labelsSidecar, nameOfLabels, type LabelLine } from '../../src/protocol/labels.js';
import { sidecarFile, sidecarFolder } from '../../src/protocol/sidecar.js';
import { SidecarWriter } from '../../src/protocol/sidecarWriter.js';
import { Store } from '../../src/store/store.js';
import type { Mark } from '../../src/store/views.js';
import { aGroup, aRun, type WrittenRun } from '../builders/aRun.js';

let root: string;
let runs: string;
let store: Store;
let run: WrittenRun;
beforeEach(async () => {
  root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-labels-')), '.grpo-lab');
  runs = join(root, 'runs');
  mkdirSync(runs, { recursive: true });
  run = aRun().withSteps(4, { groups: 2, size: 4 }).write(runs);
  store = await Store.open({ root });
  catchUp();
});
afterEach(() => {
  store.close();
  rmSync(join(root, '..'), { recursive: true, force: true });
});

const catchUp = (): void => expect(store.catchUp()).toEqual([]);
type Place = { step?: number; group?: number; solution?: number };

async function says(author: string, about: Place[], change: Partial<MarkChange>): Promise<MarkedThings> {
  const targets = about.map((place) => ({ run: run.id, ...place }));
  const done = await changeMarks(store.queries, {
    run: run.id,
    directory: run.directory,
    author,
    targets,
    change: { add: [], remove: [], ...change },
  });
  catchUp();
  return done;
}
const marks = (place: Place = {}, within = true): Mark[] => store.queries.marks(run.id, place, { within }).rows;
const short = ({ address: { step, group, solution }, label, note, author }: Mark): string =>
  `${[step, group, solution].filter((x) => x !== undefined).join('/')} ${label ?? `"${note}"`} ${author}`.trim();

/** What a database says that knows only the run directories. */
async function rebuilt(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-fresh-'));
  const other = join(folder, '.grpo-lab');
  mkdirSync(other);
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

test('labels and notes of a run, a step, a group and solutions, with who said so and when', async () => {
  const begun = Date.now();
  await says('Ada', [{}, { step: 2 }, { step: 2, group: 1 }], { add: ['baseline'] });
  await says('Ada', [{ step: 2, group: 1, solution: 3 }], { add: ['hack', 'wrong unit'], note: 'copies the question' });
  await says('Bob', [{ step: 2, group: 1, solution: 3 }], { note: 'it does not' });
  const said = marks().map(short);
  // Notes stand before labels, those of several people in the order of their files' names.
  expect(said.slice(3, 5).sort()).toEqual(['2/1/3 "copies the question" Ada', '2/1/3 "it does not" Bob']);
  expect(said.toSpliced(3, 2)).toEqual(['baseline Ada', '2 baseline Ada', '2/1 baseline Ada', '2/1/3 hack Ada', '2/1/3 wrong unit Ada']);
  expect(marks({ step: 2 }, false).map(short)).toEqual(['2 baseline Ada']);
  expect(store.queries.labels(run.id).rows).toEqual([
    { label: 'baseline', places: 3 },
    { label: 'hack', places: 1 },
    { label: 'wrong unit', places: 1 },
  ]);
  const time = Date.parse(marks().at(0)!.time);
  expect(time).toBeGreaterThanOrEqual(begun);
  expect(time).toBeLessThanOrEqual(Date.now());
});

test('the last word of several people stands, whatever their clocks say, and each one keeps the own note', async () => {
  const place = { step: 1, group: 0, solution: 2 };
  // Ada's machine is a year ahead.
  const ahead = new SidecarWriter(labelsSidecar, run.directory, nameOfLabels('Ada', 'elsewhere'), { author: 'Ada', host: 'elsewhere' });
  const { seqs } = store.queries.markTargets(run.id, [place]);
  const time = new Date(Date.now() + 365 * 86_400_000).toISOString();
  ahead.append([
    { v: 1, time, ...place, seq: seqs[0]!, label: 'hack' },
    { v: 1, time, ...place, seq: seqs[0]!, note: 'sure' },
  ]);
  ahead.close();
  catchUp();
  expect(marks().map(short)).toEqual(['1/0/2 "sure" Ada', '1/0/2 hack Ada']);
  await says('Bob', [place], { remove: ['hack'], note: 'not sure' });
  // In the order of their files' names.
  expect(marks().map(short).sort()).toEqual(['1/0/2 "not sure" Bob', '1/0/2 "sure" Ada']);
  await says('Cy', [place], { add: ['hack'] });
  expect(marks().map(short)).toContain('1/0/2 hack Cy');
  await says('Bob', [place], { note: null });
  expect(
    marks()
      .filter((m) => m.note !== null)
      .map(short),
  ).toEqual(['1/0/2 "sure" Ada']);
  expect([...store.dump()]).toEqual(await rebuilt());
});

test('what is not there is counted, and not written', async () => {
  const done = await says(
    'Ada',
    [{ step: 1, group: 0, solution: 0 }, { step: 1, group: 0, solution: 4 }, { step: 99 }, { step: 1, group: 9 }],
    {
      add: ['hack'],
    },
  );
  expect(done).toMatchObject({ marked: 1, absent: 3 });
  expect(marks().map(short)).toEqual(['1/0/0 hack Ada']);
  // With the first line.
  expect(readFileSync(done.file, 'utf8').trimEnd().split('\n')).toHaveLength(2);
});

test('of a text that a resumed run has taken back nothing is said any more; of its step and the run it stands', async () => {
  await says('Ada', [{}, { step: 3 }, { step: 3, group: 0 }, { step: 3, group: 0, solution: 1 }, { step: 1, group: 0 }], { add: ['hack'] });
  run.append({ type: 'resume', from_step: 2, checkpoint: null }, aGroup(3, 0));
  catchUp();
  expect(marks().map(short)).toEqual(['hack Ada', '1/0 hack Ada', '3 hack Ada']);
  await says('Bob', [{ step: 3, group: 0, solution: 1 }], { add: ['hack'] });
  expect(marks({ step: 3, group: 0 }).map(short)).toEqual(['3/0/1 hack Bob']);
  expect([...store.dump()]).toEqual(await rebuilt());
});

test('two processes and two people write at once: nothing is lost, and a rebuild says the same', async () => {
  // The command line as a person starts it, of one name twice: both write the same file.
  const label = (author: string, solution: number): Promise<unknown> =>
    promisify(execFile)(process.execPath, [
      ...[resolve('dist/cli.cjs'), 'label', run.id, '1', '1', String(solution + 1), `by ${author} ${solution}`],
      ...['--author', author, '--folder', join(root, '..')],
    ]);
  await Promise.all([0, 1, 2, 3].flatMap((solution) => ['Ada', 'Bob'].map((author) => label(author, solution))));
  catchUp();
  expect(marks().map(short)).toEqual([0, 1, 2, 3].flatMap((i) => ['Ada', 'Bob'].map((author) => `1/0/${i} by ${author} ${i} ${author}`)));
  expect(readdirSync(sidecarFolder(labelsSidecar, run.directory)).sort()).toEqual(
    ['Ada', 'Bob'].map((author) => `${nameOfLabels(author, hostname())}.ndjson`).sort(),
  );
  expect([...store.dump()]).toEqual(await rebuilt());
  store.rebuild();
  catchUp();
  expect(marks()).toHaveLength(8);
});

test('a torn last line is waited for and cut off by the next; what is no label is reported with its line; unknown keys are passed over', async () => {
  const { file } = await says('Ada', [{ step: 1 }], { add: ['first'] });
  const line: LabelLine = { v: 1, time: '2026-11-24T09:00:00Z', step: 2, label: 'second' };
  appendFileSync(file, `${JSON.stringify({ ...line, colour: 'red' })}\nnonsense\n`);
  for (const wrong of [
    { label: 'no text without its event', group: 0 },
    { label: ' ' },
    { label: 'x', note: 'both' },
    { label: 'x', time: 'yesterday' },
    { label: 'x'.repeat(101) },
    { note: 'x'.repeat(10_001) },
    { label: 'x', step: -1 },
    { label: 'x', step: undefined, group: 0, seq: 1 },
  ])
    appendFileSync(file, `${JSON.stringify({ v: 1, time: line.time, step: 2, ...wrong })}\n`);
  appendFileSync(file, JSON.stringify({ ...line, label: 'torn' }).slice(0, -3));
  catchUp();
  expect(marks().map(short)).toEqual(['1 first Ada', '2 second Ada']);
  const problems = store.queries.problems(run.id).rows;
  expect(problems.map((p) => p.line)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(problems[0].file).toBe(`labels/${nameOfLabels('Ada', hostname())}.ndjson`);
  await says('Ada', [{ step: 4 }], { add: ['third'] });
  expect(marks().map(short)).toEqual(['1 first Ada', '2 second Ada', '4 third Ada']);
  expect(store.queries.problems(run.id).rows).toHaveLength(9);
});

test('a file that is taken away takes its labels with it; another in its place is read from its beginning', async () => {
  const { file } = await says('Ada', [{ step: 1 }], { add: ['old', 'older'] });
  await says('Bob', [{ step: 1 }], { remove: ['old'] });
  rmSync(file);
  catchUp();
  expect(marks()).toEqual([]);
  await says('Ada', [{ step: 1 }], { add: ['new'] });
  expect(marks().map(short)).toEqual(['1 new Ada']);
  expect(sidecarFile(labelsSidecar, run.directory, nameOfLabels('Ada', hostname()))).toBe(file);
});

test('a run that is deleted leaves no labels in the database', async () => {
  await says('Ada', [{}, { step: 1 }], { add: ['hack'] });
  rmSync(run.directory, { recursive: true });
  catchUp();
  expect([...store.dump()].filter((line) => line.includes('hack'))).toEqual([]);
  expect(store.queries.labels(run.id).rows).toEqual([]);
});
