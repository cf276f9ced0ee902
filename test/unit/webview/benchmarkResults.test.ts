import { describe, expect, test } from 'vitest';
import type { BenchmarkedRun, BenchmarkPage, BenchmarkResult } from '../../../src/store/views.js';
import { families, firstOf, keyCheckpoints, methodLabel, ways } from '../../../webview/benchmarks/chains.js';
import { changes, isInDomain } from '../../../webview/benchmarks/change.js';
import { linesAgainstK, publishedLines, runCurves, suitesWithK } from '../../../webview/benchmarks/scoreCurves.js';
import {
  bestOf,
  checkpointAt,
  columnId,
  columnsOf,
  commonSize,
  comparedColumns,
  gather,
  keyColumns,
  leadColumns,
  scoreOf,
} from '../../../src/contracts/benchmarkResults.js';
import { checkpointName, difference, placeText, points, range, scoreTitle } from '../../../webview/shared/scoreText.js';

const aResult = (run: string, step: number, suite: string, value: number | null, more: Partial<BenchmarkResult> = {}): BenchmarkResult => ({
  ...{ run, step, suite, value, mode: 'greedy', n: 100, of: { run, step } },
  ...{ checker: null, low: null, high: null, samples: null, shots: null, temperature: null },
  ...more,
});

const aRun = (id: string, more: Partial<BenchmarkedRun> = {}): BenchmarkedRun => ({
  ...{
    id,
    name: id,
    number: 1,
    experiment: id,
    method: 'grpo',
    stage: 'rl',
    created: '2026-01-02',
    lineage: [],
    model: null,
    trainedOn: ['gsm'],
  },
  ...more,
});

/** base → SFT (100 steps) → GRPO (40 steps), measured while training; both ends evaluated on other suites. */
function aWorld(): BenchmarkPage {
  const sft = { run: 'sft', step: 100 };
  const grpo = { run: 'grpo', step: 40 };
  return {
    next: null,
    runs: [
      aRun('sft', { method: 'sft', stage: 'sft', created: '2026-01-01' }),
      aRun('grpo', { lineage: [sft] }),
      aRun('eval-1', { method: 'evaluate', stage: null, created: '2026-01-03', lineage: [sft] }),
      aRun('eval-2', { method: 'evaluate', stage: null, created: '2026-01-04', lineage: [sft, grpo] }),
    ],
    results: [
      aResult('sft', 0, 'held-out', 0.01),
      aResult('sft', 50, 'held-out', 0.2),
      aResult('sft', 100, 'held-out', 0.3),
      aResult('grpo', 0, 'held-out', 0.31, { of: sft }),
      aResult('grpo', 20, 'held-out', 0.5),
      aResult('grpo', 40, 'held-out', 0.48),
      aResult('eval-1', 100, 'gsm', 0.2, { of: sft }),
      aResult('eval-2', 40, 'gsm', 0.6, { of: grpo, n: 50 }),
      aResult('eval-2', 40, 'math', 0.1, { of: grpo }),
    ],
  };
}

