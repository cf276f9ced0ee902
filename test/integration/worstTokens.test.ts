/** The worst tokens of a run, against sorting all of its tokens. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mulberry32 } from '../../src/core/mulberry32.js';
import { badness, tokenMeasures } from '../../src/core/worstTokens.js';
import { encodeF32, encodeU32, encodeU8 } from '../../src/protocol/arrays.js';
import { traceNumbers } from '../../src/protocol/decodeTrace.js';
import type { EventBody, EventOf } from '../../src/protocol/events.js';
import { eventsFolder } from '../../src/protocol/segments.js';
import { Store } from '../../src/store/store.js';
import { worstTokens, type WorstTokensOptions } from '../../src/store/worstTokens.js';
import type { TokenScope, WorstTokens } from '../../src/store/views.js';
import { aGroup, aRun, aSolution, type WrittenRun } from '../builders/aRun.js';

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-worst-'));
const root = join(folder, '.grpo-lab');
const runs = join(root, 'runs');
let store: Store;
let damaged: WrittenRun;

const random = mulberry32(7);
const tokens = 12;
const numbers = (f: () => number): number[] => Array.from({ length: tokens }, f);
type Trace = Extract<EventBody, { type: 'trace' }>;

/** What a trace tells differs from one to the next: of some KL is written, of some it follows, some have no sampler or no update. */
function someTrace(step: number, group: number, solution: number): Trace {
  const old = numbers(() => -2 * random());
  const kind = (step + group + solution) % 4;
  return {
    ...{ type: 'trace', step, group, solution, ends: encodeU32(Array.from({ length: tokens }, (_, t) => t + 1)) },
    logp_old: encodeF32(old),
    ...(kind !== 1 && { logp_sampler: encodeF32(old.map((x, t) => (t === 3 ? NaN : x + 0.1 * (random() - 0.5)))) }),
    ...(kind !== 2 && { dlogp: encodeF32(numbers(() => 0.2 * (random() - 0.5))), dlogp_ref: encodeF32(numbers(() => random() - 0.5)) }),
    ...(kind === 3 && { kl: encodeF32(numbers(() => random())) }),
    ...(kind !== 0 && { mask: encodeU8(Array.from({ length: tokens }, (_, t) => Number(t !== 5))) }),
  };
}
const traces: Trace[] = [];
/** More than are read at a time. */
const steps = Array.from({ length: 20 }, (_, i) => i + 1);
const planted = { step: 4, group: 1, solution: 2, token: 7 };

beforeAll(async () => {
  mkdirSync(runs, { recursive: true });
  const run = aRun('traced').being({ sampling: { logp_temperature: 1 } });
  for (const step of steps) {
    for (const group of [0, 1, 2, 3]) {
      run.with(aGroup(step, group));
      for (const solution of [0, 1, 2, 3]) {
        const made = someTrace(step, group, solution);
        if (step === planted.step && group === planted.group && solution === planted.solution) {
          const old = numbers(() => -1);
          const far = old.map((x, t) => (t === planted.token ? x - 7 : x));
          Object.assign(made, { logp_old: encodeF32(old), logp_sampler: encodeF32(far), logp: encodeF32(far), logp_ref: encodeF32(old) });
          Object.assign(made, { kl: undefined, dlogp: undefined, dlogp_ref: undefined, mask: undefined });
        }
        traces.push(made);
        run.with(made);
      }
    }
  }
  run.write(runs);
  aRun('bare').with(aGroup(1, 0)).write(runs);
  aRun('two')
    .being({ sampling: { logp_temperature: 1, logp_sampler_temperature: 0.6 } })
    .with(aGroup(1, 0), someTrace(1, 0, 0))
    .write(runs);
  damaged = aRun('damaged')
    .with(aGroup(1, 0), someTrace(1, 0, 3), someTrace(1, 0, 0))
    .write(runs);
  aRun('placeless')
    .with(
      { ...(aGroup(1, 0) as Extract<EventBody, { type: 'group' }>), solutions: [{ ...aSolution(0), text: '😀 four' }, aSolution(1)] },
      { type: 'trace', step: 1, group: 0, solution: 0, ends: encodeU32([1, 2, 7]), kl: [9, 0, 8] },
      { type: 'trace', step: 1, group: 0, solution: 1, ends: encodeU32([0, 0, 0]), kl: [0, 7, 0] },
    )
    .write(runs);
  store = await Store.open({ root });
  store.catchUp();
});
afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function list(run: string, options: Partial<WorstTokensOptions> = {}, scope: TokenScope = {}): Promise<WorstTokens> {
  let last: WorstTokens | null = null;
  for await (const state of worstTokens(store.queries, run, scope, { by: 'kl', top: 50, ...options })) last = state;
  return last!;
}
const place = ({ step, group, solution, token }: { step: number; group: number; solution: number; token: number }): string =>
  `${step}/${group}/${solution}/${token}`;

