import { join } from 'node:path';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Uri } from 'vscode';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Bookmarks } from '../../../src/editor/bookmarks.js';
import type { ExperimentFiles } from '../../../src/editor/experimentFiles.js';
import { BookmarksTree } from '../../../src/editor/explorer/bookmarksTree.js';
import { Explorer, type ExplorerSources } from '../../../src/editor/explorer/explorer.js';
import type { LastExamination } from '../../../src/examination/lastExamination.js';
import type { Labs } from '../../../src/editor/labs.js';
import type { Runs } from '../../../src/editor/runs.js';
import type { StoreClientQueries } from '../../../src/store/questions.js';
import type { BenchmarkView, RunSummary } from '../../../src/store/views.js';
import { aSummary } from '../../builders/aSummary.js';
import { rowsOf } from '../../builders/rows.js';
import { EventEmitter, Uri as FakeUri, fake, type TreeItem } from '../../builders/fakeVscode.js';

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-explorer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const no = { onDidChange: new EventEmitter<void>().event };

/** The explorer over runs that are given, beside one experiment file. */
function anExplorer(
  runs: RunSummary[],
  { caughtUp = () => Promise.resolve(), ...ask }: Partial<StoreClientQueries> & { caughtUp?: () => Promise<void> } = {},
  diagnoses: ExplorerSources['diagnoses'] = { summary: () => undefined, onDidLearn: new EventEmitter<string>().event },
): Explorer {
  const files = {
    ...no,
    all: () => Promise.resolve([{ uri: Uri.file('/w/sums.experiment.yaml'), name: 'sums', summary: 'grpo', errors: 0, experiment: null }]),
  };
  return new Explorer({
    files: files as unknown as ExperimentFiles,
    runs: {
      onDidUpdate: new EventEmitter<unknown>().event,
      all: () => Promise.resolve(runs),
      get: (id: string) => Promise.resolve(runs.find((r) => r.id === id)),
    } as unknown as Runs,
    labs: { caughtUp, ask } as unknown as Labs,
    diagnoses,
    bookmarks: no as unknown as Bookmarks,
    extension: Uri.file('/extension'),
  });
}
const imported = (name: string, change: Partial<RunSummary> = {}): RunSummary =>
  aSummary({
    id: `${name}-1-aaaa`,
    name: `${name}-1`,
    number: 1,
    experiment: name,
    method: 'unknown',
    state: 'finished',
    importedFrom: '/data/run',
    importFormat: 'tensorboard',
    latest: { 'reward/mean': -0.3 },
    step: 160,
    totalSteps: 160,
    ...change,
  });

beforeEach(() => fake.reset());

