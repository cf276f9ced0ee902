/** `grpo-lab questions`: the list of questions by their course, and one of them over the steps. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventBody } from '../../src/protocol/events.js';
import type { AskingRow, NearDuplicates, QuestionRow, WorstTokens } from '../../src/store/views.js';
import { aGroup, aRun } from '../builders/aRun.js';

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-questions-'));
const env = { ...process.env, GRPO_LAB_DATA: join(folder, 'data') };

/** A group of four solutions of which so many are right. */
function aQuestion(step: number, group: number, question: string, right: number | null): EventBody {
  const made = aGroup(step, group, 4);
  if (made.type !== 'group') throw new Error('a group was expected');
  const solutions = made.solutions.map((s, i) => {
    const correct = right === null ? null : i < right;
    return { ...s, correct, reward: correct ? 1 : 0, grade: s.grade && { ...s.grade, answer: correct ? '47' : `wrong ${i}` } };
  });
  return { ...made, question_id: question, question: `Question ${question}?`, solutions };
}

beforeAll(() => {
  const runs = join(folder, '.grpo-lab', 'runs');
  mkdirSync(runs, { recursive: true });
  const rights: Record<string, (number | null)[]> = {
    hard: [0, 0, 0],
    learned: [0, 1, 4],
    lost: [3, 0, 0],
    restless: [4, 0, 4],
    blind: [null, null, null],
  };
  const events = [0, 1, 2].flatMap((i) => Object.entries(rights).map(([id, of], group) => aQuestion(i + 1, group, id, of[i])));
  aRun('first-1')
    .with(...events)
    .write(runs);
  // One token of the third solution is far from the reference, one of the first was not learned from.
  const numbers = (far: number, at: number): number[] => Array.from({ length: 6 }, (_, t) => (t === at ? far : 0.01 * t));
  const ends = [4, 8, 12, 16, 20, 24];
  aRun('traced-1')
    .being({ created: '2020-01-01T00:00:00.000Z', sampling: { logp_temperature: 0.7 } })
    .with(
      aGroup(3, 0),
      { type: 'trace', step: 3, group: 0, solution: 2, ends, kl: numbers(4.5, 3) },
      { type: 'trace', step: 3, group: 0, solution: 0, ends, kl: numbers(9, 2), mask: [1, 1, 0, 1, 1, 1] },
    )
    .write(runs);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function cli(...args: string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [resolve('dist/cli.cjs'), ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return status === 0 ? stdout : `${status}: ${stderr}`;
}

test('questions are listed by how they went', () => {
  const text = cli('questions', 'last');
  expect(text).toMatch(/^first-1 · 5 questions: 1 never solved, 1 learned, 1 flips, 1 forgotten, 1 not judged$/m);
  expect(text).toMatch(/^Question learned\? +learned +step 3 +0% +100% +1 +3 times +1–3 +2 *$/m);
  const rows = JSON.parse(cli('questions', 'last', '--only', 'forgotten', '--json')) as QuestionRow[];
  expect(rows).toMatchObject([
    { questionId: 'lost', kind: 'forgotten', since: 2, first: 0.75, last: 0, shares: [0.75, 0, 0], askings: 3, from: 1, to: 3, group: 2 },
  ]);
  expect(cli('questions', 'last', '--only', 'often')).toContain('Allowed choices are never solved');
});

test('one question is told each time that it was asked', () => {
  const text = cli('questions', 'last', '--step', '1', '--group', '2');
  expect(text).toContain('first-1 · a question that was asked 3 times');
  // Of one right solution in four, two that are drawn hold it half of the time.
  expect(text).toMatch(/^ +2 +2 +1\/4 +0\.250? ± 0\.43\d* +50% .*47 ✓ ×1, wrong 1 ×1, wrong 2 ×1, and 1 other answer *$/m);
  expect(text).toContain('then: /runs/first-1/step 1/group 2');
  expect(text).toContain('now: /runs/first-1/step 3/group 2');
  const { askings, passK } = JSON.parse(cli('questions', 'last', '--step', '3', '--group', '5', '--json')) as {
    askings: AskingRow[];
    passK: number;
  };
  expect(passK).toBe(2);
  expect(askings.map((a) => [a.step, a.correct])).toEqual([
    [1, null],
    [2, null],
    [3, null],
  ]);
  expect(cli('questions', 'last', '--step', '3')).toContain('2: One question is named by --step N and --group N');
  expect(cli('questions', 'last', '--step', '3', '--group', '9')).toContain('2: There is no group 9 of step 3');
});

test('modes: distinct answers, their entropy, and texts that are repeated or nearly so', () => {
  const { total, steps } = JSON.parse(cli('modes', 'last', '--json')) as {
    total: { groups: number; means: { repeated: number; near: number } };
    steps: unknown[];
  };
  expect(total).toMatchObject({ groups: 15, means: { repeated: 0.25, near: 0.25 } });
  expect(steps).toHaveLength(3);
  const text = cli('modes', 'last', '--rows', '1');
  expect(text).toContain('first-1 · 60 solutions in 15 groups of steps 1 to 3');
  expect(text).toMatch(/^ *1–3 +15 +\d\.\d\d? +/m);
});

test('duplicates: clusters of solutions that nearly say the same, of a group, a step, and a question over training', () => {
  const text = cli('duplicates', 'last', '--step', '1', '--group', '2');
  expect(text).toContain('/runs/first-1/step 1/group 2 · 1 of 4 solutions (25%) nearly repeats another one, in 1 cluster');
  expect(text).toMatch(/^2 solutions · equal · 0 of 2 right · mean advantage \+1$/m);
  expect(text).toMatch(/^ {2}step by step .*The answer is 47\n {2}solutions 2, 4$/m);
  expect(text).toContain('MinHash');
  const ofStep = JSON.parse(cli('duplicates', 'last', '--json')) as NearDuplicates & { step: number };
  expect(ofStep).toMatchObject({ step: 3, solutions: 20, compared: 20, near: 17, clusters: 3 });
  expect(ofStep.rows.map((row) => [row.size, row.equal, row.loosest])).toEqual([
    [10, 9, 1],
    [5, 4, 1],
    [5, 4, 1],
  ]);
  const ofQuestion = JSON.parse(cli('duplicates', 'last', '--step', '3', '--group', '1', '--question', '--json')) as NearDuplicates;
  expect(ofQuestion).toMatchObject({ question: 'hard', solutions: 12, near: 9 });
  expect(ofQuestion.rows[0].members.slice(0, 3)).toEqual([
    { step: 1, group: 0, solution: 1 },
    { step: 1, group: 0, solution: 3 },
    { step: 2, group: 0, solution: 1 },
  ]);
  expect(cli('duplicates', 'last', '--step', '3', '--group', '1', '--question', '--limit', '1')).toContain('2 smaller clusters not shown');
  expect(cli('duplicates', 'last', '--group', '1')).toContain('A group is named with its step');
  expect(cli('duplicates', 'last', '--step', '9')).toContain('step 9 has no solutions');
});

test('tokens: the worst with what stands around it, at which temperature, and what was left out', () => {
  const text = cli('tokens', 'traced-1', '--top', '8');
  expect(text).toMatch(/^\/runs\/traced-1 · Largest KL .*, at T = 0\.7$/m);
  expect(text).toMatch(/^step 3, group 1, solution 3 +4 of 6 +4\.50 +.+\[.+\].+$/m);
  expect(text).toContain('2 of 4 solutions have no trace');
  expect(text).toContain('1 token of these traces not learned from left out');
  const found = JSON.parse(cli('tokens', 'traced-1', '--step', '3', '--group', '1', '--solution', '1', '--json')) as WorstTokens;
  expect(found).toMatchObject({
    step: 3,
    group: 0,
    solution: 0,
    by: 'kl',
    read: 1,
    masked: 1,
    end: 'all',
    plan: { solutions: 1, traces: 1 },
  });
  expect(found.rows.map((r) => r.value)).toEqual([0.05, 0.04, 0.03, 0.01].map((x) => expect.closeTo(x, 6) as number));
  expect(cli('tokens', 'traced-1', '--by', 'ratio')).toContain(
    '2 traces without a ratio, and without log-probabilities that it follows from',
  );
});

test('tokens: a run without traces says so; a group needs its step', () => {
  expect(cli('tokens', 'first-1')).toContain('no solution here has a trace');
  expect(cli('tokens', 'first-1', '--group', '1')).toContain('A group is named with its step');
  expect(cli('tokens', 'first-1', '--step', '99')).toContain('/runs/first-1/step 99 has no solutions');
});