describe.each(tokenMeasures)('by %s', (by) => {
  /** All tokens of the part, worst first, newest first among equals. */
  function plainly(of: (t: Trace) => boolean): { all: { at: string; bad: number }[]; masked: number; unknown: number; lacking: number } {
    const found = { all: [] as { at: string; bad: number }[], masked: 0, unknown: 0, lacking: 0 };
    for (const trace of traces.filter(of).toReversed()) {
      const { logpOld, logpSampler, kl, ratio, mask } = traceNumbers(trace as EventOf<'trace'>);
      const values = by === 'kl' ? kl : by === 'ratio' ? ratio : logpSampler && Float64Array.from(logpOld!, (x, t) => x - logpSampler[t]);
      if (!values) found.lacking++;
      else
        for (const [token, value] of Array.from(values).entries()) {
          const bad = badness(by, value);
          if (mask?.[token] === 0) found.masked++;
          else if (Number.isNaN(bad)) found.unknown++;
          else if (bad > 0) found.all.push({ at: place({ ...trace, token }), bad });
        }
    }
    found.all.sort((a, b) => b.bad - a.bad);
    return found;
  }

  test.each<[string, TokenScope]>([
    ['run', {}],
    ['step', { step: 7 }],
    ['group', { step: 7, group: 2 }],
    ['solution', { step: 7, group: 2, solution: 3 }],
  ])('of a %s they are what sorting all tokens gives', async (_, scope) => {
    const expected = plainly(
      (t) => t.step === (scope.step ?? t.step) && t.group === (scope.group ?? t.group) && t.solution === (scope.solution ?? t.solution),
    );
    const found = await list('traced', { by, top: 30 }, scope);
    expect(found.rows.map((r) => ({ at: place(r), bad: r.badness }))).toEqual(expected.all.slice(0, 30));
    expect(found.end).toBe('all');
    expect(found.lacking).toBe(expected.lacking);
    expect(found.plan.solutions).toBe(
      scope.step === undefined ? 320 : scope.group === undefined ? 16 : scope.solution === undefined ? 4 : 1,
    );
    if (by !== 'kl') {
      expect(found.read).toBe(found.plan.traces);
      expect([found.masked, found.unknown]).toEqual([expected.masked, expected.unknown]);
    }
  });

  test('a planted token is the first, with what stands around it', async () => {
    const [first] = (await list('traced', { by, top: 1 })).rows;
    expect(first).toMatchObject({ ...planted, of: tokens });
    const text = aSolution(2).text;
    expect(first.text).toEqual({ before: text.slice(0, 7), token: text.slice(7, 8), after: text.slice(8, 48), cut: false });
  });

  test('in many small pieces, and with a floor, it is the same list', async () => {
    const whole = await list('traced', { by, top: 40 });
    // Each piece reads one trace.
    const slow: typeof store.queries = {
      ...store.queries,
      tokenPiece: (run, scope, p) => store.queries.tokenPiece(run, scope, { ...p, budgetMs: 0 }),
    };
    let last: WorstTokens | null = null;
    for await (const state of worstTokens(slow, 'traced', { step: 7 }, { by, top: 40 })) last = state;
    expect(last).toEqual(await list('traced', { by, top: 40 }, { step: 7 }));
    expect(whole.rows).toHaveLength(40);
  });
});

test('by KL no more traces are read than can hold one of the worst', async () => {
  const { read, plan } = await list('traced', { by: 'kl', top: 5 });
  expect(plan).toMatchObject({ traces: 320, withKl: 240 });
  expect(read).toBeLessThanOrEqual(5);
});

test('a run without traces says so; there is no other run', async () => {
  expect(await list('bare')).toMatchObject({ rows: [], read: 0, end: 'all', plan: { traces: 0, solutions: 4 } });
  expect(await list('nobody')).toBeNull();
});

test('of log-probabilities at two temperatures no difference is made', async () => {
  expect(await list('two', { by: 'sampler' })).toMatchObject({ rows: [], read: 0, end: 'temperatures' });
  expect((await list('two', { by: 'ratio' })).rows.length).toBeGreaterThan(0);
});

test('what cannot be read is counted, and looked for nowhere else', async () => {
  writeFileSync(join(eventsFolder(damaged.directory), '000001.ndjson'), '{}\n');
  expect(await list('damaged', { by: 'ratio' })).toMatchObject({ rows: [], read: 2, unreadable: 2, tokens: 0, end: 'all' });
});

test('a character of two tokens belongs to the first; of tokens without a place no text is shown', async () => {
  const { rows } = await list('placeless');
  expect(rows.map((r) => r.text)).toEqual([
    { before: '', token: '😀', after: ' four', cut: false },
    { before: '😀', token: ' four', after: '', cut: false },
    null,
  ]);
});

test('its time is kept: what was read until then is told', async () => {
  const found = await list('traced', { by: 'ratio', limitMs: 0 });
  expect(found.end).toBe('time');
  expect(found.read).toBeGreaterThan(0);
  expect(found.read).toBeLessThan(found.plan.traces);
});
