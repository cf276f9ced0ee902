import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareAnswers, gradeSolution } from '../../../src/grading/grade.js';

const cases: [name: string, answer: string][] = [
  ['tower of powers', '9^{9^{9^{9^{9}}}}'],
  ['power of a power', '((((9^9)^9)^9)^9)^9'],
  ['huge factorial', '1000000000000!'],
  ['factorials of factorials', `5${'!'.repeat(39)}`],
  ['many large factorials', '4999!+'.repeat(300) + '1'],
  ['huge binomial', '\\binom{1000000000000}{4999}'],
  ['power of a polynomial', '(x+1)^{1000}'],
  ['astronomic power', '(x+y+z)^{100000000000000000000}'],
  ['power of a sum of powers', `(${'(x+1)^{99}+'.repeat(200)}1)^{999}`],
  ['10,000 open braces', '{'.repeat(10_000)],
  ['9,999 open brackets', '('.repeat(9_999)],
  ['nested roots', '\\sqrt{'.repeat(1_500) + '2' + '}'.repeat(1_500)],
  ['nested \\text', '\\text{'.repeat(1_600)],
  ['a sum of 50,000', '1+'.repeat(50_000) + '1'],
  ['unlike denominators', Array.from({ length: 500 }, (_, i) => `\\frac{1}{${1_000_003 + 2 * i}}`).join('+')],
  ['unlike roots', Array.from({ length: 300 }, (_, i) => `\\sqrt{${10_007 + 2 * i}}`).join('+')],
  ['a number of 9,000 digits', '9'.repeat(9_000)],
  ['an exponent of 9 digits', '1e999999999'],
  ['lone surrogates', '\ud800\udc00\ud800 x\udfff'],
  ['names of Object.prototype', '\\constructor{__proto__} toString \\hasOwnProperty'],
  ['spaces', ' '.repeat(9_990)],
  ['full stops', '.'.repeat(9_990)],
  ['thousands without end', `1${',000'.repeat(2_400)}x`],
  ['digits and spaces', '9 999'.repeat(1_990)],
  ['dollars', '$'.repeat(10_000)],
  ['stars', '*'.repeat(9_000)],
  ['bars', '|'.repeat(9_000)],
  ['commas', '1,'.repeat(4_900)],
  ['plus-minus', '\\pm 1'.repeat(50)],
  ['primes', "f'".repeat(3_000)],
  ['an amount without digits', `\\$${'.'.repeat(9_000)}x`],
  ['a unit of spaces', `3\\text{ m${' '.repeat(9_000)}x}`],
  ['a congruence of a high degree', 'x^{99999} + x \\equiv 1 \\pmod{359}'],
  ['a congruence of huge numbers', `${'9'.repeat(900)}x \\equiv 1 \\pmod{${'7'.repeat(900)}}`],
  ['sums of sums', '\\sum_{i=1}^{999}\\sum_{j=1}^{999}\\sum_{k=1}^{999} i^{jk}'],
  ['a product of factorials', '\\prod_{k=1}^{999} k!'],
  ['a determinant of determinants', '\\det'.repeat(30) + '\\begin{pmatrix}x&y&z&w\\\\1&x&y&z\\\\2&3&x&y\\\\4&5&6&x\\end{pmatrix}'],
  ['unions', '[0,1]\\cup'.repeat(300) + '[0,1]'],
];

describe('an answer that asks for too much is decided or undecided, never a hang or a crash', () => {
  test.each(cases)('%s', (_, answer) => {
    expect(compareAnswers(answer, '5').verdict).not.toBe('equal');
    expect(compareAnswers('1, 2', answer).verdict).not.toBe('equal');
    for (const gold of [`1\\cdot(${answer})`, `\\frac{${answer}}{1}`, 'x^2+\\sqrt{3}', `[${answer}`])
      expect(['equal', 'different', 'undecided']).toContain(compareAnswers(answer, gold).verdict);
    expect(['equal', 'different', 'undecided']).toContain(gradeSolution(`so \\boxed{${answer}}`, answer).verdict);
  });

  test('what exceeds a limit says which', () => {
    expect(compareAnswers('9^{9^{9^{9}}}', 'x').reason).toBe('a power is too large');
    expect(compareAnswers('x'.repeat(10_001), 'x').reason).toContain('characters');
    expect(compareAnswers(`1\\cdot${'9'.repeat(1_001)}`, 'x').reason).toContain('digits');
    expect(compareAnswers('('.repeat(100) + '1' + ')'.repeat(100), 'x').reason).toContain('nested');
  });
});

const piece = fc.oneof(
  fc.constantFrom('\\frac', '\\sqrt', '{', '}', '^', '_', '\\text{', '\\left(', '\\right)', '\\begin{pmatrix}', '\\end{pmatrix}', '&', '\\\\', '\\cup', '[', '(', ')', ']', ',', ';', '\\pm', '=', '<', '\\in', '!', '%', '|', '\\{', '\\}', '\\sin', '\\log_', ' and ', ':', '.', '9', '12', 'x', 'e', 'i', '\\pi', "'"), // prettier-ignore
  fc.string({ unit: 'binary', maxLength: 4 }),
);

test('any two texts get a verdict, and a text that is read equals itself', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 50 }), fc.array(piece, { maxLength: 20 }), (a, b) => {
      const [x, y] = [a.join(''), b.join('')];
      expect(['equal', 'different', 'undecided']).toContain(compareAnswers(x, y).verdict);
      expect(compareAnswers(`${x} `, x).verdict).not.toBe('different');
    }),
    { numRuns: 1_000 },
  );
});

test('texts of 100,000 random characters get a verdict', () => {
  fc.assert(
    fc.property(fc.array(piece, { minLength: 20, maxLength: 60 }), fc.integer({ min: 1_500, max: 2_500 }), (pieces, times) => {
      const text = pieces.join('').repeat(times).slice(0, 100_000);
      expect(['equal', 'different', 'undecided']).toContain(gradeSolution(text, '5').verdict);
      expect(['equal', 'different', 'undecided']).toContain(compareAnswers(text, '5').verdict);
    }),
    { numRuns: 20 },
  );
});
