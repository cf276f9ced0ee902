import fc from 'fast-check';
import { expect, test } from 'vitest';
import { barScale } from '../../../webview/shared/group/barScale.js';

test('rewards grow from zero', () => {
  const scale = barScale([1, 0, 0.5, null]);
  expect(scale.bar(0.5)).toEqual({ bottom: 0, height: 0.5 });
  expect(scale.bar(0)).toEqual({ bottom: 0, height: 0 });
});

test('opposite advantages look opposite', () => {
  const scale = barScale([2, -1], true);
  expect(scale.bar(1)).toEqual({ bottom: 0.5, height: 0.25 });
  expect(scale.bar(-1)).toEqual({ bottom: 0.25, height: 0.25 });
});

test('a group without differences has a scale too', () => {
  expect(barScale([]).bar(0).height).toBe(0);
  expect(barScale([0, 0], true).zero).toBeGreaterThanOrEqual(0);
});

test('whatever the values, bars stay inside the plot', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }), fc.boolean(), (values, symmetric) => {
      const scale = barScale(values, symmetric);
      for (const v of values) {
        const { bottom, height } = scale.bar(v);
        expect(bottom).toBeGreaterThanOrEqual(0);
        expect(bottom + height).toBeLessThanOrEqual(1 + 1e-9);
      }
    }),
  );
});
