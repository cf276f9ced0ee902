/** The doctor on runs as they lie on disk, through the store and the command line. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examine } from '../../src/examination/examine.js';
import type { EventBody } from '../../src/protocol/events.js';
import type { RunIdentity } from '../../src/protocol/runFiles.js';
import { Store } from '../../src/store/store.js';
import { aRun, aStatus } from '../builders/aRun.js';
import { aHealthyRun, eventsOf, examined, withoutSeries, withSeries, withSolutions, type BuiltStep } from '../builders/examined.js';

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-doctor-'));
const root = join(folder, '.grpo-lab');
const runs = join(root, 'runs');
let store: Store;

/** Of a trainer that has finished: one that is live and silent would stall. */
const ended = (run: readonly BuiltStep[]): EventBody[] => [...eventsOf(run), aStatus(run.length, 'finished')];

const cut = withSolutions(aHealthyRun(), () => ({ finish: 'length', tokens: 64 }), 21);
const identity = (sampling?: RunIdentity['sampling']): Partial<RunIdentity> => ({
  experiment: {
    name: 'e',
    path: null,
    source: '',
    resolved: {
      method: { name: 'grpo', beta: 0.04, advantage: 'standardised' },
      sampling: { max_tokens: 64 },
      reward: [{ term: 'correct', weight: 1 }],
    },
  },
  ...(sampling && { sampling }),
});

beforeAll(async () => {
  mkdirSync(runs, { recursive: true });
  aRun('healthy')
    .being(identity())
    .with(...ended(aHealthyRun()))
    .write(runs);
  aRun('cut')
    .being(identity())
    .with(...ended(cut))
    .write(runs);
  aRun('nan')
    .being(identity())
    .with(...ended(withSeries(aHealthyRun(), () => ({ loss: NaN }), 37)))
    .write(runs);
  const origin = { format: 'trl', source: '/elsewhere', follow: false, notes: [] };
  aRun('imported')
    .being({ ...identity(), backend: 'trl', import: origin })
    .with(...ended(cut))
    .write(runs);
  // Names of a trainer that nobody has a table for.
  const named = ended(withoutSeries(aHealthyRun(), 'held-out')).map((event): EventBody =>
    event.type !== 'metrics'
      ? event
      : {
          ...event,
          values: {
            'rollout/score_mean': event.values['reward/mean'],
            'my/policy_entropy': event.values.entropy,
            'opt/grad_norm': event.values.grad_norm,
          },
        },
  );
  aRun('foreign')
    .being({ backend: 'other', import: origin, method: 'unknown', experiment: { name: 'e', path: null, source: '', resolved: {} } })
    .with(...named)
    .write(runs);
  const evaluation = ended(cut).map((event): EventBody => (event.type === 'group' ? { ...event, info: { split: 'evaluation' } } : event));
  aRun('evaluations')
    .being(identity())
    .with(...evaluation)
    .write(runs);
  aRun('long')
    .being(identity())
    .with(...ended(aHealthyRun({ steps: 300, groups: 8, size: 16 })))
    .write(runs);
  store = await Store.open({ root });
  store.catchUp();
});
afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const ids = (findings: readonly { id: string }[]): string[] => findings.map((f) => f.id);
const of = async (run: string) => (await examine(store.queries, run, 1_500_000))!;

