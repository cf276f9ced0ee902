import { describe, expect, test } from 'vitest';
import { diffTexts } from '../../../src/core/diff/textDiff.js';
import { diffRows, type DiffRow } from '../../../webview/shared/diff/diffRows.js';
import { extremePair } from '../../../webview/shared/diff/extremePair.js';

const rows = (a: string, b: string, folds = true): DiffRow[] => {
  const plain = (text: string) => ({ text, ends: null, sections: null });
  return diffRows(diffTexts(plain(a), plain(b)), a, b, folds);
};
const textsOf = (all: DiffRow[], side: 'left' | 'right'): string =>
  all.map((r) => (r.kind === 'text' ? r[side].map((p) => p.text).join('') : '')).join('');

describe('two texts as rows', () => {
  test('lines that are equal stand beside each other, around what differs', () => {
    const [a, b] = ['one\ntwo 2\nthree\n', 'one\ntwo 22\nthree\n'];
    const all = rows(a, b);
    expect(all.map((r) => r.kind === 'text' && r.same)).toEqual([true, false, true]);
    expect([textsOf(all, 'left'), textsOf(all, 'right')]).toEqual([a, b]);
    expect(all[1]).toMatchObject({ left: [{ text: 'two ' }, { text: '2', changed: true }, { text: '\n' }] });
  });

  test('what is equal and far away is folded and counted; on request it is there', () => {
    const lines = Array.from({ length: 50 }, (_, i) => `line ${i}\n`).join('');
    const [a, b] = [`${lines}so 47`, `${lines}so 29`];
    const all = rows(a, b);
    expect(all[0]).toMatchObject({ kind: 'folded', rows: 48 });
    expect(all).toHaveLength(4);
    expect(textsOf(rows(a, b, false), 'left')).toBe(a);
  });

  test('a long equal text in one line keeps its ends', () => {
    const long = 'so on '.repeat(400);
    const [row] = rows(`${long}47`, `${long}29`);
    expect(row.kind === 'text' && row.left[0].text).toMatch(/^so on .{200,} … 1,9\d\d equal characters … .+so on $/);
  });
});

describe('best against worst', () => {
  test('is by advantage, else by reward; between equals nothing decides', () => {
    expect(extremePair({ advantageOf: [0.5, -1, 1, NaN], rewardOf: [0, 0, 0, 9] })).toEqual({ worst: 1, best: 2, by: 'advantage' });
    expect(extremePair({ advantageOf: [0, 0, 0], rewardOf: [1, 0.5, 2] })).toEqual({ worst: 1, best: 2, by: 'reward' });
    expect(extremePair({ advantageOf: [NaN, NaN], rewardOf: [1, 1] })).toEqual({ worst: 1, best: 0, by: null });
    expect(extremePair({ advantageOf: [1], rewardOf: [1] })).toBeNull();
  });
});
