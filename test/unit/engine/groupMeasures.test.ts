import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { symmetric } from '../../../src/core/objective.js';
import { gradeSolution } from '../../../src/grading/grade.js';
import { groupEvents } from '../../../src/engine/groupEvents.js';
import { groupMetrics, measure } from '../../../src/engine/groupMeasures.js';
import type { Group, Solution } from '../../../src/engine/methods/method.js';
import { rewardFunction } from '../../../src/engine/rewardFunction.js';
import type { TraceSettings } from '../../../src/experiment/schema.js';
import { decode, promptTokens, responseTokens } from '../../../src/engine/tokenizer.js';
import { runEvent } from '../../../src/protocol/events.js';

const settings = [
  { term: 'correct' as const, weight: 1 },
  { term: 'format' as const, weight: 0.5, marker: 'answer is' as const },
];
const rewardOf = rewardFunction(settings, 80);

/** A solution of 7+5, with advantage Â and log π_old = log π_ref = −1 for each token. */
function aSolution(text: string, advantage: number, finish: 'stop' | 'length' = 'stop'): Solution {
  const tokens = finish === 'stop' ? responseTokens(text) : responseTokens(text).slice(0, -1);
  const grade = gradeSolution(text, '12');
  const all = (x: number) => new Float32Array(tokens.length).fill(x);
  return {
    sequence: { prompt: promptTokens('7+5=?'), response: tokens },
    sample: { tokens, logp: all(-1), entropy: all(0.5), rank: all(0), finish },
    ...decode(tokens),
    grade,
    reward: rewardOf({ text, length: tokens.length, grade }),
    advantage,
    logpRef: all(-1),
  };
}

const aGroup = (...solutions: Solution[]): Group => ({
  task: { question: '7+5=?', solution: '12. The answer is 12.', answer: '12', level: 1, kind: 'sum' },
  solutions,
});

const right = 'The answer is 12.';
const wrong = 'The answer is 13.';
const shifted = (groups: Group[], by: number) => groups.flatMap((g) => g.solutions.map((s) => s.sample.logp.map((l) => l + by)));

describe('metrics of a step', () => {
  const groups = [
    aGroup(aSolution(right, 1), aSolution(wrong, -1)),
    aGroup(aSolution(right, 0), aSolution(right, 0)),
    aGroup(aSolution('12', 1), aSolution('ab', -1, 'length')),
  ];

  test('count rewards, terms and groups by what happened', () => {
    const values = groupMetrics(measure(groups, shifted(groups, 0)), symmetric(0.2));
    expect(values).toMatchObject({
      'reward/mean': (1.5 + 0.5 + 1.5 + 1.5 + 1 + 0) / 6,
      'accuracy/train': 4 / 6,
      'reward/term/correct': 4 / 6,
      'reward/term/format': 4 / 6,
      'length/truncated': 1 / 6,
      'groups/zero_std': 1 / 3,
      'groups/all_right': 1,
      'groups/mixed': 2,
      'groups/all_wrong': 0,
      kl: 0,
      'ratio/min': 1,
      'ratio/max': 1,
      'clip_ratio/low': 0,
      'clip_ratio/high': 0,
    });
  });

  test('count a token as clipped only on the side where its advantage pushes', () => {
    const pair = [aGroup(aSolution(right, 1), aSolution(wrong, -1))];
    const up = groupMetrics(measure(pair, shifted(pair, 0.3)), symmetric(0.2));
    expect(up).toMatchObject({ 'clip_ratio/high': 0.5, 'clip_ratio/low': 0 });
    const down = groupMetrics(measure(pair, shifted(pair, -0.3)), symmetric(0.2));
    expect(down).toMatchObject({ 'clip_ratio/high': 0, 'clip_ratio/low': 0.5 });
    expect(up['ratio/max']).toBeCloseTo(Math.exp(0.3), 6);
    expect(up.kl).toBeCloseTo(Math.exp(-0.3) + 0.3 - 1, 6);
  });

  test('leave out what a tool wrote: it has no entropy, no ratio, and nothing to clip', () => {
    const plain = aSolution(right, 1);
    const own = new Uint8Array(plain.sample.tokens.length).fill(1, 3);
    const zeroed = (values: Float32Array) => values.map((x, t) => (own[t] === 0 ? 0 : x));
    const { logp, entropy } = plain.sample;
    const withTool: Solution = {
      ...plain,
      own,
      sample: { ...plain.sample, logp: zeroed(logp), entropy: zeroed(entropy) },
      logpRef: zeroed(plain.logpRef!),
    };
    const groups = [aGroup(withTool)];
    const values = groupMetrics(measure(groups, [logp.map((l) => l + 0.3)]), symmetric(0.2));
    expect(values.entropy).toBeCloseTo(0.5, 6);
    expect(values['ratio/min']).toBeCloseTo(Math.exp(0.3), 6);
    expect(values['clip_ratio/high']).toBe(1);
    expect(values.kl).toBeCloseTo(Math.exp(-0.3) + 0.3 - 1, 6);
  });

  test('of a method that samples nothing are none', () => expect(groupMetrics([], undefined)).toEqual({}));
});

test('group and trace events are valid for any text a policy may write', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 62 }), { minLength: 1, maxLength: 40 }), (ids) => {
      const base = aSolution(right, 1);
      const all = (x: number) => new Float32Array(ids.length).fill(x);
      const { text, ends } = decode(ids);
      const grade = gradeSolution(text, '12');
      const solution: Solution = {
        ...base,
        sequence: { ...base.sequence, response: ids },
        sample: { ...base.sample, tokens: ids, logp: all(-1), entropy: all(0), rank: all(0) },
        ...{ text, ends, grade, logpRef: all(-2) },
        reward: rewardOf({ text, length: ids.length, grade }),
      };
      const groups = [aGroup(solution, base)];
      const events = [...groupEvents(3, measure(groups, shifted(groups, 0.1)), { groups: 'all', every: 1 })];
      expect(events.map((e) => e.type)).toEqual(['group', 'trace', 'trace']);
      for (const e of events) expect(runEvent.safeParse({ v: 1, seq: 1, time: '2026-01-01T00:00:00.000Z', ...e }).success).toBe(true);
    }),
    { numRuns: 50 },
  );
});

describe('traces are written as the experiment wants them', () => {
  const groups = [
    aGroup(aSolution(right, 1), aSolution(wrong, -1)),
    aGroup(aSolution(right, 0), aSolution(right, 0)),
    // Equal rewards, and a critic that tells them apart.
    aGroup(aSolution(right, 0.5), aSolution(right, 0)),
  ];
  const all = { groups: 'all', every: 1 } as const;
  const traced = (step: number, traces: TraceSettings): number[] => {
    const events = [...groupEvents(step, measure(groups, shifted(groups, 0.1)), traces)];
    expect(events.filter((e) => e.type === 'group')).toEqual(
      [...groupEvents(step, measure(groups, shifted(groups, 0.1)), all)].filter((e) => e.type === 'group'),
    );
    return events.flatMap((e) => (e.type === 'trace' ? [e.group] : []));
  };

  test('of all groups', () => expect(traced(7, all)).toEqual([0, 0, 1, 1, 2, 2]));
  test('of groups with signal', () => expect(traced(7, { groups: 'with-signal', every: 1 })).toEqual([0, 0, 2, 2]));
  test('of none', () => expect(traced(7, { groups: 'none', every: 1 })).toEqual([]));
  test('of every third step', () =>
    expect([1, 2, 3, 4, 5, 6].map((step) => traced(step, { groups: 'all', every: 3 }).length)).toEqual([0, 0, 6, 0, 0, 6]));
});
