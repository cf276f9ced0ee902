import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extractAnswer } from '../../../src/grading/extract/extractAnswer.js';
import type { Extraction, ExtractOptions } from '../../../src/grading/extract/extraction.js';
import { jsonRows, sharedTest } from '../../builders/sharedData.js';

/** The rule and the answer, the parts of several joined by " | ". */
const found = (text: string, options?: ExtractOptions): string | undefined => {
  const e = extractAnswer(text, options);
  return e && `${e.rule}: ${e.parts ? e.parts.map((p) => p.text).join(' | ') : e.answer}`;
};

function expectExact(text: string, e: Extraction | undefined): void {
  if (!e) return;
  expect(text.slice(...e.span)).toBe(e.answer);
  expect(e.answer.trim()).not.toBe('');
  for (const part of e.parts ?? []) {
    expect(text.slice(...part.span)).toBe(part.text);
    expect(part.span[0]).toBeGreaterThanOrEqual(e.span[0]);
    expect(part.span[1]).toBeLessThanOrEqual(e.span[1]);
  }
}

type Case = [text: string, expected: string | undefined, options?: ExtractOptions];
const all = (cases: Case[]) =>
  test.each(cases)('%j', (text, expected, options) => {
    expect(found(text, options)).toBe(expected);
    expectExact(text, extractAnswer(text, options));
  });

describe('a box', () => {
  all([
    ['so \\boxed{\\frac{1}{\\sqrt{2}}}.', '\\boxed: \\frac{1}{\\sqrt{2}}'],
    ['\\fbox{7} it is', '\\boxed: 7'],
    ['\\boxed{\\{1, 2\\}}', '\\boxed: \\{1, 2\\}'],
    ['\\boxed{1} no no no \\boxed{2}', '\\boxed: 2'],
    ['$$\\boxed{(2, 2)} \\quad \\text{and} \\quad \\boxed{(6, 2)}$$', 'several \\boxed: (2, 2) | (6, 2)'],
    ['$n = \\boxed{1}$, $n = \\boxed{2}$ or $n = \\boxed{3}$', 'several \\boxed: 1 | 2 | 3'],
    ['$\\boxed{5}$, $\\boxed{ 5 }$', '\\boxed: 5'],
    ['$\\boxed{4}$\n\n$\\boxed{5}$', '\\boxed: 5'],
    ['$\\boxed 5$ units', '\\boxed: 5'],
    ['\\boxed 12 and more', '\\boxed: 12'],
    ['\\boxed \\frac12$', '\\boxed: \\frac12'],
    ['thus \\boxed{x = 3, y', 'unclosed \\boxed: x = 3, y'],
    ['thus $\\boxed{\\frac{1}{2}$. More.', 'unclosed \\boxed: \\frac{1}{2}'],
    ['\\boxed{7} then \\boxed{8', '\\boxed: 7'],
    ['Put it into \\boxed{}. It is 5.', 'last number: 5'],
    ['Put it into \\boxed{your answer}. It is 5.', 'last number: 5'],
    ['\\boxedtext{5} is no box, so it is 6', 'last number: 6'],
    ['The answer is 3. So \\boxed{4}.', '\\boxed: 4'],
  ]);
});

test('boxes that belong together are shown with what stands between', () => {
  expect(extractAnswer('so $\\boxed{1}$ and $\\boxed{2}$.')?.answer).toBe('\\boxed{1}$ and $\\boxed{2}');
  expect(extractAnswer('The answer is $1$ or $2$.')?.answer).toBe('$1$ or $2$');
});

describe('a statement', () => {
  all([
    ['The answer is $5.', 'The answer is: $5'],
    ['The answer is $5$ apples.', 'The answer is: 5'],
    ['The answer is **42 apples** because of that.', 'The answer is: 42 apples'],
    ['The answer is 42!', 'The answer is: 42'],
    ['The answer is 3 1/2 cups', 'The answer is: 3 1/2 cups'],
    ['The answer is 5 thousand dollars.', 'The answer is: 5 thousand dollars'],
    ['The answer is x = 5 or x = -3.', 'The answer is: x = 5 or x = -3'],
    ['The answer is 2^10 because of doubling', 'The answer is: 2^10'],
    ['The answer is $3$ or $5$.', 'The answer is: 3 | 5'],
    ['The answer is not 5. It is 7.', 'last number: 7'],
    ['The answer is no solution because 3 > 2 never holds', 'The answer is: no solution'],
    ['Answer: Yes, since 5 > 3', 'Answer:: Yes'],
    ['**Answer:** 42 apples', 'Answer:: 42 apples'],
    ['**Final Answer**\n\n\\[ 5 \\]', 'Final answer: 5'],
    ['Final Answer: Jane started growing it 3 hours ago. I hope it is correct.', 'Final answer: 3 hours'],
    ['Final Answer: the number of points of $f(x)$ is 19.', 'Final answer: 19'],
    ['Final answer: 5. I first thought the answer is 6.', 'Final answer: 5'],
    ['The final answer is $28 \\%$. I hope it is correct. Note: 7 is wrong.', 'The answer is: 28 \\%'],
    ['so 4\n#### $1,200', '####: $1,200'],
    ['so 4\n#### -3', '####: -3'],
    ['#### Step 3: compute\nit is 7', 'last number: 7'],
    ['#### 1. Find it\nso 9', 'last number: 9'],
    ['A: Let us see. 5+5=10. The answer is 10.', 'The answer is: 10'],
    ['Q: 1+1?\nA: 2', 'A:: 2'],
    ['<answer> 12 </answer>', '<answer>: 12'],
    ['The answer is 7.<|im_end|>', 'The answer is: 7'],
  ]);
});

