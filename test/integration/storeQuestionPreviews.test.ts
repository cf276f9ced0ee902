/** What rows show of questions, and which of them were trained on, as the store answers it. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodeTexts } from '../../src/core/utf8.js';
import type { EventBody } from '../../src/protocol/events.js';
import { Store } from '../../src/store/store.js';
import { aRun, aSolution } from '../builders/aRun.js';

let root: string;
let store: Store;
beforeEach(async () => {
  root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-asked-')), '.grpo-lab');
  mkdirSync(join(root, 'runs'), { recursive: true });
  store = await Store.open({ root });
});
afterEach(() => {
  store.close();
  rmSync(join(root, '..'), { recursive: true, force: true });
});

const system =
  'A conversation between User and Assistant. The user asks a question, and the assistant solves it. The assistant first thinks about the reasoning process in the mind and then provides the user with the answer.';

const questionEvent = (step: number, group: number, question: string, split?: string): EventBody => ({
  type: 'group',
  step,
  group,
  question_id: question.slice(-20),
  question,
  gold: '5',
  solutions: [aSolution(0), aSolution(1)],
  ...(split !== undefined && { info: { split } }),
});

test('rows whose questions share a system prompt show what tells them apart, in every list and on the pages', () => {
  const chat = (q: string): string => `system\n${system}\nuser\n${q}`;
  const run = aRun()
    .with(questionEvent(1, 0, chat('What is 2+3?')), questionEvent(1, 1, chat('What is 4+1?')))
    .write(join(root, 'runs'));
  store.catchUp();
  const { queries } = store;
  expect(queries.groups(run.id, 1).rows.map((g) => g.questionPreview.text)).toEqual(['…What is 2+3?', '…What is 4+1?']);
  expect(decodeTexts(queries.group(run.id, 1, 1)!)).toMatchObject({
    question: chat('What is 4+1?'),
    questionPreview: { text: '…What is 4+1?' },
  });
  expect(queries.solution(run.id, 1, 0, 0)!.questionPreview).toEqual({ text: '…What is 2+3?', skipped: chat('').length });
});

test('a question that joins a step changes what the others show', () => {
  const task = `${system} The task is this one: `;
  const run = aRun()
    .with(questionEvent(1, 0, `${task}Sort the list.`))
    .write(join(root, 'runs'));
  store.catchUp();
  expect(store.queries.solution(run.id, 1, 0, 0)!.questionPreview.skipped).toBe(0);
  run.append(questionEvent(1, 1, `${task}Sum it up.`));
  store.catchUp();
  expect(store.queries.solution(run.id, 1, 0, 0)!.questionPreview.text).toMatch(/^….{0,60}Sort the list\.$/);
});

test('rows of an evaluation within a training run are told from those that are trained on', () => {
  const run = aRun()
    .with(questionEvent(1, 0, 'a'), questionEvent(1, 1, 'b', 'evaluation'), questionEvent(2, 0, 'b', 'validation'))
    .write(join(root, 'runs'));
  store.catchUp();
  const { queries } = store;
  expect(queries.groups(run.id, 1).rows.map((g) => g.split)).toEqual([null, 'evaluation']);
  expect(queries.solution(run.id, 2, 0, 0)).toMatchObject({
    split: 'validation',
    sameQuestion: [
      { step: 1, group: 1, split: 'evaluation' },
      { step: 2, group: 0, split: 'validation' },
    ],
  });
});

test('of a question that was asked at very many steps, a late one has its neighbours too', () => {
  const run = aRun()
    .with(...Array.from({ length: 1300 }, (_, i) => questionEvent(i + 1, 0, 'a')))
    .write(join(root, 'runs'));
  store.catchUp();
  for (const step of [1, 650, 1299]) {
    const steps = store.queries.group(run.id, step, 0)!.sameQuestion.map((place) => place.step);
    expect(steps).toEqual(expect.arrayContaining([step - 1, step, step + 1].filter((s) => s > 0)));
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  }
});

test('to compare a solution with: the nearest of the other verdict, and the best of the others', () => {
  const solutions = [
    { ...aSolution(0), tokens: 10, advantage: -1, correct: false, reward: 0 },
    { ...aSolution(1), tokens: 50, advantage: 1.5, correct: true, reward: 2 },
    { ...aSolution(2), tokens: 12, advantage: 0.5, correct: true, reward: 1 },
    { ...aSolution(3), tokens: 90, advantage: null, correct: null, reward: 1 },
  ];
  const run = aRun()
    .with({ type: 'group', step: 1, group: 0, question_id: 'q', question: 'q', gold: null, solutions })
    .write(join(root, 'runs'));
  store.catchUp();
  const of = (i: number) => store.queries.solution(run.id, 1, 0, i)!;
  expect(of(0)).toMatchObject({ otherVerdict: 2, bestOther: 1 });
  expect(of(1)).toMatchObject({ otherVerdict: 0, bestOther: 2 });
  expect(of(3)).toMatchObject({ otherVerdict: null, bestOther: 1 });
  expect(of(0).siblings).toEqual([
    { index: 1, reward: 2, advantage: 1.5, correct: true },
    { index: 2, reward: 1, advantage: 0.5, correct: true },
    { index: 3, reward: 1, advantage: null, correct: null },
  ]);
});
