/** Published data, where they are at hand. What holds without them is in labelledPairs.test.ts, grade.test.ts and extract.test.ts. */
import { expect } from 'vitest';
import { compareAnswers, gradeSolution } from '../../../src/grading/grade.js';
import { jsonRows, sharedTest } from '../../builders/sharedData.js';

const withData = <T>(file: string, name: string, run: (rows: T[]) => void): void =>
  sharedTest(file, name, (path) => run(jsonRows<T>(path)));

interface Pair {
  gold: string;
  pred: string;
  expected: boolean;
  quirk: string[];
  options: { extraction: string[]; precision: number; strict: boolean; allow_set_relation_comp: boolean };
}

withData<Pair>('grading/mathverify_open.jsonl', "Math-Verify's pairs: at least 97 % of the plain ones, no false accept", (rows) => {
  const graded = rows.map((row) => {
    const { extraction, precision, strict, allow_set_relation_comp: setRelation } = row.options;
    const kinds = extraction.map((e) => (e.startsWith('latex') ? 'latex' : 'expr'));
    return { ...row, equal: gradeSolution(row.pred, row.gold, { extraction: kinds, precision, strict, setRelation }).verdict === 'equal' };
  });
  const plain = graded.filter(
    (r) => r.quirk.length === 0 && r.options.precision === 6 && r.options.strict && !r.options.allow_set_relation_comp,
  );
  const right = (rs: typeof graded): number => rs.filter((r) => r.equal === r.expected).length / rs.length;
  expect(graded.filter((r) => r.equal && !r.expected && r.quirk.length === 0)).toEqual([]);
  expect(right(plain)).toBeGreaterThanOrEqual(0.97);
  expect(right(graded)).toBeGreaterThanOrEqual(0.9);
});

withData<{ id: string; gold: string; pred: string; expected: boolean }>('grading/real_pairs.jsonl', 'pairs of public bug reports: bare, between dollars and in a box all are decided as they are labelled', (rows) => {
  const forms: ((pred: string) => string)[] = [(p) => p, (p) => (p.includes('$') ? p : `$${p}$`), (p) => (p.includes('boxed') ? p : `\\boxed{${p}}`)];
  const otherwise = rows.flatMap((r) => forms.filter((as) => (gradeSolution(as(r.pred), r.gold).verdict === 'equal') !== r.expected).map((as) => [r.id, as(r.pred)]));
  expect(otherwise).toEqual([]);
  expect(rows).toHaveLength(113);
}); // prettier-ignore

withData<{ gold: string; pred: string; expected: boolean }>('grading/hendrycks_cases.jsonl', "Hendrycks' cases: the order of lists and a percent sign the gold has not are decided otherwise", (rows) => {
  const otherwise = rows.filter((r) => (compareAnswers(r.pred, r.gold).verdict === 'equal') !== r.expected);
  expect(otherwise.map((r) => [r.gold, r.pred])).toEqual([
    ['4, 10, -2', '10, 4, -2'],
    ['4, .1, 2', '0.1, 4, 2'],
    ['10', '10\\%'],
  ]);
}); // prettier-ignore

/** Content of the last box, as the data set's own loader takes it. */
function lastBox(solution: string): string {
  const start = Math.max(solution.lastIndexOf('\\boxed'), solution.lastIndexOf('\\fbox'));
  const open = solution.indexOf('{', start);
  const bare = /^\\boxed ([^$\s]+)/.exec(solution.slice(start));
  if (bare) return bare[1];
  let depth = 0;
  for (let i = open; ; i++) {
    if (solution[i] === '{') depth++;
    else if (solution[i] === '}' && --depth === 0) return solution.slice(open + 1, i);
  }
}

withData<{ solution: string }>('benchmarks/math_test.jsonl', 'MATH: its own solutions are right, and no solution is right for the next problem', (rows) => {
  const golds = rows.map((r) => lastBox(r.solution));
  const rejected = rows.filter((r, i) => gradeSolution(r.solution, golds[i]).verdict !== 'equal');
  // Seven state their answer in two boxes, of which the gold taken here is only the last.
  expect(rejected.length).toBeLessThanOrEqual(10);
  expect(rejected.every((r) => r.solution.split('\\boxed').length > 2)).toBe(true);

  const accepted = rows.flatMap((r, i) => {
    const gold = golds[(i + 1) % golds.length];
    const grade = gradeSolution(r.solution, gold);
    return grade.verdict === 'equal' && golds[i] !== gold ? [[golds[i], gold, grade.rule]] : [];
  });
  expect(accepted).toEqual([
    ['\\frac{3}{4}', '\\frac34', 'exact rationals'],
    ['120^\\circ', '120', 'exact integers'],
  ]);
}); // prettier-ignore

withData<{ gold: string; samples: { text: string; is_correct: boolean }[] }>('rollouts/qwen_math_groups_50.jsonl', 'labels of real model output on MATH are reproduced', (rows) => {
  const otherwise = rows.flatMap((row) => row.samples.filter((s) => (gradeSolution(s.text, row.gold).verdict === 'equal') !== s.is_correct).map((s) => [row.gold, s.text.slice(-80)]));
  expect(otherwise).toEqual([]);
}); // prettier-ignore

for (const [file, field] of [
  ['aime24', 'answer'],
  ['aime25', 'answer'],
  ['amc23', 'answer'],
  ['math500', 'answer'],
  ['ocw', 'answer'],
  ['cmath', 'golden'],
])
  // prettier-ignore
  withData<Record<string, unknown>>(`benchmarks/${file}_test.jsonl`, `${file}: every gold is read, and equals itself in a box`, (rows) => {
    const golds = rows.map((r) => String(r[field]));
    expect(golds.filter((g) => gradeSolution(`So it is $\\boxed{ {${g}} }$.`, g).verdict !== 'equal')).toEqual([]);
  });
