import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareAnswers, gradeSolution } from '../../../src/grading/grade.js';
import { parseRational } from '../../../src/grading/number.js';
import { jsonRows, sharedTest } from '../../builders/sharedData.js';

describe('an answer is found by the convention that states it', () => {
  test.each([
    ['7+5=12. The answer is 12.', '12', 'The answer is'],
    ['She has 1,234 left.\n#### 1,234', '1,234', '####'],
    ['4*6=<<4*6=24>>24\nA: 24', '24', 'A:'],
    ['so \\boxed{\\frac{1}{2}} and then \\boxed{ 5 }', '5', '\\boxed'],
    ['That makes 12 apples.', '12 apples', 'last number'],
    ['x = -3', 'x = -3', 'whole text'],
    ['The answer is 12. Wait. The answer is 13.', '13', 'The answer is'],
  ])('%j', (text, answer, rule) => {
    const grade = gradeSolution(text, '0');
    expect(grade.answer).toBe(answer);
    expect(grade.extraction).toBe(rule);
    expect(text.slice(...grade.span!)).toBe(answer);
  });

  test.each(['', 'no idea', 'The answer is', '\\boxed{', 'so 2^10', 'so 12 - 5', 'ten - 5', 'so x -1', 'so x1'])(
    '%j states none',
    (text) => {
      expect(gradeSolution(text, '3')).toMatchObject({ verdict: 'different', answer: null, span: null, rule: 'no answer found' });
    },
  );
});

describe('equal numbers are equal however they are written', () => {
  test.each([
    ['47', '47'],
    ['1,234', '1234'],
    ['$18.00', '18'],
    ['0.5', '1/2'],
    ['-3', '-3.0'],
    ['6/4', '3/2'],
    ['61 apples', '61'],
    ['007', '7'],
    ['-0.25', '-1/4'],
  ])('%s = %s', (a, b) => expect(compareAnswers(a, b).verdict).toBe('equal'));

  test.each([
    ['12', '13'],
    ['1.5', '15'],
    ['-3', '3'],
    ['12,345', '12345.1'],
  ])('%s ≠ %s', (a, b) => expect(compareAnswers(a, b).verdict).toBe('different'));

  test.each(['5 half', '5 less than', '5/0', '\\int_0^1 x', '1 2 + +', '\\frac{d}{dx} x^2'])('%s is not decided', (a) =>
    expect(compareAnswers(a, '5').verdict).toBe('undecided'),
  );
});

test.each(['\\frac{d}{dx} x^2', '', '5 half', '?? see figure {'])(
  'a gold that nothing can read, %j, leaves every answer undecided and says why',
  (gold) => {
    for (const text of ['The answer is 5.', '\\boxed{x^2}', '\\boxed{5 half of}', '7'])
    expect(gradeSolution(text, gold)).toMatchObject({ verdict: 'undecided', rule: 'gold unreadable', reason: expect.stringMatching(/^the gold answer cannot be read: /) as string }); // prettier-ignore
    expect(gradeSolution('I do not know.', gold)).toMatchObject({ verdict: 'different', rule: 'no answer found' });
  },
);

test('an answer that cannot be read is no fault of the gold', () => {
  expect(gradeSolution('\\boxed{5 half}', '5')).toMatchObject({ verdict: 'undecided', rule: 'parsing' });
});

describe('properties', () => {
  const integer = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });

  test('an integer equals itself in every sentence, and never its neighbour', () => {
    fc.assert(
      fc.property(integer, fc.constantFrom('The answer is N.', '#### N', 'A: N', '\\boxed{N}', 'so it is N'), (n, frame) => {
        const text = frame.replace('N', String(n));
        expect(gradeSolution(text, String(n)).verdict).toBe('equal');
        expect(gradeSolution(text, String(n + 1n)).verdict).toBe('different');
      }),
    );
  });

  test('scaling a fraction does not change it', () => {
    fc.assert(
      fc.property(integer, fc.bigInt({ min: 1n, max: 10n ** 9n }), fc.bigInt({ min: 2n, max: 1000n }), (a, b, k) => {
        expect(compareAnswers(`${a * k}/${b * k}`, `${a}/${b}`).verdict).toBe('equal');
        expect(compareAnswers(`${a * k + 1n}/${b * k}`, `${a}/${b}`).verdict).toBe('different');
      }),
    );
  });

  test('a decimal is the rational it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: 0, max: 6 }), (n, places) => {
        const digits = String(n).padStart(places + 1, '0');
        const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
        const value = parseRational(text)!;
        expect(value.numerator * 10n ** BigInt(places)).toBe(BigInt(n) * value.denominator);
      }),
    );
  });

  test('any text gets a verdict, with a span inside it', () => {
    const marker = fc.constantFrom('The answer is ', '#### ', 'A: ', '\\boxed{', '1', ',', '.', '/', '-', ' ', '{', '}');
    fc.assert(
      fc.property(fc.array(fc.oneof(marker, fc.string({ unit: 'binary' })), { maxLength: 60 }), fc.string(), (parts, gold) => {
        const text = parts.join('');
        const grade = gradeSolution(text, gold);
        if (grade.span) expect(text.slice(...grade.span)).toBe(grade.answer);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    '1,'.repeat(50_000),
    '9'.repeat(100_000),
    '- '.repeat(50_000),
    'the answer is '.repeat(8_000),
    '\\boxed{'.repeat(15_000),
    `The answer is ${'ab '.repeat(40_000)}`,
    `A: 5 ${' '.repeat(100_000)}x`,
    '1/'.repeat(50_000),
  ])('a hostile text of 100,000 characters is decided too (%#)', (text) => {
    expect(['different', 'undecided']).toContain(gradeSolution(text, '5').verdict);
  });
});

interface Row {
  gold: string;
  samples: { text: string; is_correct: boolean }[];
}

/** How many samples there are, and those that are decided otherwise than their labels say. */
function labels(path: string) {
  const samples = jsonRows<Row>(path).flatMap((row) => row.samples.map((s) => ({ ...s, gold: row.gold })));
  const otherwise = samples.filter((s) => (gradeSolution(s.text, s.gold).verdict === 'equal') !== s.is_correct);
  return {
    samples: samples.length,
    right: samples.filter((s) => s.is_correct).length,
    otherwise: otherwise.map((s) => [s.gold, s.text.slice(-80)]),
  };
}

test('labels of solutions are reproduced: answers in a last line, and answers in boxes', () => {
  expect(labels('test/fixtures/rollouts/stories.jsonl')).toEqual({ samples: 48, right: 25, otherwise: [] });
  expect(labels('test/fixtures/rollouts/boxed.jsonl')).toEqual({ samples: 24, right: 13, otherwise: [] });
});

sharedTest(
  'rollouts/gsm8k_example_groups.jsonl',
  'labels of real model output on GSM8K are reproduced, and no wrong answer is accepted',
  (path) => {
    expect(labels(path)).toMatchObject({ samples: 5276, otherwise: [] });
  },
);