describe('a Chinese statement', () => {
  all([
    ['答案是12。', '答案: 12'],
    ['答案为：$\\frac{1}{2}$', '答案: \\frac{1}{2}'],
    ['答案：十二个', '答案: 十二个'],
    ['故答案为：3或5。', '答案: 3或5'],
    ['最终答案是 7，不是 8。', '答案: 7'],
    ['所以小明一共有12个苹果。', '所以…是: 12个苹果'],
    ['所以一共是 3.5 千克，小红说。', '所以…是: 3.5 千克'],
    ['综上，答案选 C', '答案: C'],
    ['故选：B。', '答案: B'],
  ]);
});

describe('without a statement the last value counts', () => {
  all([
    ['costs $5 and $6', 'last number: $6'],
    ['The total cost is $5 + $6 = $11.', 'last number: $11'],
    ['She has \\$5.00', 'last number: \\$5.00'],
    ['12 dollars and 50 cents', 'last number: 12 dollars and 50 cents'],
    ['thus the area is 12 cm^2.', 'last number: 12 cm^2'],
    ['Soucis : 2,74 $ a..', 'last number: 2,74 $'],
    ["it's not 10, it's 1,000.99m²", 'last number: 1,000.99m²'],
    ['The value is 3.2 × 10^5', 'last number: 3.2 × 10^5'],
    ['It was -5°C.', 'last number: -5°C'],
    ['the point is (3, 4).', 'last number: (3, 4)'],
    ['a ratio of 3:5', 'last number: 3:5'],
    ['1. First take 5\n2. Then add 6\n3. Go home', undefined],
    ['1. First take 5\n2. That leaves 6', 'last number: 6'],
    ['so 2^10', undefined],
    ['so 12 - 5', undefined],
    ['Therefore $x \\geq 5$ is the solution.', 'last formula: x \\geq 5'],
    ['Thus $x=5$, where $n$ is an integer.', 'last formula: x=5'],
    ['$1$, $2$ and $3$', 'last formula: 1 | 2 | 3'],
    ['It is $28$ %', 'last formula: 28$ %'],
    ['so $f(x)$ is 19.', 'last number: 19'],
    ['Answer \\[ \n 9 \n \\]', 'last formula: 9'],
    ['\\begin{align*} x &= 3+4 \\\\ &= 7. \\end{align*}', 'last formula: 7'],
    ['\\[\\begin{aligned} x &= 3+4 \\\\ &= 7 \\\\ \\end{aligned}\\]', 'last formula: 7'],
    ['$\\begin{pmatrix}1\\\\2\\end{pmatrix}$', 'last formula: \\begin{pmatrix}1\\\\2\\end{pmatrix}'],
    ['so 7.\n```python\nprint(8)\n```', 'last number: 7'],
    ['so $7$.\n[asy]\nlabel("$9$", (0,0));\n[/asy]', 'last formula: 7'],
  ]);
});

describe('a text that is nothing but an expression is the answer', () => {
  all([
    ['\\frac{1}{2}', 'whole text: \\frac{1}{2}'],
    ['4\\sqrt{2}.', 'whole text: 4\\sqrt{2}'],
    ['(-a,b)', 'whole text: (-a,b)'],
    ['1,i,-i', 'whole text: 1,i,-i'],
    ['= 5', 'whole text: 5'],
    ['\\begin{pmatrix}\n1\\\\\n2\n\\end{pmatrix}\n', 'whole text: \\begin{pmatrix}\n1\\\\\n2\n\\end{pmatrix}'],
    ['12 cm', 'whole text: 12 cm'],
    ['No solution.', 'whole text: No solution'],
    ['12 apples', 'last number: 12 apples'],
    ['no idea', undefined],
    ['so 12', 'last number: 12'],
    ['9*2=18, 18+3=21', 'last number: 21'],
    ['4\\sqrt{2', undefined],
    ['so it is 4\\sqrt{2} in all', 'last formula: 4\\sqrt{2}'],
    ['so it is 4\\sqrt{2', undefined],
  ]);
});