describe('the list of experiments', () => {
  test('an import with a single run is one row, which says what it is of which format', async () => {
    anExplorer([imported('nemo')]);
    const rows = await rowsOf('grpoLab.experiments');
    expect(rows.map((r) => [r.label, r.description])).toEqual([
      ['sums', 'grpo'],
      ['nemo', 'imported · TensorBoard · 160/160 · reward −0.300'],
    ]);
    expect((await rowsOf('grpoLab.experiments', rows[1].node)).map((r) => r.label)).toEqual(['Steps', 'Checkpoints', 'Benchmarks']);
  });

  test('a second run makes a heading of it, and its going takes the heading away', async () => {
    const second = imported('nemo', { id: 'nemo-2-bbbb', name: 'nemo-2', number: 2 });
    const runs = [imported('nemo'), second];
    anExplorer(runs);
    const [, heading] = await rowsOf('grpoLab.experiments');
    expect([heading.label, heading.description]).toEqual(['nemo', 'imported · TensorBoard']);
    expect((await rowsOf('grpoLab.experiments', heading.node)).map((r) => r.label)).toEqual(['run 1', 'run 2']);
    runs.pop();
    expect((await rowsOf('grpoLab.experiments')).map((r) => r.label)).toEqual(['sums', 'nemo']);
  });

  test('an experiment with its file keeps its row, which opens the file', async () => {
    anExplorer([aSummary({ experiment: 'sums', name: 'sums-1', number: 1 })]);
    const [experiment] = await rowsOf('grpoLab.experiments');
    expect((await rowsOf('grpoLab.experiments', experiment.node)).map((r) => r.label)).toEqual(['run 1']);
  });

  test('a long name leaves room for what stands beside it, and is read aloud whole', async () => {
    const name = 'checkpoint-500-rewards-with-a-very-long-name-of-its-own';
    anExplorer([imported(name)]);
    const [, row] = await rowsOf('grpoLab.experiments');
    expect(row.label).toBe('checkpoint-…of-its-own');
    expect((row.item as { accessibilityInformation: { label: string } }).accessibilityInformation.label).toContain(name);
  });

  test('an evaluation counts benchmarks, not steps', async () => {
    anExplorer([imported('log', { method: 'eval', step: 1, totalSteps: 1, importFormat: 'inspect', latest: {} })]);
    const [, row] = await rowsOf('grpoLab.experiments');
    expect([row.label, row.description]).toEqual(['log', 'eval · imported · Inspect · 1 benchmark']);
  });

  test('while the index is read the list says so, and that there is nothing only afterwards', async () => {
    let done = (): void => undefined;
    anExplorer([], { caughtUp: () => new Promise<void>((resolve) => (done = resolve)) });
    const view = fake.trees.get('grpoLab.experiments')!;
    expect(view.message).toBe('Reading runs…');
    await rowsOf('grpoLab.experiments');
    expect([view.message, fake.context.get('grpoLab.loaded')]).toEqual(['Reading runs…', undefined]);
    done();
    await expect.poll(() => [view.message, fake.context.get('grpoLab.loaded')]).toEqual([undefined, true]);
  });

  test('several rows can be selected', () => {
    anExplorer([]);
    expect(fake.trees.get('grpoLab.experiments')!.canSelectMany).toBe(true);
  });

  test('pointing at a run measures its folder', async () => {
    const directory = join(folder, 'run');
    mkdirSync(join(directory, 'events'), { recursive: true });
    writeFileSync(join(directory, 'events', '000001.ndjson'), 'x'.repeat(1500));
    writeFileSync(join(directory, 'run.json'), 'x'.repeat(500));
    anExplorer([imported('nemo')], { run: () => Promise.resolve({ directory } as never) });
    const [, row] = await rowsOf('grpoLab.experiments');
    const provider = fake.trees.get('grpoLab.experiments')!.treeDataProvider as {
      resolveTreeItem(item: TreeItem, node: unknown): Promise<{ tooltip: { value: string } }>;
    };
    expect((row.item as { tooltip?: unknown }).tooltip).toBeUndefined();
    const { tooltip } = await provider.resolveTreeItem(row.item as TreeItem, row.node);
    expect(tooltip.value.replaceAll('\\', '')).toContain('on disk 2.0 kB: events 1.5 kB');
    expect(tooltip.value.replaceAll('\\', '')).toContain('TensorBoard · imported');
    expect(tooltip.value.replaceAll('\\', '')).toContain('curve: reward 0 to 0.990');
  });

  test('findings are a mark beside the row: how many, and the first one in words', async () => {
    const run = imported('nemo');
    const finding = { id: 'truncated', name: 'Truncated solutions', onset: 12, until: null, serious: true };
    const small = { ...finding, id: 'stall', name: 'Stall', serious: false };
    let last: LastExamination | undefined = { v: 1, upTo: 160, findings: [small, finding], unjudged: 0, healthy: 3 };
    anExplorer([run], {}, { summary: () => last, onDidLearn: new EventEmitter<string>().event });
    const [, row] = await rowsOf('grpoLab.experiments');
    const { resourceUri, accessibilityInformation } = row.item as { resourceUri: FakeUri; accessibilityInformation: { label: string } };
    const words = '2 findings: Truncated solutions (12), Stall (12)';
    expect(accessibilityInformation.label).toContain(words);
    const [marks] = fake.decorations;
    expect(await marks.provideFileDecoration(resourceUri)).toEqual({
      badge: '2',
      tooltip: `Doctor: ${words}`,
      color: { id: 'list.warningForeground' },
    });
    last = { ...last, findings: [] };
    expect(await marks.provideFileDecoration(resourceUri)).toBeUndefined();
    expect(await marks.provideFileDecoration(FakeUri.file('/w/sums.experiment.yaml'))).toBeUndefined();
  });

  test('a curve is read aloud as its range', async () => {
    anExplorer([aSummary({ experiment: 'sums', name: 'sums-1', number: 1 })]);
    const [experiment] = await rowsOf('grpoLab.experiments');
    const [row] = await rowsOf('grpoLab.experiments', experiment.node);
    expect(row.description).toContain('▁▃▅█');
    const { label } = (row.item as { accessibilityInformation: { label: string } }).accessibilityInformation;
    expect(label).toContain('(curve: reward 0 to 0.990)');
    expect(label).not.toContain('▁');
  });
});

