import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leadRank, metricRoles, roleOf } from '../../../src/core/metricRole.js';
import { metricPage } from '../../../src/editor/pages/metricPage.js';
import { chartList } from '../../../webview/dashboard/chartList.js';
import { tileMetrics } from '../../../webview/dashboard/tileList.js';

const noise = Array.from({ length: 30_000 }, (_, i) => `gradients/layer_${i}`);
const asked = [
  'Reward/total',
  'reward/mean',
  'val/acc',
  'actor/kl_loss',
  'zz/entropy',
  'response_length/mean',
  'zz/pg_loss',
  'learning_rate',
];
/** As the store answers them. */
const inOrder = (names: readonly string[]): string[] => names.toSorted((a, b) => (a < b ? -1 : 1));
const firstCharts = (names: readonly string[]): string[] => chartList(names).flatMap((c) => (c.first ? [c.id] : []));

/** Every page, first to last. */
function pages(all: readonly string[], most: number): string[][] {
  const list: string[][] = [];
  let after: string | undefined;
  do {
    const page = metricPage(all, { metricsAfter: after }, most);
    list.push(page.metricNames);
    after = page.metricsNext ?? undefined;
  } while (after !== undefined);
  return list;
}

describe('of more than ten thousand metrics', () => {
  const all = inOrder([...noise, ...asked]);

  test('the first page holds every name with a role, the tiles and the first charts of all', () => {
    const { metricNames, metricsNext } = metricPage(all, {});
    expect(metricNames).toHaveLength(10_000);
    expect(metricsNext).not.toBeNull();
    expect(asked.filter((name) => !metricNames.includes(name))).toEqual([]);
    expect(tileMetrics(metricNames)).toEqual(tileMetrics(all));
    expect(firstCharts(metricNames)).toEqual(firstCharts(all));
  });

  test('further pages begin with the same tiles and charts, and no name is lost', () => {
    const list = pages(all, 10_000);
    expect(list.length).toBe(4);
    for (const page of list) {
      expect(tileMetrics(page)).toEqual(tileMetrics(all));
      expect(firstCharts(page)).toEqual(firstCharts(all));
    }
    expect(inOrder([...new Set(list.flat())]).join('\n')).toBe(all.join('\n'));
  });

  test('a role of which there are thousands hides no other', () => {
    const losses = Array.from({ length: 20_000 }, (_, i) => `loss/layer_${i}`);
    const { metricNames } = metricPage(inOrder([...losses, ...asked]), {});
    expect(asked.filter((name) => name !== 'zz/pg_loss' && !metricNames.includes(name))).toEqual([]);
    expect(new Set(metricNames.map((name) => roleOf(name)?.role).filter(Boolean))).toEqual(new Set(metricRoles));
  });

  test('a search lists what it finds on other pages, a thousand at most, and says what it left out', () => {
    const listed = new Set(metricPage(all, {}).metricNames);
    const one = metricPage(all, { search: 'LAYER_29999' });
    expect([one.metricNames.filter((name) => !listed.has(name)), one.found]).toEqual([
      ['gradients/layer_29999'],
      { search: 'LAYER_29999', listed: 1, more: 0 },
    ]);
    const many = metricPage(all, { search: '/layer_/' });
    expect(many.found).toEqual({ search: '/layer_/', listed: 1000, more: all.length - listed.size - 1000 });
    expect(many.metricNames).toHaveLength(11_000);
    expect(metricPage(all, { search: '/layer_(/' }).metricNames).toHaveLength(10_000);
    expect(metricPage(all, { search: ' ' }).found).toBeNull();
  });

  test('what is asked for by name is listed, unless the run has no such metric', () => {
    const { metricNames } = metricPage(all, { named: ['gradients/layer_29998', 'no/such'] });
    expect(metricNames).toHaveLength(10_001);
    expect(metricNames.includes('gradients/layer_29998')).toBe(true);
  });
});

test('any names: pages hold all of them, and whatever has a role stands before what has none', () => {
  const name = fc.oneof(fc.constantFrom(...asked, 'kl', 'entropy', 'constructor', '__proto__'), fc.string({ minLength: 1, maxLength: 8 }));
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (names, most) => {
      const list = pages(inOrder(names), most);
      expect(new Set(list.flat())).toEqual(new Set(names));
      const hasRole = (n: string): boolean => (roleOf(n)?.rank ?? leadRank) < leadRank;
      if (names.filter(hasRole).length > most || names.length <= most) return;
      const known = ['reward/mean', 'kl', 'entropy', 'learning_rate'].filter((n) => names.includes(n));
      if (known.length + names.filter(hasRole).length <= most) expect(names.filter(hasRole).every((n) => list[0].includes(n))).toBe(true);
    }),
  );
});
