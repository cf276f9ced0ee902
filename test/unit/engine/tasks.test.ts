import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/engine/random.js';
import { answerLength, fewShotPrompt } from '../../../src/engine/tasks/fewShot.js';
import { generators } from '../../../src/engine/tasks/generators.js';
import { gradeTask } from '../../../src/engine/tasks/gradeTask.js';
import { benchmarkTasks, drawDemonstration, drawTask, splitOf, type DataSettings } from '../../../src/engine/tasks/taskQuestions.js';
import { answerLine } from '../../../src/engine/tasks/task.js';
import {
  closingToken,
  decode,
  encode,
  programToken,
  promptTokens,
  responseTokens,
  unknownToken,
  vocabulary,
} from '../../../src/engine/tokenizer.js';

const names = Object.keys(generators) as DataSettings['generator'][];
const dataOf = (...generator: DataSettings['generator'][]): fc.Arbitrary<DataSettings> =>
  fc.record({
    generator: fc.constantFrom(...generator),
    levels: fc.integer({ min: 1, max: 5 }).map((level) => [level]),
    held_out_fraction: fc.constantFrom(0.05, 0.1, 0.3),
    direct_fraction: fc.constant(0),
  });
const data = dataOf(...names);
const seed = fc.nat();

describe('every task', () => {
  test('has a worked solution whose answer is graded right, and another is not', () => {
    fc.assert(
      fc.property(data, seed, (d, s) => {
        const task = drawTask(d, 'train', Random.derive(s, 'data'));
        for (const text of [task.solution, answerLine(task)]) expect(gradeTask(text, task), text).toMatchObject({ verdict: 'equal' });
        // With and without a sign: 2x+3=-3 ends with its own answer, and so does 10-5.
        const numbers = [...task.question.matchAll(/-?(\d+)/g)].flatMap(([signed, digits]) => [signed, digits]);
        if (!numbers.includes(task.answer)) expect(gradeTask(task.question, task).verdict, task.question).not.toBe('equal');
        const other = answerLine({ ...task, answer: task.answer.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) % 9) + 1)) });
        expect(gradeTask(other, task).verdict, other).toBe('different');
      }),
      { numRuns: 1500 },
    );
  });

  test('is worked out in lines that are all worth its answer, each a natural number', () => {
    fc.assert(
      fc.property(dataOf('arithmetic', 'word-problems', 'mixed', 'word-problems-zh', 'elementary-zh'), seed, (d, s) => {
        const task = drawTask(d, 'train', Random.derive(s, 'data'));
        fc.pre(!/[，.]\d/.test(task.solution));
        const lines = task.solution.split(/\. The answer|。答案/)[0].split('=');
        for (const line of lines) expect(calculate(line), task.solution).toBe(Number(task.answer));
        for (const n of task.solution.match(/\d+/g) ?? []) expect(Number(n)).toBeGreaterThanOrEqual(0);
        expect(task.solution).not.toMatch(/[=(]-|\.\d/);
      }),
      { numRuns: 500 },
    );
  });

  test('of bare arithmetic asks for what its expression is worth', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), seed, (level, s) => {
        const task = drawTask(
          { generator: 'arithmetic', levels: [level], held_out_fraction: 0.1, direct_fraction: 0 },
          'train',
          Random.derive(s, 'data'),
        );
        expect(calculate(task.question.replace('=?', ''))).toBe(Number(task.answer));
        expect(task.level).toBe(level);
      }),
      { numRuns: 300 },
    );
  });

  test('can be written in tokens and read back', () => {
    fc.assert(
      fc.property(data, seed, (d, s) => {
        const task = drawTask(d, 'train', Random.derive(s, 'data'));
        expect(decode(promptTokens(task.question)).text).toBe(`${task.question}\n`);
        expect(decode(responseTokens(task.solution)).text).toBe(task.solution);
      }),
      { numRuns: 2000 },
    );
  });

  test('needs every Chinese character of the alphabet, so that none is carried along for nothing', () => {
    const random = Random.derive(1, 'data');
    const used = new Set<number>();
    for (let i = 0; i < 40_000; i++) {
      const { question, solution } = generators[names[i % names.length]](random.pick([1, 2, 3, 4, 5]), random);
      for (const id of encode(question + solution)) used.add(id);
    }
    const all = Array.from({ length: vocabulary }, (_, id) => id);
    expect(used).not.toContain(unknownToken);
    expect(decode(all.filter((id) => !used.has(id))).text).toMatch(/^[\uFFFD\x20-\x7e]*$/);
    expect(vocabulary).toBeLessThan(260);
  });
});

