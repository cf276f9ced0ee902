import { expect, test } from 'vitest';
import fc from 'fast-check';
import { linkText, parseLink } from '../../../src/protocol/link.js';
import { addressPath, groupings, parseAddress, parseRunAddress, runOf, sameAddress, type Address } from '../../../src/protocol/address.js';

test.each<[Address, string]>([
  [{ run: 'a-1' }, '/runs/a-1'],
  [{ run: 'a-1', step: 4, group: 0, solution: 2 }, '/runs/a-1/step 4/group 1/solution 3'],
  [{ run: 'a-1', timeline: true }, '/runs/a-1/timeline'],
  [{ run: 'a-1', doctor: true }, '/runs/a-1/doctor'],
  [{ run: 'a-1', timeline: true, step: 42 }, '/runs/a-1/timeline/step 42'],
  [{ run: 'a-1', questions: true }, '/runs/a-1/questions'],
  [{ run: 'a-1', thenNow: {} }, '/runs/a-1/then-now'],
  [{ run: 'a-1', thenNow: { then: { from: 1, to: 50 }, now: { from: 151, to: 200 } } }, '/runs/a-1/then-now/then 1..50/now 151..200'],
  [{ run: 'a-1', thenNow: { now: { from: 3, to: 3 }, other: 'b' } }, '/runs/a-1/then-now/now 3..3/with b'],
  [{ run: 'a-1', questions: true, step: 42, group: 0 }, '/runs/a-1/questions/step 42/group 1'],
  [{ run: 'a-1', tokens: true }, '/runs/a-1/tokens'],
  [{ run: 'a-1', tokens: true, step: 4, group: 0, solution: 2 }, '/runs/a-1/tokens/step 4/group 1/solution 3'],
  [{ run: 'a-1', step: 4, group: 0, solution: 2, token: 56 }, '/runs/a-1/step 4/group 1/solution 3/token 57'],
  [{ run: 'a-1', grades: 'math-verify-0.8.0-59ea3b25' }, '/runs/a-1/grades/math-verify-0.8.0-59ea3b25'],
  [{ page: 'planner' }, '/planner'],
  [{ page: 'preflight', about: { experiment: 'arith-grpo' } }, '/preflight/experiments/arith-grpo'],
  [{ page: 'planner', about: { experiment: 'arith-grpo' } }, '/planner/experiments/arith-grpo'],
  [{ page: 'planner', about: { run: 'a-1', step: 4, group: 0 } }, '/planner/runs/a-1/step 4/group 1'],
])('%o is %s', (address, path) => {
  expect(addressPath(address)).toBe(path);
  expect(parseAddress(path)).toEqual(address);
  expect(parseAddress(encodeURI(path))).toEqual(address);
});

test('a search stands in its address, whatever the filter holds', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.option(fc.constantFrom('reward', 'tokens:asc', 'rewards."two words"'), { nil: undefined }),
      fc.option(fc.constantFrom(...groupings), { nil: undefined }),
      fc.boolean(),
      (filter, order, grouping, ofRun) => {
        const search = { filter, ...(order !== undefined && { order }), ...(grouping && { grouping }) };
        const address: Address = { page: 'find', ...(ofRun && { about: { run: 'a-1' } }), search };
        expect(parseAddress(addressPath(address))).toEqual(address);
        expect(parseLink(linkText('vscode', 'x.y', { address, folder: '/home/me' }))).toEqual({ address, folder: '/home/me' });
      },
    ),
  );
  const path = '/find/runs/a-1/by reward/grouped by step/where "wait" and text ~ /x/where y/';
  expect(parseAddress(path)).toEqual({
    ...{ page: 'find', about: { run: 'a-1' } },
    search: { order: 'reward', grouping: 'step', filter: '"wait" and text ~ /x/where y/' },
  });
  for (const nowhere of ['/find/', '/find/wait', '/find/runs/../where x', '/find/runs/a/step 3', '/find/grouped by x', '/find/where '])
    expect(parseAddress(nowhere), nowhere).toBeUndefined();
  expect(parseAddress('/find')).toEqual({ page: 'find' });
  expect(() => addressPath({ page: 'find', search: { filter: '\ud800' } })).not.toThrow();
});

test.each([
  '/nowhere',
  '/planner/',
  '/planner/runs',
  '/planner/planner',
  '/planner/experiments/../x',
  '/constructor',
  '/runs/a/grades/',
  '/runs/a/timeline/group 1',
  '/runs/a/timelines',
  '/runs/a/doctor/step 1',
  '/runs/a/then-now/then 5..1',
  '/runs/a/then-now/now 1..2/then 1..2',
  '/runs/a/then-now/with ../x',
  '/runs/a/then-now/step 1',
  '/runs/a/questions/step 1',
  '/runs/a/tokens/step 1/group 0',
  '/runs/a/tokens/step 1/group 1/solution 1/token 1',
  '/runs/a/step 1/group 1/solution 1/token 0',
  '/runs/a/step 1/group 1/token 1',
  '/runs/a/questions/step 1/group 0',
  '/runs/a/grades/../../x',
  '/runs/a/grades/A',
  '/runs/a/grades/x/step 1',
  '/runs/a/group 1',
  '/runs/%',
])('%s leads nowhere', (path) => {
  expect(parseAddress(path)).toBeUndefined();
});

test('a page of the workspace is of a run only when it is about one', () => {
  expect(runOf({ run: 'a', step: 3 })).toBe('a');
  expect(runOf({ page: 'planner', about: { run: 'a', step: 3 } })).toBe('a');
  expect(runOf({ page: 'planner', about: { experiment: 'a' } })).toBeUndefined();
  expect(runOf({ page: 'planner' })).toBeUndefined();
});

test('a page of the workspace is no place in a run', () => {
  expect(parseRunAddress('/runs/a/step 3')).toEqual({ run: 'a', step: 3 });
  expect(parseRunAddress('/planner/runs/a')).toBeUndefined();
});

test('addresses are the same when they lead to the same place', () => {
  expect(sameAddress({ run: 'a', step: 1 }, { run: 'a', step: 1 })).toBe(true);
  expect(sameAddress({ run: 'a' }, { page: 'planner', about: { run: 'a' } })).toBe(false);
  expect(sameAddress({ page: 'planner' }, { page: 'planner', about: { experiment: 'a' } })).toBe(false);
});
