import { expect, test } from 'vitest';
import { runWords, type RunFacts } from '../../../src/core/runFacts.js';

const run = (more: Partial<RunFacts>): RunFacts => ({
  ...{ id: 'a', name: 'a', files: 1, bytes: 1, started: null, written: 1, seed: null, steps: { first: 1, last: 3 }, totalSteps: null },
  ...{ solutions: 0, value: null, settings: {}, whole: true, problem: null },
  ...more,
});

test('what tells a run from the others is said, and what all have alike is not', () => {
  const first = run({
    seed: 1,
    started: '2026-08-21T10:00:00',
    value: { name: 'reward/mean', value: 0.25 },
    settings: { lr: '1e-6' },
    solutions: 8,
  });
  const words = ['steps 1 to 3', '8 solutions', 'reward/mean 0.250', 'seed 1', 'started 2026-08-21 10:00', 'lr 1e-6'];
  expect(runWords(first, [first, run({ seed: 2 })])).toEqual(words);
  expect(runWords(first, [first, run({ seed: 1 })])).not.toContain('seed 1');
});

test('a run that was given up is called so, and one that may be going on is not', () => {
  const last = run({ written: 9, steps: { first: 1, last: 40 } });
  const end = (more: Partial<RunFacts>, other = last): string | undefined => runWords(run(more), [run(more), other]).at(-1);
  expect(end({ totalSteps: 100 })).toBe('aborted after step 3 of 100');
  expect(end({ totalSteps: 100, written: 10 })).toBe('at step 3 of 100');
  expect(end({ totalSteps: 3 })).toBe('steps 1 to 3');
  expect(end({})).toBe('aborted after step 3, where another goes to 40');
  expect(end({ written: 10 })).toBe('steps 1 to 3');
  expect(end({ steps: { first: 1, last: 30 } })).toBe('steps 1 to 30');
});

test('what was not read to its end, or cannot be read, says so', () => {
  const one = (more: Partial<RunFacts>): string => runWords(run(more), [run(more)]).join('; ');
  expect(one({ whole: false, totalSteps: 100, value: { name: 'loss', value: 2 } })).toBe('steps 1 to 3 and more; loss 2 so far');
  expect(one({ whole: false, steps: null })).toBe('not looked into');
  expect(one({ steps: null })).toBe('no steps');
  expect(one({ problem: 'a.jsonl, line 1: no JSON.' })).toBe('cannot be read: a.jsonl, line 1: no JSON.');
});
