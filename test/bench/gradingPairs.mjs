// Labelled pairs for the benchmark of the grading: real data where it is there, generated ones otherwise.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const jsonl = (file) =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Solutions of GSM8K by four models, with their labels. */
export function gsm8k(data) {
  const file = join(data, 'rollouts', 'gsm8k_example_groups.jsonl');
  if (!existsSync(file)) return { source: 'generated sums (the GSM8K groups are not there)', pairs: sums(5_000) };
  const pairs = jsonl(file).flatMap(({ gold, samples }) => samples.map((s) => ({ gold, pred: s.text, label: s.is_correct })));
  return { source: 'GSM8K, solutions of four models', pairs };
}

/**
 * Solutions of MATH problems, each against its own gold answer (right) and against that of another problem (wrong, unless the two
 * golds are written the same, which are left out), and Math-Verify's own test pairs without a quirk.
 * @param every takes each n-th problem
 */
export function math(data, every) {
  const file = join(data, 'benchmarks', 'math_test.jsonl');
  if (!existsSync(file)) return { source: 'generated fractions (the MATH problems are not there)', pairs: fractions(2_000) };
  const problems = jsonl(file)
    .filter((_, i) => i % every === 0)
    .map(({ solution }) => ({ solution, gold: lastBox(solution) }))
    .filter(({ gold }) => gold !== undefined);
  const own = problems.map(({ solution, gold }) => ({ gold: `\\boxed{${gold}}`, pred: solution, label: true }));
  const shifted = problems.flatMap(({ solution, gold }, i) => {
    const other = problems[(i + 1) % problems.length].gold;
    return other.replace(/\s/g, '') === gold.replace(/\s/g, '')
      ? []
      : [{ gold: `\\boxed{${other}}`, pred: solution, label: false, shifted: true }];
  });
  const published = join(data, 'grading', 'mathverify_open.jsonl');
  const tests = existsSync(published)
    ? jsonl(published)
        .filter(({ quirk }) => quirk.length === 0)
        .map(({ gold, pred, expected, options }) => ({ gold, pred, options, label: expected }))
    : [];
  return {
    source: `MATH: ${own.length} own golds, ${shifted.length} of other problems, ${tests.length} pairs of Math-Verify's tests`,
    pairs: spread([own, shifted, tests]),
  };
}

/** Our own labelled pairs, of every kind that the rules name: for correctness, there are too few of them for speed. */
export function labelled(root) {
  const pairs = jsonl(join(root, 'test', 'fixtures', 'grading', 'pairs.jsonl'));
  return {
    source: 'Our own labelled pairs',
    pairs: pairs.map(({ gold, pred, options, expected }) => ({ gold, pred, options, label: expected })),
  };
}

/** Content of the last \boxed{…}, braces balanced: the data set's own convention. */
function lastBox(solution) {
  const at = solution.lastIndexOf('\\boxed{');
  if (at < 0) return undefined;
  let depth = 0;
  for (let i = at + 6; i < solution.length; i++) {
    if (solution[i] === '{') depth++;
    else if (solution[i] === '}' && --depth === 0) return solution.slice(at + 7, i);
  }
  return undefined;
}

/** All lists in one, each spread evenly over it: every slice is the same mix. */
const spread = (lists) =>
  lists
    .flatMap((list) => list.map((item, i) => ({ item, place: (i + 0.5) / list.length })))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);

const sums = (count) =>
  Array.from({ length: count }, (_, i) => {
    const [a, b] = [(i * 7919) % 997, (i * 104_729) % 1_009];
    const right = i % 3 !== 0;
    return {
      gold: String(a + b),
      pred: `There are ${a} and ${b} more.\n${a}+${b}=<<${a}+${b}=${a + b}>>${a + b}\nA: ${right ? a + b : a + b + 1}`,
      label: right,
    };
  });

const fractions = (count) =>
  Array.from({ length: count }, (_, i) => {
    const [n, d] = [1 + ((i * 7919) % 97), 2 + ((i * 104_729) % 89)];
    const right = i % 2 === 0;
    return {
      gold: `\\boxed{\\frac{${n}}{${d}}}`,
      pred: `We get $\\frac{${3 * n}}{${3 * d}}$, so $\\boxed{\\frac{${3 * n + (right ? 0 : 1)}}{${3 * d}}}$.`,
      label: right,
    };
  });
