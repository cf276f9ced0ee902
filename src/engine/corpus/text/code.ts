import { largest, smallest } from '../../../core/extremes.js';
import type { Random } from '../../random.js';
import type { TextGenerator } from './text.js';

const counters = ['i', 'k', 'n', 'x'];
const results = ['total', 'result', 'acc', 'out'];

type Names = { i: string; out: string };

/** A loop that adds something up, with an assertion of what it gives. */
function summing(r: Random, { i, out }: Names): string {
  const { name, says, expression, value } = r.pick([
    { name: 'sum_of_squares', says: 'squares of 1 to', expression: `${i} * ${i}`, value: (k: number) => k * k },
    { name: 'sum_of_cubes', says: 'cubes of 1 to', expression: `${i} ** 3`, value: (k: number) => k ** 3 },
    { name: 'triangle', says: 'numbers from 1 to', expression: i, value: (k: number) => k },
    { name: 'sum_of_doubles', says: 'doubles of 1 to', expression: `2 * ${i}`, value: (k: number) => 2 * k },
  ]);
  const last = r.integer(2, 12);
  let sum = 0;
  for (let k = 1; k <= last; k++) sum += value(k);
  return [
    `def ${name}(last):`,
    `    """Sum of the ${says} last."""`,
    `    ${out} = 0`,
    `    for ${i} in range(1, last + 1):`,
    `        ${out} += ${expression}`,
    `    return ${out}`,
    '',
    `assert ${name}(${last}) == ${sum}`,
  ].join('\n');
}

/** A function of a list. */
function listing(r: Random, { i, out }: Names): string {
  const numbers = Array.from({ length: r.integer(3, 6) }, () => r.integer(1, 50));
  const d = r.integer(2, 5);
  const { name, body, value } = r.pick([
    { name: 'largest', body: 'max(numbers)', value: largest(numbers) },
    { name: 'spread', body: 'max(numbers) - min(numbers)', value: largest(numbers) - smallest(numbers) },
    {
      name: `count_multiples_of_${d}`,
      body: `sum(1 for ${i} in numbers if ${i} % ${d} == 0)`,
      value: numbers.filter((x) => x % d === 0).length,
    },
    { name: 'sum_of_odd', body: `sum(${i} for ${i} in numbers if ${i} % 2 == 1)`, value: numbers.reduce((s, x) => s + (x % 2) * x, 0) },
  ]);
  return [`def ${name}(numbers):`, `    return ${body}`, '', `${out} = ${name}([${numbers.join(', ')}])`, `assert ${out} == ${value}`].join(
    '\n',
  );
}

/** A while loop on one number. */
function whileLoop(r: Random, { out }: Names): string {
  if (r.next() < 0.5) {
    const [a, b] = [r.integer(6, 60), r.integer(4, 40)];
    let [x, y] = [a, b];
    while (y > 0) [x, y] = [y, x % y];
    return ['def gcd(a, b):', '    while b > 0:', '        a, b = b, a % b', '    return a', '', `assert gcd(${a}, ${b}) == ${x}`].join(
      '\n',
    );
  }
  const number = r.integer(100, 99_999);
  const digits = Array.from(String(number), Number).reduce((s, d) => s + d, 0);
  return [
    'def digit_sum(number):',
    `    ${out} = 0`,
    '    while number > 0:',
    `        ${out} += number % 10`,
    '        number //= 10',
    `    return ${out}`,
    '',
    `assert digit_sum(${number}) == ${digits}`,
  ].join('\n');
}

/** A short program that prints. */
function program(r: Random, { i }: Names): string {
  const [low, count, step] = [r.integer(1, 20), r.integer(3, 6), r.integer(2, 9)];
  const word = r.pick(['item', 'row', 'page', 'line']);
  return [
    `# Counts up in steps of ${step}.`,
    `for ${i} in range(${low}, ${low + count * step}, ${step}):`,
    `    print("${word}", ${i})`,
    `# the last one is ${low + (count - 1) * step}`,
  ].join('\n');
}

/** Small Python functions and programs: what stands for GitHub code. They run, and their assertions hold. */
export const code: TextGenerator = (r) => r.pick([summing, listing, whileLoop, program])(r, { i: r.pick(counters), out: r.pick(results) });
