/**
 * Answers that are meant to cost time or memory, or to break what reads them. None of them is 7.
 * The last ones reach computer algebra, and ask it for minutes.
 */
export const hostileAnswers: readonly [name: string, answer: string][] = [
  ['a tower of powers', '9^{9^{9^{9^9}}}'],
  ['a tower of forty twos', '2^{'.repeat(40) + '2' + '}'.repeat(40)],
  ['a huge factorial', '1000000000!'],
  ['factorials of factorials', '((((9!)!)!)!)!'],
  ['a huge binomial', '\\binom{1000000000}{500000000}'],
  ['a polynomial power', '(x+1)^{1000}'],
  ['a product of polynomial powers', '(x+y+z+w)^{999} (x-y)^{999} \\cdots'],
  ['open braces', '{'.repeat(10_000)],
  ['open brackets', '\\left('.repeat(10_000)],
  ['nested fractions', '\\frac{1}{'.repeat(3_000) + '2' + '}'.repeat(3_000)],
  ['a long answer', 'x+'.repeat(50_000)],
  ['a long numeral', '9'.repeat(100_000)],
  ['malformed UTF-16', '\ud800\\frac{1\udfff}{2}\ud800'],
  ['many boxes', '\\boxed{'.repeat(10_000)],
  ['many spaces', `1${' '.repeat(100_000)}x`],
  ['many commas', '1,'.repeat(50_000)],
  ['many dollars', '$'.repeat(50_001)],
  ['many markers', 'the answer is '.repeat(8_000)],
  ['many signs of equality', 'x='.repeat(40_000)],
  ['many words', 'and or '.repeat(15_000)],
  ['an endless sum', '\\sum_{k=1}^{100000000} \\sin k'],
  ['an endless product', '\\prod_{k=1}^{10^{9}} (k^2+1)'],
  ['an integral without end', '\\int_0^{10^9} \\sin(x^{x}) e^{x^2} dx'],
];