test('demonstrations show their steps, except for the share that is asked to state the answer alone', () => {
  const random = Random.derive(1, 'data');
  const direct = (direct_fraction: number) =>
    Array.from({ length: 1000 }, () =>
      drawDemonstration({ generator: 'mixed', levels: [1, 3], held_out_fraction: 0.1, direct_fraction }, random),
    ).filter((d) => d.response.startsWith('The answer is')).length;
  expect(direct(0)).toBe(0);
  expect(direct(1)).toBe(1000);
  expect(Math.abs(direct(0.3) - 300)).toBeLessThan(60);
});

describe('splits', () => {
  test('training never draws a held-out or a validation question, and their benchmarks share none', () => {
    fc.assert(
      fc.property(data, seed, (d, s) => {
        const heldOut = benchmarkTasks(d, { suite: 'held-out', size: 20 });
        const validation = benchmarkTasks(d, { suite: 'validation', size: 20 });
        const questions = [...heldOut, ...validation].map((t) => t.question);
        expect(new Set(questions).size).toBe(questions.length);
        expect(questions).not.toContain(drawTask(d, 'train', Random.derive(s, 'data')).question);
        expect(heldOut.every((t) => splitOf(t.question, d.held_out_fraction) === 'held-out')).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('a benchmark is the same every time, without repeated questions', () => {
    const d: DataSettings = { generator: 'arithmetic', levels: [1, 2], held_out_fraction: 0.1, direct_fraction: 0 };
    const tasks = benchmarkTasks(d, { suite: 'held-out', size: 300 });
    expect(tasks).toHaveLength(300);
    expect(benchmarkTasks({ ...d, levels: [2, 1] }, { suite: 'held-out', size: 300 })).toEqual(tasks);
  });

  test('levels that hold fewer questions give what they have', () => {
    const tasks = benchmarkTasks(
      { generator: 'arithmetic', levels: [5], held_out_fraction: 0.001, direct_fraction: 0 },
      { suite: 'held-out', size: 100_000 },
    );
    expect(tasks.length).toBeGreaterThan(0);
    expect(tasks.length).toBeLessThan(1000);
  });

  test('a fraction that leaves no training question is refused with advice', () => {
    const d: DataSettings = { generator: 'arithmetic', levels: [1], held_out_fraction: 0.999999, direct_fraction: 0 };
    expect(() => drawTask(d, 'train', Random.derive(1, 'data'))).toThrow(/no train question.*held_out_fraction 0.999999 leaves none/);
    expect(() => benchmarkTasks({ ...d, held_out_fraction: 1e-9 }, { suite: 'held-out', size: 10 })).toThrow(
      /no held-out question.*leaves none/,
    );
  });
});

describe('fixed suites', () => {
  const suites = ['gsm', 'math', 'gsm-zh', 'elementary-zh', 'tools'] as const;

  test('hold the same questions of every level, whatever the experiment trains on', () => {
    const other: DataSettings = { generator: 'math', levels: [4], held_out_fraction: 0.3, direct_fraction: 1 };
    for (const suite of suites) {
      const tasks = benchmarkTasks({ ...other, generator: 'arithmetic' }, { suite, size: 100 });
      expect(benchmarkTasks(other, { suite, size: 100 })).toEqual(tasks);
      expect(new Set(tasks.map((t) => t.question)).size).toBe(100);
      expect([...new Set(tasks.map((t) => t.level))].sort()).toEqual([1, 2, 3, 4, 5]);
      expect(tasks.every((t) => t.tools === (suite === 'tools' ? true : undefined))).toBe(true);
    }
  });

  test('are never trained on, nor used to choose settings, even where hardly a question is held out', () => {
    const benchmarkQuestions = new Set(
      suites.flatMap((suite) => benchmarkTasks(some('mixed'), { suite, size: 2000 }).map((t) => t.question)),
    );
    for (const generator of names) {
      const random = Random.derive(5, generator);
      for (let i = 0; i < 3000; i++) {
        const { question } = drawTask({ ...some(generator), held_out_fraction: 1e-4 }, 'train', random);
        expect(benchmarkQuestions.has(question), question).toBe(false);
      }
    }
    for (const question of benchmarkQuestions) expect(splitOf(question, 0.01)).not.toBe('validation');
  });
});

const some = (generator: DataSettings['generator']): DataSettings => ({
  generator,
  levels: [1, 2, 3, 4, 5],
  held_out_fraction: 0.1,
  direct_fraction: 0,
});

test('a base model sees worked examples before its question', () => {
  const shown = [
    { question: '2+3=?', response: '5. The answer is 5.' },
    { question: '4+4=?', response: '8. The answer is 8.' },
  ];
  expect(fewShotPrompt(shown, '1+1=?')).toBe('2+3=?\n5. The answer is 5.\n\n4+4=?\n8. The answer is 8.\n\n1+1=?');
  expect(fewShotPrompt([], '1+1=?')).toBe('1+1=?');
});

test('an answer to worked examples ends before the blank line and the question that a base model makes up behind it', () => {
  const answer = (text: string) => decode(encode(text).slice(0, answerLength(encode(text)))).text;
  expect(answer('1+1=2\nThe answer is 2.\n\n3+3=?\n6. The answer is 6.')).toBe('1+1=2\nThe answer is 2.');
  expect(answer('1+1=2\nThe answer is 2.\n')).toBe('1+1=2\nThe answer is 2.\n');
  expect(answer('\n\n')).toBe('');
});

describe('tokens', () => {
  test('a character without a token is one unknown token, and reads as the replacement character', () => {
    expect(encode('é𝑥?')).toEqual([unknownToken, unknownToken, ...encode('?')]);
    expect(decode(encode('3 € + 4')).text).toBe('3 \uFFFD + 4');
  });

  test('any text of known characters reads back as it was', () => {
    const known = fc.array(fc.constantFrom('```python\n', '```', '`', '\n', 'x', '小', '×', '\\frac', '```output\n'));
    fc.assert(fc.property(known, (parts) => decode(encode(parts.join(''))).text === parts.join('')));
  });

  test('a program ends with a token of its own', () => {
    const ids = encode('```python\nprint(1)\n```\n');
    expect(ids[0]).toBe(programToken);
    expect(ids.at(-1)).toBe(closingToken);
  });

  test('any ids decode to text whose ends rise to its length', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: vocabulary - 1 })), (ids) => {
        const { text, ends } = decode(ids);
        expect(ends).toHaveLength(ids.length);
        expect(ends).toEqual([...ends].sort((a, b) => a - b));
        expect(ends.at(-1) ?? 0).toBe(text.length);
      }),
    );
  });
});

/** A small calculator of its own: + − * / and brackets over natural numbers. */
function calculate(expression: string): number {
  const tokens =
    expression
      .replaceAll('×', '*')
      .replaceAll('÷', '/')
      .match(/\d+|[-+*/()]/g) ?? [];
  const atom = (): number => {
    const t = tokens.shift();
    if (t !== '(') return Number(t);
    const inside = sum();
    tokens.shift();
    return inside;
  };
  const product = (): number => {
    let value = atom();
    while (tokens[0] === '*' || tokens[0] === '/') value = tokens.shift() === '*' ? value * atom() : value / atom();
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[0] === '+' || tokens[0] === '-') value = tokens.shift() === '+' ? value + product() : value - product();
    return value;
  };
  return sum();
}
