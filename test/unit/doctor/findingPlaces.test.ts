/** Where findings lead, and which of them somebody should hear of at once. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rules } from '../../../src/doctor/rules.js';
import { isSerious } from '../../../src/doctor/severity.js';
import { whereSeen } from '../../../src/doctor/whereSeen.js';
import { orderOf } from '../../../src/query/order.js';
import { parse } from '../../../src/query/parse.js';
import { aHealthyRun, examined, withSolutions } from '../../builders/examined.js';

test.each(rules.map(({ id }) => id))('what %s leads to can be searched for', (id) => {
  const { filter, order } = whereSeen(id, 120);
  if (filter !== undefined) expect(parse(filter)).toMatchObject({ tree: expect.anything() as unknown });
  if (filter !== undefined) expect(filter).toMatch(/^step >= 120 and /);
  if (order !== undefined) expect(orderOf(order)).toBeDefined();
});

test('of most checks more is shown than their doors', () => {
  expect(rules.filter(({ id }) => Object.keys(whereSeen(id, 1)).length > 0).length).toBeGreaterThan(15);
  expect(whereSeen('constructor', 1)).toEqual({});
});

const sick = (change: { onset?: number; until?: number | null; share?: number } = {}) => ({
  ...{ onset: 1, until: null, ...change },
  cost: { share: change.share ?? 0.5, text: '' },
});

test('serious is what goes on and costs a tenth since it began', () => {
  expect(isSerious(sick(), 100)).toBe(true);
  expect(isSerious(sick({ until: 90 }), 100)).toBe(false);
  expect(isSerious(sick({ share: 0.05 }), 100)).toBe(false);
  // Five per cent of the run are half of its last tenth.
  expect(isSerious(sick({ share: 0.05, onset: 91 }), 100)).toBe(true);
});

test('what has passed is never serious, and whatever costs everything since its onset is', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(1000), fc.double({ min: 0, max: 1, noNaN: true }), (onset, more, share) => {
      const upTo = onset + more;
      expect(isSerious(sick({ onset, until: upTo, share }), upTo)).toBe(false);
      const all = (more + 1) / Math.max(1, upTo);
      expect(isSerious(sick({ onset, share: Math.min(1, all) }), upTo)).toBe(true);
    }),
  );
});

test('a finding of a run says so itself', () => {
  const cut = examined(withSolutions(aHealthyRun(), () => ({ finish: 'length', tokens: 64 }), 21));
  expect(cut.findings[0]).toMatchObject({
    id: 'truncated',
    serious: true,
    seen: { filter: 'step >= 21 and truncated', series: ['truncated', 'reward'] },
  });
});