describe('a value on the way of a text that ends without an answer is none', () => {
  all([
    ['3 + 4 = 7. Next we multiply by', undefined],
    ['We get 7. Now we look at the red ones.', undefined],
    ['$x = 7$.\n\nI do not know.', undefined],
    ['There are 7 of them,', undefined],
    ['It is $7$ times the', undefined],
    ['It is 7. I hope this helps!', 'last number: 7'],
    ['It is 7.\n</s>', 'last number: 7'],
    ['So\n\n7', 'last number: 7'],
    ['We count\nthem all: it is 7', 'last number: 7'],
  ]);
});

describe('a generation that runs on into further questions answers the first', () => {
  const further = '\n\nQuestion: And 5 + 7?\nAnswer: 12\n#### 12';
  all([
    [`9 * 2 = 18\n#### 18${further}`, '####: 18'],
    ['#### 18\n\nTom has 5 and buys 7.\n#### 12', '####: 18'],
    ['#### 18\n\nWait, one is missing.\n#### 17', '####: 17'],
    [`Question: And 9 * 2?\n#### 18${further}`, '####: 18'],
    [`The answer is 18.${further}`, 'The answer is: 18'],
    [`18${further}`, 'whole text: 18'],
    ['So 18.<|im_end|>\n<|im_start|>user\nAnd 4 + 4?', 'last number: 18'],
    ['Let me see.\nQuestion: what is asked?\nThe answer is 18.', 'The answer is: 18'],
  ]);
});

describe('conventions and kinds', () => {
  const choice: ExtractOptions = { convention: 'choice' };
  const tool: ExtractOptions = { convention: 'tool' };
  all([
    ['The answer is (B) 5 because of x', 'The answer is: B'],
    ['So the correct option is D.', 'The answer is: D'],
    ['\\boxed{\\text{(C)}}', '\\boxed: C', choice],
    ['I think A is wrong with 5 apples, so (D).', 'last choice: D', choice],
    ['**D**', 'last choice: D', choice],
    ['A rectangle has 4 sides: C.', 'last choice: C', { extraction: ['string'] }],
    ['The answer is A = 5', 'The answer is: A = 5'],
    ['so \\boxed{4}, that is 8\n#### 8', '####: 8', { convention: 'gsm8k' }],
    ['so \\boxed{4}, that is 8\n#### 8', '\\boxed: 4', { convention: 'math' }],
    ['```output\n1\n42\n```\n', 'code output: 42'],
    ['```output\n42\n```\nSo there are 2 of 3.', 'code output: 42', tool],
    ['\\boxed{1}\n```output\n42\n```\nThe answer is $\\boxed{43}$.', '\\boxed: 43', tool],
    ['\\frac{10}{9}', 'whole text: \\frac{10}{9}', { extraction: ['latex', 'expr'] }],
    ['x^2+3x', 'whole text: x^2+3x', { extraction: ['expr'] }],
    ['no solution', 'whole text: no solution', { extraction: ['latex', 'expr'] }],
    ['so it is 5', undefined, { extraction: ['latex'] }],
    ['so $4$ it is 5', 'last formula: 4', { extraction: ['latex'] }],
  ]);
});

describe('the end of the reasoning', () => {
  all([
    ['<think>\\boxed{3} or 4</think>The result is 7.', 'last number: 7'],
    ['<think>so \\boxed{3}</think>\n', '\\boxed: 3'],
    ['<think>so \\boxed{3}</think> I am sure.', '\\boxed: 3'],
  ]);
});

