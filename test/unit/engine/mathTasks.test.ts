import { describe, expect, test } from 'vitest';
import { compareAnswers } from '../../../src/grading/grade.js';
import { Random } from '../../../src/engine/random.js';
import { math } from '../../../src/engine/tasks/math/math.js';
import type { Level, Task } from '../../../src/engine/tasks/task.js';

const levels: Level[] = [1, 2, 3, 4, 5];
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Every kind's questions, solved another way than the generator does: by trying and counting. */
const solvers: Record<string, (numbers: number[], question: string) => string | number> = {
  'like fractions': ([a, b, c, d]) => `${a}/${b}+${c}/${d}`,
  percentage: ([p, n]) => `${p}*${n}/100`,
  'product of fractions': ([a, b, c, d]) => `(${a}*${c})/(${b}*${d})`,
  'unlike fractions': ([a, b, c, d]) => `${a}/${b}+${c}/${d}`,
  'quotient of fractions': ([a, b, c, d, e]) => `(${a}/${b})/(${c}/${d})+${e}`,
  remainder: ([a, b]) => range(b).find((r) => (a - r) % b === 0)!,
  'greatest common divisor': ([a, b]) => range(a + 1).findLast((d) => a % d === 0 && b % d === 0)!,
  'least common multiple': ([a, b]) => range(a * b + 1).find((m) => m > 0 && m % a === 0 && m % b === 0)!,
  'remainder of a power': ([a, n, m]) => a ** n % m,
  'number of divisors': ([n]) => range(n + 1).filter((d) => n % d === 0).length,
  'one of each': ([a, b]) => range(a).flatMap(() => range(b)).length,
  'probability of a draw': ([a, b]) => `${a}/(${a}+${b})`,
  'different offices': ([k, , n]) => (k === 2 ? pairs(n) : pairs(n).flatMap(([x, y]) => range(n).filter((z) => z !== x && z !== y))).length,
  combinations: ([k, n]) => range(2 ** n).filter((set) => range(n).filter((i) => (set >> i) & 1).length === k).length,
  'probability of two draws': ([a, b]) => `${pairs(a).length}/${pairs(a + b).length}`,
  rectangle: ([a, b], question) => (question.includes('area') ? a * b : a + b + a + b),
  triangle: ([b, h]) => `${b}*${h}/2`,
  'angle sum': ([a, b]) => 180 - a - b,
  Pythagoras: ([a, b]) => `\\sqrt{${a * a + b * b}}`,
  midpoint: ([a, b, c, d]) => `((${a}+${c})/2,(${b}+${d})/2)`,
  sector: ([r, degrees]) => `\\pi*${r}*${r}*${degrees}/360`,
};

const pairs = (n: number): [number, number][] =>
  range(n).flatMap((x) =>
    range(n)
      .filter((y) => y !== x)
      .map((y): [number, number] => [x, y]),
  );

/** Both sides of the question's equations for given letters. */
function holds(question: string, values: Record<string, string>): boolean {
  return [...question.matchAll(/\$([^$]*)=([^$]*)\$/g)].every(([, left, right]) => {
    const put = (side: string) =>
      side.replace(/(\d)?([xy])/g, (_, n: string | undefined, letter: string) => `${n ? `${n}*` : ''}(${values[letter]})`);
    return compareAnswers(put(left), put(right)).verdict === 'equal';
  });
}

function draws(count: number): Task[] {
  const random = Random.derive(7, 'math');
  return range(count).map((i) => math(levels[i % 5], random));
}

describe('math tasks', () => {
  test('are answered as another way of solving them answers', () => {
    const seen = new Set<string>();
    for (const { kind, question, answer } of draws(3000)) {
      seen.add(kind);
      if (kind === 'quadratic equation') for (const x of answer.split(',')) expect(holds(question, { x }), question).toBe(true);
      else if (kind === 'two equations') {
        const [x, y] = answer.slice(1, -1).split(',');
        expect(holds(question, { x, y }), question).toBe(true);
      } else if (/equation|both sides/.test(kind)) expect(holds(question, { x: answer }), question).toBe(true);
      else {
        const numbers = (question.match(/-?\d+/g) ?? []).map(Number);
        expect(compareAnswers(answer, String(solvers[kind](numbers, question))), `${question} ${answer}`).toMatchObject({
          verdict: 'equal',
        });
      }
    }
    expect([...seen].sort()).toEqual(
      [
        ...Object.keys(solvers),
        'one-step equation',
        'two-step equation',
        'letters on both sides',
        'two equations',
        'quadratic equation',
      ].sort(),
    );
  });

  test('show steps that are each worth what stands before them', () => {
    for (const { solution } of draws(1500)) {
      for (const [, formula] of solution.matchAll(/\$([^$]*)\$/g)) {
        if (/[xy]/.test(formula)) continue;
        const values = formula.split('=').filter((part) => !part.includes('equiv'));
        for (const value of values.slice(1)) expect(compareAnswers(value, values[0]), formula).toMatchObject({ verdict: 'equal' });
      }
    }
  });

  test('have a subject and a level each, every subject on every level', () => {
    const found = new Set(draws(2000).map(({ type, level }) => `${type} ${level}`));
    expect(found.size).toBe(25);
  });
});