describe('benchmark results', () => {
  const result = (step: number, value: number): BenchmarkView => ({
    ...{ suite: 'gsm', mode: 'greedy', step, value, n: 200, checker: null },
    ...{ low: null, high: null, samples: null, shots: null, temperature: null },
  });
  /** The rows beneath the only suite of a run. */
  async function suiteOf(run: RunSummary, results: BenchmarkView[], resolved: Record<string, unknown>) {
    anExplorer([run], {
      benchmarks: () => Promise.resolve({ rows: results, next: null }),
      run: () => Promise.resolve({ resolved } as never),
    });
    const [, row] = await rowsOf('grpoLab.experiments');
    const benchmarks = (await rowsOf('grpoLab.experiments', row.node)).find((r) => r.label === 'Benchmarks')!;
    const [suite] = await rowsOf('grpoLab.experiments', benchmarks.node);
    return { suite, results: await rowsOf('grpoLab.experiments', suite.node) };
  }

  test('of weights that no run here made are called by the model, and opened at their own step', async () => {
    const log = imported('log', { method: 'eval', importFormat: 'inspect', latest: {} });
    const { results } = await suiteOf(log, [result(3, 0.5)], { model: 'openai/gpt-4o' });
    expect(results.map((r) => [r.label, r.description])).toEqual([['openai/gpt-4o', '0.500 of 200']]);
    const item = results[0].item as { tooltip: string; command: { arguments: unknown[] } };
    expect(item.tooltip).toBe('0.500 of 200 questions right, openai/gpt-4o.');
    expect(item.command.arguments).toEqual([{ run: log.id, step: 3 }]);
  });

  test('by the run where the files do not say, and what hides in a name shows', async () => {
    const log = imported('log', { method: 'eval', latest: {} });
    expect((await suiteOf(log, [result(1, 0.5)], {})).results[0].label).toBe('log-1');
    expect((await suiteOf(log, [result(1, 0.5)], { model: 'a\u202eb' })).results[0].label).toBe('a⟨U+202E⟩b');
  });

  test('a suite that was measured more than once says at which step', async () => {
    const log = imported('log', { method: 'eval', latest: {} });
    const { results } = await suiteOf(log, [result(1, 0.5), result(2, 0.25)], { model: 'm' });
    expect(results.map((r) => r.label)).toEqual(['m, step 2', 'm, step 1']);
  });

  test('of a run that trains stand at its steps, newest first, and their curve says its range', async () => {
    const { suite, results } = await suiteOf(imported('nemo'), [result(20, 0.25), result(40, 0.5)], {});
    expect(results.map((r) => r.label)).toEqual(['step 40', 'step 20']);
    const item = suite.item as { tooltip: string; accessibilityInformation: { label: string } };
    expect(item.tooltip).toBe('gsm greedy: share of questions right, 0.250 to 0.500');
    expect(item.accessibilityInformation.label).toBe('gsm greedy, 0.500, curve: 0.250 to 0.500');
  });
});

describe('bookmarks', () => {
  const marks = [
    { run: 'r' },
    { run: 'r', step: 4 },
    { run: 'r', step: 4, group: 6 },
    { run: 'r', step: 4, group: 6, solution: 2 },
    { run: 'gone', step: 1, group: 0 },
  ];
  const tree = () => {
    const requests: unknown[] = [];
    const question = { questionPreview: { text: '…What is\n40 + 7?', skipped: 12 } };
    const answer = (...at: unknown[]) => Promise.resolve((requests.push(at), question) as never);
    return {
      requests,
      tree: new BookmarksTree(
        { ...no, all: () => Promise.resolve([]) } as unknown as Bookmarks,
        { get: (id: string) => Promise.resolve(id === 'r' ? aSummary({ id, name: 'sums-1' }) : undefined) } as unknown as Runs,
        { group: answer, solution: answer },
        Uri.file('/extension'),
      ),
    };
  };

  test('groups and solutions are called by their question, everything by its kind of page', async () => {
    const { tree: view } = tree();
    const items = await Promise.all(marks.map((address) => view.getTreeItem({ address, added: new Date().toISOString() })));
    expect(items.map((i) => [i.label, i.description])).toEqual([
      ['sums-1', 'now'],
      ['Step 4 · sums-1', 'now'],
      ['…What is 40 + 7?', expect.stringMatching(/^Group 7 · step 4.*sums-1 · now$/)],
      ['…What is 40 + 7?', expect.stringMatching(/^Solution 3 · group 7 · step 4.*sums-1 · now$/)],
      [expect.stringMatching(/^Group 1 · step 1/), expect.stringMatching(/gone.*run is gone · now$|^run is gone · now$/)],
    ]);
    const icons = items.map((i) => (i.iconPath as { light: Uri }).light.path.split('/').at(-1));
    expect(icons).toEqual(['dashboard-light.svg', 'groups-light.svg', 'group-light.svg', 'solution-light.svg', 'group-light.svg']);
  });

  test('a question is asked for once', async () => {
    const { tree: view, requests } = tree();
    for (let i = 0; i < 3; i++) await view.getTreeItem({ address: marks[2], added: '' });
    expect(requests).toEqual([['r', 4, 6]]);
  });
});
