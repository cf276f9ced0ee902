import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gradeTask } from '../../../src/engine/tasks/gradeTask.js';
import { generatorLike, publicTasks } from '../../../src/engine/tasks/publicFiles.js';
import { jsonRows, sharedTest } from '../../builders/sharedData.js';

const folder = mkdtempSync(join(tmpdir(), 'public-'));
let files = 0;
function written(...lines: unknown[]): string {
  const path = join(folder, `${++files}.jsonl`);
  writeFileSync(path, lines.map((l) => (typeof l === 'string' ? l : JSON.stringify(l))).join('\n'));
  return path;
}

describe('a file of questions in the format of', () => {
  test('GSM8K', () => {
    const file = written({ question: 'How many?', answer: 'She has 2*3=<<2*3=6>>6.\n#### 1,006' });
    expect(publicTasks(file, 10)).toEqual([
      {
        question: 'How many?',
        solution: 'She has 2*3=6.\n#### 1,006',
        answer: '1,006',
        level: 0,
        kind: 'GSM8K',
        convention: 'gsm8k',
      },
    ]);
    expect(generatorLike(file)).toBe('word-problems');
  });

  test('MATH, with its subjects and levels, or with an answer of its own', () => {
    const solution = 'So $x=\\frac{1}{2}$, and the sum is $\\boxed{\\frac{3}{4}}$.';
    const file = written(
      { problem: 'What is it?', level: 'Level 3', type: 'Algebra', solution },
      { problem: 'And this?', solution: 'no box', answer: '(3,\\pi)', subject: 'Geometry', level: 5 },
      { problem: 'Level unknown', solution, level: 'Level ?' },
    );
    expect(publicTasks(file, 10)).toMatchObject([
      { answer: '\\frac{3}{4}', level: 3, type: 'Algebra', convention: 'math' },
      { answer: '(3,\\pi)', level: 5, type: 'Geometry' },
      { answer: '\\frac{3}{4}', level: 0 },
    ]);
    expect(generatorLike(file)).toBe('math');
  });

  test('MGSM-zh', () => {
    const file = written({
      dataset: 'mgsm-zh',
      id: '0',
      messages: [
        { role: 'user', content: '多少？' },
        { role: 'assistant', content: '' },
      ],
      answer: '18',
    });
    expect(publicTasks(file, 10)).toMatchObject([{ question: '多少？', answer: '18', convention: 'mgsm-zh' }]);
    expect(generatorLike(file)).toBe('word-problems-zh');
  });

  test('CMATH, whose level is the grade', () => {
    const file = written({ grade: 6, question: '多少？', golden: '0.5', reasoning_step: 1, num_digits: 2 });
    expect(publicTasks(file, 10)).toMatchObject([{ answer: '0.5', level: 6, convention: 'cmath' }]);
    expect(generatorLike(file)).toBe('elementary-zh');
  });
});

describe('a file that cannot be read says where', () => {
  const good = { question: 'How many?', answer: '#### 6' };
  test.each([
    ['a line that is no JSON', [good, '{"question":'], /2: this line is not JSON/],
    [
      'fields of no known format',
      [good, '', { prompt: 'x', label: 3 }],
      /3: no format of MGSM, CMATH, MATH, GSM8K has these fields: prompt, label/,
    ],
    ['an answer without its mark', [{ question: 'q', answer: '6' }], /1: .*no "#### "/],
    ['a solution without a box', [good, { problem: 'q', solution: 'it is 6' }], /2: .*neither an answer nor a \\boxed/],
    ['nothing', [''], /holds no question/],
  ])('%s', (_, lines, message) => expect(() => publicTasks(written(...lines), 10)).toThrow(message));

  test('a file that is not there', () => expect(() => publicTasks(join(folder, 'gone.jsonl'), 10)).toThrow('ENOENT'));
});

test('of a larger file the same questions are taken every time, from all of it, in its order', () => {
  const file = written(...Array.from({ length: 5000 }, (_, i) => ({ question: `Question ${i}`, answer: `#### ${i}` })));
  const numbers = publicTasks(file, 50).map((t) => Number(t.answer));
  expect(publicTasks(file, 50).map((t) => Number(t.answer))).toEqual(numbers);
  expect(numbers).toHaveLength(50);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(numbers[0]).toBeLessThan(1000);
  expect(numbers.at(-1)).toBeGreaterThan(4000);
  expect(publicTasks(file, 100_000)).toHaveLength(5000);
});

test('worked solutions in the formats of public files are graded right', () => {
  const stories = jsonRows<{ question: string; gold_text: string }>('test/fixtures/rollouts/stories.jsonl');
  const boxed = jsonRows<{ question: string; gold_text: string }>('test/fixtures/rollouts/boxed.jsonl');
  const tasks = [
    ...publicTasks(written(...stories.map((r) => ({ question: r.question, answer: r.gold_text.replace('\nA: ', '\n#### ') }))), 100),
    ...publicTasks(written(...boxed.map((r) => ({ problem: r.question, level: 'Level 1', type: 'Algebra', solution: r.gold_text }))), 100),
  ];
  expect(tasks).toHaveLength(18);
  expect(tasks.filter((t) => gradeTask(t.solution, t).verdict !== 'equal').map((t) => t.solution)).toEqual([]);
});

sharedTest('benchmarks', 'the public files load whole, and every worked solution is graded right', (data) => {
  const expected = {
    'gsm8k_test.jsonl': 1319,
    'math_test.jsonl': 5000,
    'mgsm_zh.jsonl': 250,
    'cmath_test.jsonl': 1098,
    'math500_test.jsonl': 500,
  };
  for (const [name, count] of Object.entries(expected)) {
    const tasks = publicTasks(join(data, name), 100_000);
    expect(tasks).toHaveLength(count);
    const wrong = tasks.filter((t) => gradeTask(t.solution, t).verdict !== 'equal');
    // A few golds are texts in which the checker cannot tell the answer from what is around it.
    expect(
      wrong.length / count,
      `${name}: ${wrong
        .slice(0, 5)
        .map((t) => t.answer)
        .join(' | ')}`,
    ).toBeLessThan(0.01);
  }
});