describe('what is read out of the store', () => {
  const same = (run: readonly BuiltStep[]) => {
    const { findings, healthy } = examined(run, { weights: { correct: 1 } });
    return { findings: ids(findings), healthy: ids(healthy) };
  };

  test('leads to the same as the numbers themselves', async () => {
    for (const [run, built] of [
      ['healthy', aHealthyRun()],
      ['cut', cut],
    ] as const) {
      const found = await of(run);
      expect({ findings: ids(found.findings), healthy: ids(found.healthy) }).toEqual(same(built));
    }
    expect((await of('cut')).findings[0]).toMatchObject({ id: 'truncated', onset: 21 });
    expect((await of('nan')).findings[0]).toMatchObject({ id: 'not-finite', onset: 37 });
  });

  test('an import is examined alike, and what its files do not say is left open', async () => {
    const { findings, unjudged } = await of('imported');
    expect(ids(findings)).toContain('truncated');
    expect(unjudged.find((u) => u.id === 'end-token')).toMatchObject({ record: '`sampling.max_tokens` in run.json' });
  });

  test('metrics are found by what their names say', async () => {
    const { findings, healthy, unjudged } = await of('foreign');
    expect(findings).toEqual([]);
    expect(ids(healthy)).toEqual(expect.arrayContaining(['entropy-collapse', 'gradient-spike', 'reward-collapse']));
    expect(unjudged.find((u) => u.id === 'kl-run-away')).toMatchObject({ record: 'the metric kl' });
    expect(unjudged.find((u) => u.id === 'wrong-grouping')?.because).toBe('the method is not recorded');
  });

  test('groups of an evaluation are passed over', async () => {
    const { findings, evaluationGroups } = await of('evaluations');
    expect([ids(findings), evaluationGroups]).toEqual([[], 360]);
  });

  test('of a long run texts are read in pairs of successive steps', async () => {
    const { findings, textSteps, groupSteps, healthy } = await of('long');
    expect([ids(findings), groupSteps]).toEqual([[], 300]);
    expect(textSteps).toBeLessThanOrEqual(128);
    expect(textSteps).toBeGreaterThan(64);
    expect(ids(healthy)).toContain('stuck-batch');
  });

  test('what is known after each step can be heard while it is read', async () => {
    const first: number[] = [];
    await examine(store.queries, 'cut', 0, (step, diagnosis) => {
      if (ids(diagnosis().findings).includes('truncated')) first.push(step);
    });
    expect(first[0]).toBeGreaterThanOrEqual(21);
    expect(first[0]).toBeLessThanOrEqual(41);
    expect(first.at(-1)).toBe(60);
  });

  test('there is no such run', async () => {
    expect(await examine(store.queries, 'nobody', 0)).toBeNull();
  });
});

describe('grpo-lab doctor', () => {
  const cli = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
    new Promise((done) => {
      execFile(process.execPath, [resolve('dist/cli.cjs'), ...args, '--folder', folder], (error, out, err) => {
        done({ code: error === null ? 0 : Number(error.code), out, err });
      });
    });

  test('says findings first, with doors, and ends with 3', async () => {
    const { code, out, err } = await cli('doctor', 'cut');
    expect([code, err]).toEqual([3, '']);
    expect(out).toMatch(/^cut · 60 steps · \d+ findings?, \d+ not judged, \d+ healthy\n\n1 {2}Truncated solutions, since step 21\n/);
    expect(out).toContain('/runs/cut/step 21/group 1/solution 1');
    expect(out.indexOf('cannot be judged')).toBeGreaterThan(out.indexOf('Truncated solutions'));
    expect(out.indexOf('\nhealthy\n')).toBeGreaterThan(out.indexOf('cannot be judged'));
  });

  test('ends with 0 where nothing is found, and with 2 where nobody is meant', async () => {
    expect(await cli('doctor', 'healthy')).toMatchObject({ code: 0, err: '' });
    expect((await cli('doctor', 'nobody')).code).toBe(2);
  });

  test('answers programs with one value', async () => {
    const { code, out } = await cli('doctor', 'cut', '--json');
    const value = JSON.parse(out) as {
      run: string;
      findings: { id: string; onset: number; doors: { path: string }[] }[];
      unjudged: { record: string | null }[];
    };
    expect(code).toBe(3);
    expect(value.findings[0]).toMatchObject({ id: 'truncated', onset: 21, cost: { share: expect.any(Number) as number } });
    expect(value.findings[0].doors[0].path).toBe('/runs/cut/step 21/group 1/solution 1');
  });

  test('is shown by ls, for runs that were examined, however old what it found is', async () => {
    await cli('doctor', 'cut');
    await cli('doctor', 'healthy');
    const { out } = await cli('ls');
    expect(out).toMatch(/^cut .*1 finding: Truncated solutions \(21\)|^cut .*\d findings: Truncated solutions \(21\)/m);
    expect(out).toMatch(/^healthy .*nothing found$/m);
    expect(out).toMatch(/^nan (?!.*found)/m);
    const file = join(runs, 'healthy', 'doctor.json');
    expect(existsSync(file)).toBe(true);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"upTo":60', '"upTo":40'));
    expect((await cli('ls')).out).toMatch(/^healthy .*nothing found; at step 40$/m);
    writeFileSync(file, '{"v":1,"findings":"<b>"}');
    expect((await cli('ls')).out).toMatch(/^healthy (?!.*found)/m);
  });
});