describe('results as checkpoints', () => {
  test('weights that were only evaluated have no step: the model is named, where the files name it', () => {
    const foreign = (model: string | null) => {
      const run = aRun('sums', { method: 'eval', stage: null, model });
      return checkpointAt({ run: 'sums', step: 0 }, new Map([['sums', run]]));
    };
    expect(checkpointName(foreign('openai/gpt-x'))).toBe('sums, openai/gpt-x');
    expect(checkpointName(foreign(null))).toBe('sums');
    expect(checkpointName(foreign('sum'))).toBe('sums');
    expect(placeText(checkpointAt({ run: 'base', step: 0 }, new Map([['base', aRun('base')]])))).toBe('step 0');
  });

  test('nothing is the best where nothing else was measured', () => {
    const { checkpoints } = gather([aWorld()]);
    const columns = columnsOf(aWorld().results);
    expect(comparedColumns(checkpoints.values(), columns).map((c) => c.suite)).toEqual(['held-out', 'gsm']);
    expect(comparedColumns([...checkpoints.values()].slice(0, 1), columns)).toEqual([]);
  });

  test('each stands at the checkpoint it speaks of; of two for one cell the larger counts, then the newer', () => {
    const page = aWorld();
    page.results.push(aResult('eval-2', 40, 'held-out', 0.4, { of: { run: 'grpo', step: 40 }, n: 300 }));
    const { checkpoints } = gather([page]);
    expect(checkpoints.get('sft@100')?.scores.get(columnId('held-out', 'greedy'))).toMatchObject({ mean: 0.31, others: 1 });
    expect(checkpoints.get('grpo@40')?.scores.get(columnId('held-out', 'greedy'))).toMatchObject({ mean: 0.4, n: 300, others: 1 });
    expect(checkpoints.has('grpo@0')).toBe(false);
  });

  test('columns are own questions, suites in the paper’s order, then files; greedy before votes before passes, K ascending', () => {
    const modes = ['pass@16', 'maj@16', 'maj@8', 'greedy', 'pass@8'];
    const results = ['z.jsonl', 'math', 'gsm', 'held-out'].flatMap((s) => modes.map((mode) => aResult('r', 1, s, 0.5, { mode })));
    const { columns } = gather([{ results, runs: [], next: null }]);
    expect([...new Set(columns.map((c) => c.suite))]).toEqual(['held-out', 'gsm', 'math', 'z.jsonl']);
    expect(columns.slice(0, 5).map((c) => c.mode)).toEqual(['greedy', 'maj@8', 'maj@16', 'pass@8', 'pass@16']);
    expect(leadColumns(columns).map((c) => c.mode)).toEqual(['greedy', 'greedy', 'greedy', 'greedy']);
    expect(
      keyColumns(columns)
        .slice(0, 4)
        .map((c) => `${c.suite} ${c.mode}`),
    ).toEqual(['held-out greedy', 'held-out maj@16', 'held-out pass@16', 'gsm greedy']);
    expect(leadColumns([columns[0]])).toHaveLength(1);
  });

  test('an interval that was told is kept, one that was not is made of n, and one that cannot be is not believed', () => {
    expect(scoreOf(aResult('r', 1, 'gsm', 0.5, { low: 0.45, high: 0.52 }))).toMatchObject({ low: 0.45, high: 0.52, derived: false });
    const derived = scoreOf(aResult('r', 1, 'gsm', 0.5))!;
    expect(derived.derived).toBe(true);
    expect([derived.low, derived.high].map((x) => x.toFixed(3))).toEqual(['0.404', '0.596']);
    expect(scoreOf(aResult('r', 1, 'gsm', 0.5, { low: 0.6, high: 0.7 }))?.derived).toBe(true);
    expect(scoreOf(aResult('r', 1, 'gsm', null))).toBeUndefined();
  });

  test('the best of a column, and how many questions it has', () => {
    const { checkpoints } = gather([aWorld()]);
    const all = [...checkpoints.values()];
    expect(bestOf(all, columnId('held-out', 'greedy'))).toBe(0.5);
    expect(bestOf(all, 'nothing')).toBeUndefined();
    expect(commonSize(all, columnId('held-out', 'greedy'))).toBe(100);
    expect(commonSize(all, columnId('gsm', 'greedy'))).toBeUndefined();
  });
});

describe('ways from base to RL', () => {
  test('a family lists base, SFT and GRPO; of each run what one asks for first', () => {
    const view = gather([aWorld()]);
    const [family, ...others] = families(view);
    expect(others).toEqual([]);
    expect(family.checkpoints.map((c) => c.id)).toEqual(['sft@0', 'sft@50', 'sft@100', 'grpo@20', 'grpo@40']);
    expect(keyCheckpoints(family, view).map((c) => [c.id, methodLabel(c)])).toEqual([
      ['sft@0', 'base'],
      ['sft@100', 'SFT'],
      ['grpo@40', 'GRPO'],
    ]);
  });

  test('a long list is cut across families', () => {
    const view = gather([aWorld()]);
    const [family] = families(view);
    const two = [family, { ...family, root: 'other' }];
    expect(firstOf(two, 7).map((f) => f.checkpoints.length)).toEqual([5, 2]);
    expect(firstOf(two, 5).map((f) => f.root)).toEqual(['sft']);
    expect(firstOf(two, 99)).toEqual(two);
  });

  test('the RL run is offered first, with the stops that led to it', () => {
    const [first, second] = ways(gather([aWorld()]));
    expect(first).toMatchObject({ run: 'grpo' });
    expect(first.stops.map((s) => s.id)).toEqual(['sft@0', 'sft@100', 'grpo@40']);
    expect(second.stops.map((s) => s.id)).toEqual(['sft@0', 'sft@100']);
  });

  test('results of a run that was deleted stand by themselves', () => {
    const results = [aResult('eval', 9, 'gsm', 0.5, { of: { run: 'gone', step: 9 } })];
    const view = gather([{ results, runs: [aRun('eval', { method: 'evaluate', stage: null })], next: null }]);
    expect(families(view)).toMatchObject([{ root: 'gone', checkpoints: [{ id: 'gone@9', run: undefined, stage: null }] }]);
    expect(ways(view)).toEqual([]);
  });
});