describe('properties', () => {
  const piece = fc.constantFrom(
    ...[
      '\\boxed{',
      '\\fbox{',
      '\\boxed ',
      '}',
      '{',
      '$',
      '$$',
      '\\[',
      '\\]',
      '\\(',
      '\\)',
      '#### ',
      'A: ',
      'The answer is ',
      'Final answer\n',
    ],
    ...[
      '答案是',
      '所以',
      '选',
      '```output\n',
      '```\n',
      '```python\n',
      '</think>',
      '<answer>',
      '\n',
      ' ',
      '. ',
      ', ',
      ' and ',
      '1',
      '23',
      '-',
      '/',
      '%',
    ],
    ...['\\begin{align}', '\\end{align}', '&=', '\\\\', '[asy]', '[/asy]', '\ud800', '\udc00', '**', '(', ')', '5 apples', 'x'],
  );
  const text = fc.array(fc.oneof({ weight: 4, arbitrary: piece }, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 40 });
  const options = fc.constantFrom<ExtractOptions>(
    {},
    { extraction: ['latex'] },
    { extraction: ['expr'] },
    { extraction: ['string'] },
    { extraction: ['latex', 'expr'] },
    { convention: 'tool' },
    { convention: 'choice' },
  );

  test('spans are exact in any text', () => {
    fc.assert(
      fc.property(text, options, (parts, o) => expectExact(parts.join(''), extractAnswer(parts.join(''), o))),
      { numRuns: 1500 },
    );
  });

  test('what stands before a boxed answer does not change it', () => {
    fc.assert(
      fc.property(text, fc.integer(), (parts, n) => {
        // A paragraph of its own, so that nothing before it lists boxes with it.
        expect(extractAnswer(`${parts.join('')}\n\nso it is \\boxed{${n}}`)?.answer).toBe(String(n));
      }),
    );
  });

  test('an expression alone, between dollars and in a box is one answer', () => {
    const term = fc.constantFrom('2', '17', 'x', '3.5', '\\pi', '\\sqrt{2}', '\\frac{1}{3}', '\\frac{x}{2}', 'x^2', '(x+1)', '\\sin(x)');
    const expression = fc
      .array(fc.tuple(fc.constantFrom('+', '-', '\\cdot ', '='), term), { maxLength: 4 })
      .chain((rest) => term.map((first) => first + rest.map(([sign, t]) => sign + t).join('')));
    fc.assert(
      fc.property(expression, (e) => {
        for (const text of [e, `$${e}$`, `\\(${e}\\)`, `so \\boxed{${e}}`, `${e}.`, ` ${e}\n`]) expect(extractAnswer(text)?.answer).toBe(e);
      }),
    );
  });

  test('what follows an answer and another question does not change it', () => {
    fc.assert(
      fc.property(text, fc.integer(), fc.constantFrom('#### N', 'The answer is N.', '\\boxed{N}', 'A: N'), (parts, n, frame) => {
        const first = `so it goes\n${frame.replace('N', String(n))}`;
        expect(extractAnswer(`${first}\n\nQuestion: ${parts.join('').replaceAll('</think>', '')}`)?.answer).toBe(String(n));
      }),
    );
  });

  test('a long text is read like its end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000 }),
        fc.constantFrom('The answer is N.', 'so it is N', '$x = N$', '#### N'),
        (n, frame) => {
          const end = `\n${frame.replace('N', String(n))}`;
          const long = 'All of this is only thought aloud.\n'.repeat(3000);
          const e = extractAnswer(long + end)!;
          expect(e.answer).toBe(extractAnswer(end)!.answer);
          expectExact(long + end, e);
        },
      ),
      { numRuns: 30 },
    );
  });

  test.each([
    '\\boxed{',
    '\\boxed{1} and ',
    '$',
    '$1 ',
    '1,',
    '1/',
    '(1,',
    '####',
    'A:',
    '\nA: ',
    'the answer is ',
    'answer to ',
    '所以1',
    '```\n',
    '[/asy]',
    '[asy]',
    '\\begin{align} & = \\\\',
    '\nQuestion: ',
    '#### 1\n\n',
    '<|endoftext|>1',
    '\\frac{1} ',
    '. 1',
    '( ',
    '\ud800',
  ])('a megabyte of %j ends', (unit) => {
    const hostile = unit.repeat(Math.floor(1e6 / unit.length));
    expectExact(hostile, extractAnswer(hostile));
  });
});

const differing = (rows: readonly { solution: string; answer: string }[]): string[] =>
  rows.filter((r) => extractAnswer(r.solution)?.answer !== r.answer).map((r) => r.answer);

test('worked solutions give the answers that stand in their last boxes', () => {
  const rows = jsonRows<{ gold: string; gold_text: string }>('test/fixtures/rollouts/boxed.jsonl');
  expect(rows).toHaveLength(6);
  expect(differing(rows.map((r) => ({ solution: r.gold_text, answer: r.gold })))).toEqual([]);
});

sharedTest('benchmarks/math500_test.jsonl', 'solutions of MATH give the answers that are published with them', (path) => {
  const rows = jsonRows<{ solution: string; answer: string }>(path);
  // One solution boxes the same answer twice, as a mixed number and as a fraction.
  expect(differing(rows)).toEqual(['\\frac{639}{40}']);
  expect(rows).toHaveLength(500);
});
