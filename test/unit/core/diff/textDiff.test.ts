import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffTexts, type ComparedText, type TextDiff } from '../../../../src/core/diff/textDiff.js';
import { wordEnds } from '../../../../src/core/diff/textUnits.js';

const plain = (text: string): ComparedText => ({ text, ends: null, sections: null });
const sides = ({ sections }: TextDiff, a: string, b: string): [string, string] => {
  const pieces = sections.flatMap((s) => s.pieces);
  return [pieces.map((p) => a.slice(...p.a)).join(''), pieces.map((p) => b.slice(...p.b)).join('')];
};
const changes = ({ sections }: TextDiff, a: string, b: string): [string, string][] =>
  sections.flatMap((s) => s.pieces.filter((p) => !p.same).map((p): [string, string] => [a.slice(...p.a), b.slice(...p.b)]));

describe('two texts', () => {
  test('are told apart by words where tokens are unknown, from the first divergence on', () => {
    const [a, b] = ['So 23 + 24 = 47. The answer is 47.', 'So 23 + 6 = 29. The answer is 29.'];
    const diff = diffTexts(plain(a), plain(b));
    expect(diff).toMatchObject({ unit: 'word', divergence: { a: 8, b: 8 }, isWhole: true });
    expect(changes(diff, a, b)).toEqual([
      ['24', '6'],
      ['47', '29'],
      ['47', '29'],
    ]);
    expect(diffTexts(plain(a), plain(a))).toMatchObject({ divergence: null, sections: [{ pieces: [{ same: true }] }] });
  });

  test('and by tokens where both have them', () => {
    const [a, b] = ['unhappily', 'unkindly'];
    const diff = diffTexts({ ...plain(a), ends: [2, 7, 9] }, { ...plain(b), ends: [2, 6, 8, 8] });
    expect(diff).toMatchObject({ unit: 'token', sharedUnits: 1, divergence: { a: 2, b: 2 } });
    expect(changes(diff, a, b)).toEqual([['happi', 'kind']]);
    expect(diffTexts({ ...plain(a), ends: [2, 7, 9] }, plain(b)).unit).toBe('word');
  });

  test('are aligned by turn first: a call that only one makes does not stand against the other’s answer', () => {
    const turns = (...parts: [string, string][]): ComparedText => {
      let at = 0;
      const sections = parts.map(([name, text]) => ({ name, start: at, end: (at += text.length) }));
      return { text: parts.map(([, text]) => text).join(''), ends: null, sections };
    };
    const a = turns(
      ['assistant', 'I look it up. '],
      ['tool_call search', '{"q": "47"} '],
      ['tool', 'nothing '],
      ['assistant', 'It is 47.'],
    );
    const b = turns(['assistant', 'I know it. '], ['assistant', 'It is 41.']);
    const diff = diffTexts(a, b);
    expect(diff.sections.map((s) => s.names)).toEqual([
      ['assistant', 'assistant'],
      ['tool_call search', null],
      ['tool', null],
      ['assistant', 'assistant'],
    ]);
    expect(changes(diff, a.text, b.text).at(-1)).toEqual(['47', '41']);
    expect(sides(diff, a.text, b.text)).toEqual([a.text, b.text]);
  });

  test('rebuild from the pieces exactly, whatever tokens and turns they have', () => {
    const text = fc
      .array(fc.constantFrom('a', 'bc ', ' ', '\n', '4', '7', '😀', 'é', '. '), { maxLength: 80 })
      .map((parts) => parts.join(''));
    const compared = text.chain((of) =>
      fc.record({
        text: fc.constant(of),
        ends: fc.option(fc.array(fc.nat(of.length + 3), { maxLength: 60 })),
        sections: fc.option(
          fc.array(
            fc.record({ name: fc.constantFrom('user', 'assistant', 'tool'), start: fc.nat(of.length + 2), end: fc.nat(of.length + 2) }),
            {
              maxLength: 8,
            },
          ),
        ),
      }),
    );
    fc.assert(
      fc.property(compared, compared, (a, b) => {
        const diff = diffTexts(a, b);
        expect(sides(diff, a.text, b.text)).toEqual([a.text, b.text]);
        for (const { pieces } of diff.sections) for (const p of pieces) if (p.same) expect(a.text.slice(...p.a)).toBe(b.text.slice(...p.b));
        if (diff.divergence) expect(a.text.slice(0, diff.divergence.a)).toBe(b.text.slice(0, diff.divergence.b));
        else expect(a.text).toBe(b.text);
      }),
    );
  });

  test('words are all of a text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const ends = wordEnds(text);
        expect(ends.at(-1) ?? 0).toBe(text.length);
        expect(ends.every((end, i) => end > (ends[i - 1] ?? 0))).toBe(true);
      }),
    );
  });
});