describe('curves', () => {
  test('a run goes from what it began with over its steps, in per cent, and leads to where it was measured', () => {
    const view = gather([aWorld()]);
    const [curve] = runCurves(view, view.columns[0], 'rl');
    expect(curve.line.points.map((p) => [p.x, p.y])).toEqual([
      [0, 31],
      [20, 50],
      [40, 48],
    ]);
    expect(curve.line.band![1]!.low).toBeCloseTo(40.4, 1);
    expect(curve.at[0]).toEqual({ run: 'grpo', step: 0 });
    const gsm = view.columns.find((c) => c.suite === 'gsm')!;
    expect(runCurves(view, gsm, 'rl')[0].at).toEqual([{ run: 'eval-2', step: 40 }]);
  });

  test('published figures are lines of their own, only where the suite mirrors one and the mode is the same', () => {
    const view = gather([aWorld()]);
    const own = runCurves(view, view.columns[0], 'rl').map((c) => c.line);
    const math = publishedLines({ id: '', suite: 'math', mode: 'greedy' }, own);
    expect(math.find((l) => l.label === 'DeepSeekMath-RL 7B')?.points.map((p) => [p.x, p.y])).toEqual([
      [0, 51.7],
      [40, 51.7],
    ]);
    expect(math.every((l) => l.overlay && l.meaning.includes('Not measured here'))).toBe(true);
    expect(publishedLines({ id: '', suite: 'held-out', mode: 'greedy' }, own)).toEqual([]);
    expect(publishedLines({ id: '', suite: 'math', mode: 'maj@8' }, own)).toEqual([]);
  });

  test('votes and passes against log₂ K, before dashed and after not', () => {
    const at = (run: string, mode: string, value: number) => aResult(run, 1, 'gsm', value, { mode });
    const results = [at('a', 'maj@8', 0.3), at('a', 'maj@1', 0.2), at('b', 'maj@8', 0.6), at('b', 'pass@8', 0.7), at('b', 'greedy', 0.5)];
    const { columns, checkpoints } = gather([{ results, runs: [aRun('a'), aRun('b')], next: null }]);
    expect(suitesWithK(columns)).toEqual(['gsm']);
    const lines = linesAgainstK('gsm', checkpoints.get('a@1')!, checkpoints.get('b@1')!);
    expect(lines.map((l) => [l.label, l.dash > 0, l.points.map((p) => [p.x, Math.round(p.y)])])).toEqual([
      [
        'Maj@K before',
        true,
        [
          [0, 20],
          [3, 30],
        ],
      ],
      ['Maj@K after', false, [[3, 60]]],
      ['Pass@K after', false, [[3, 70]]],
    ]);
    expect(suitesWithK(columns.filter((c) => c.mode !== 'maj@1'))).toEqual([]);
  });
});

describe('before and after', () => {
  test('what was trained on is in-domain, and a change that holds 0 is not clear', () => {
    const { columns, checkpoints } = gather([aWorld()]);
    const { inDomain, outOfDomain } = changes(columns, checkpoints.get('sft@100')!, checkpoints.get('grpo@40')!);
    expect(inDomain.map((c) => [c.column.suite, c.clear])).toEqual([
      ['held-out', true],
      ['gsm', true],
    ]);
    expect(inDomain[0].difference.mean).toBeCloseTo(0.17);
    expect(outOfDomain).toEqual([]);
    const [same] = changes(columns, checkpoints.get('grpo@20')!, checkpoints.get('grpo@40')!).inDomain;
    expect(same.clear).toBe(false);
    expect(['held-out', 'validation', 'gsm', 'math'].map((s) => isInDomain(s, ['math']))).toEqual([true, true, false, true]);
    expect(['gsm', 'gsm-zh', 'math'].map((s) => isInDomain(s, ['word-problems']))).toEqual([true, false, false]);
  });
});

test('scores in words', () => {
  expect([points(0.5), points(-0.0312), range({ low: 0.1, high: 0.25 })]).toEqual(['50.0', '−3.1', '10.0–25.0']);
  expect([difference(0.1234), difference(-0.1), difference(0.0001)]).toEqual(['+12.3', '−10.0', '0.0']);
  const score = scoreOf(aResult('r', 1, 'gsm', 0.5, { samples: 8, shots: 4, temperature: 0.7, checker: 'c 1' }))!;
  expect(scoreTitle(score)).toBe(
    '50% of 100 questions, 95 % interval 40.4 to 59.6 % (Wilson, from the number of questions), 8 solutions each, 4 worked examples in the prompt, temperature 0.7, checked by c 1',
  );
});
