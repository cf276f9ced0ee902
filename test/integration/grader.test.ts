import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { Grader, type GraderOptions } from '../../src/grading/grader.js';
import { hostileAnswers } from '../builders/hostileAnswers.js';

const worker = resolve('dist/gradeWorker.cjs');
const made: Grader[] = [];
afterEach(() => Promise.all(made.splice(0).map((grader) => grader.close())));

function aGrader(options: Partial<GraderOptions> = {}): Grader {
  const grader = new Grader({ worker, ...options });
  made.push(grader);
  return grader;
}

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-grader-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A thread that keeps time as the grader's does, answers with its own number, and never comes back from one question. */
function stuckAt(gold: string): string {
  const file = join(folder, 'stuck.cjs');
  writeFileSync(
    file,
    `const { parentPort, threadId, workerData } = require('node:worker_threads');
    const cells = new BigInt64Array(workerData.clock);
    parentPort.on('message', (jobs) => {
      for (const { id, gold } of jobs) {
        cells[1] = process.hrtime.bigint() / 1000000n;
        cells[0] = BigInt(id);
        while (gold === ${JSON.stringify(gold)});
        parentPort.postMessage({ results: [[id, { verdict: 'equal', rule: String(threadId), normal: { answer: null, gold } }]] });
      }
      cells[0] = 0n;
      parentPort.postMessage({ results: [], batchDone: true });
    });`,
  );
  return file;
}

/** Only computer algebra could decide it, and it would sum for minutes. */
const endless = (i = 1): [answer: string, gold: string] => [`\\int_{${i}}^{\\infty} \\frac{\\sin (x^3)}{\\sum_{k=1}^{9999} x^k} dx`, '2'];

test('a solution is graded as the rules grade it, with the place of its answer', async () => {
  const grade = await aGrader().grade('Half of them.\nThe answer is \\boxed{\\frac{1}{2}}.', '0.5');
  expect(grade).toMatchObject({ verdict: 'equal', answer: '\\frac{1}{2}', extraction: '\\boxed' });
});

test('questions are answered in order, however many there are', async () => {
  const grader = aGrader();
  const order: number[] = [];
  const verdicts = await Promise.all(
    Array.from({ length: 5_000 }, async (_, i) => {
      const { verdict } = await grader.grade(`The answer is ${i}.`, String(i - (i % 2)));
      order.push(i);
      return verdict;
    }),
  );
  expect(verdicts.every((verdict, i) => verdict === (i % 2 === 0 ? 'equal' : 'different'))).toBe(true);
  expect(order).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
});

describe('what the rules leave open goes to computer algebra', () => {
  test.each([
    ['\\int_0^1 x^2 dx', '\\frac{1}{3}', 'equal'],
    ['\\int_0^1 x^2 dx', '\\frac{1}{4}', 'different'],
    ['\\sum_{k=1}^{10} k', '55', 'equal'],
    ['\\sum_{k=1}^{10} k', '54', 'different'],
    ['\\sum_{k=1}^{3} k x^k', 'x + 2x^2 + 3x^3', 'equal'],
    ['\\sum_{k=1}^{3} k x^k', 'x + 2x^2 + 4x^3', 'different'],
    ['\\int_0^x t^2 dt', '\\frac{x^3}{3}', 'equal'],
    ['\\int_0^x t^2 dt', '\\frac{x^3}{2}', 'different'],
    ['\\lim_{x \\to 0} \\frac{\\sin x}{x}', '1', 'equal'],
    ['\\int_0^1 f(x) dx', '\\int_0^1 g(x) dx', 'undecided'],
    ['\\sum_{k=1}^{10^{12}} k', '7', 'undecided'],
  ])('%s against %s: %s', async (answer, gold, verdict) => {
    const comparison = await aGrader({ timeoutMs: 20_000 }).compare(answer, gold);
    expect(comparison).toMatchObject({ verdict });
    expect(comparison).not.toHaveProperty('open');
  });

  test('what a name means is not remembered from one question to the next', async () => {
    const grader = aGrader({ timeoutMs: 20_000 });
    const question = ['\\int_0^1 2 k f dk', 'f'] as const;
    const alone = await grader.compare(...question);
    await grader.compare('\\int_0^1 f(x) dx', '1');
    expect(await grader.compare(...question)).toEqual(alone);
    expect(alone.verdict).toBe('equal');
  });
});

describe('a question that takes too long', () => {
  test('is undecided and says so; the next ones are decided', async () => {
    const grader = aGrader({ timeoutMs: 300 });
    const [before, hopeless, after] = await Promise.all([grader.compare('1', '1'), grader.compare(...endless()), grader.compare('2', '2')]);
    expect(hopeless).toMatchObject({ verdict: 'undecided', rule: 'computer algebra' });
    expect(hopeless.reason).toMatch(/^(?:not decided|computer algebra was not loaded) within \d+ ms$/);
    expect([before.verdict, after.verdict]).toEqual(['equal', 'equal']);
  });

  test('costs no other question its answer, be there many such', async () => {
    const grader = aGrader({ timeoutMs: 100 });
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => (i % 10 === 3 ? grader.compare(...endless(i)) : grader.compare(String(i), String(i)))),
    );
    expect(answers.map((a) => a.verdict)).toEqual(answers.map((_, i) => (i % 10 === 3 ? 'undecided' : 'equal')));
  });
});

describe('a thread that does not come back', () => {
  test('is ended, and a fresh one goes on with what was waiting', async () => {
    const grader = aGrader({ worker: stuckAt('forever'), timeoutMs: 200 });
    const golds = ['1', '2', 'forever', '3', 'forever', '4'];
    const answers = await Promise.all(golds.map((gold) => grader.compare('x', gold)));
    expect(answers.map((a) => a.verdict)).toEqual(['equal', 'equal', 'undecided', 'equal', 'undecided', 'equal']);
    expect(answers[2]).toMatchObject({ rule: 'limit of the checker', reason: 'not decided within 200 ms' });
    const [first, second, , third, , fourth] = answers.map((a) => a.rule);
    expect(first).toBe(second);
    expect(new Set([first, third, fourth]).size).toBe(3);
  });

  test('a solution it was graded for has the shape of a grade', async () => {
    const grade = await aGrader({ worker: stuckAt('forever'), timeoutMs: 100 }).grade('The answer is 1.', 'forever');
    expect(grade).toMatchObject({ verdict: 'undecided', answer: null, span: null, ms: 100 });
    expect(grade.checker).toMatch(/^grpo-lab \d+$/);
  });
});

describe('computer algebra that does not come back', () => {
  const question = ['\\int_0^1 x^2 dx', '\\frac{1}{3}'] as const;

  /** The grader's thread beside another program in the place of the engine. */
  function withEngine(name: string, program: string): string {
    const beside = join(folder, name);
    mkdirSync(beside);
    copyFileSync(worker, join(beside, 'gradeWorker.cjs'));
    writeFileSync(join(beside, 'symbolicEngine.cjs'), program);
    return join(beside, 'gradeWorker.cjs');
  }

  test('while it loads, its questions are undecided and the others decided', async () => {
    const grader = aGrader({ worker: withEngine('loading', 'while (true);'), timeoutMs: 100 });
    const [first, plain, second] = await Promise.all([grader.compare(...question), grader.compare('1', '1'), grader.compare(...question)]);
    expect([first, second].map((c) => c.reason)).toEqual(Array(2).fill('computer algebra was not loaded within 180 ms'));
    expect(plain.verdict).toBe('equal');
  });

  test('at a question, it is ended; the next question gets a fresh thread', async () => {
    const program = `const { parentPort, threadId } = require('node:worker_threads');
      parentPort.on('message', ({ id, gold }) => {
        while (gold === '1');
        parentPort.postMessage({ id, outcome: { verdict: 'equal', rule: String(threadId) } });
      });
      parentPort.postMessage('ready');`;
    const grader = aGrader({ worker: withEngine('stuck', program), timeoutMs: 1_000 });
    const ask = (gold: string) => grader.compare('\\int_0^1 x^2 dx', gold);
    const [before, stuck, after] = await Promise.all([ask('2'), ask('1'), ask('2')]);
    expect([before.verdict, stuck.reason, after.verdict]).toEqual(['equal', 'not decided within 1800 ms', 'equal']);
    expect(before.rule).not.toBe(after.rule);
  });

  test('that cannot be started is the reason of an undecided question', async () => {
    const grader = aGrader({ worker: withEngine('broken', 'throw new Error("no engine here");'), timeoutMs: 20_000 });
    expect(await grader.compare(...question)).toMatchObject({ verdict: 'undecided', reason: 'computer algebra failed: no engine here' });
  });
});

test('a grader that was not closed lets the process end', () => {
  const outfile = join(folder, 'leaves.cjs');
  const contents = `import { Grader } from './src/grading/grader.js';
    void new Grader({ worker: ${JSON.stringify(worker)} }).compare('1', '1').then((c) => console.log(c.verdict));`;
  buildSync({ stdin: { contents, resolveDir: resolve('.'), loader: 'ts' }, bundle: true, platform: 'node', format: 'cjs', outfile });
  expect(execFileSync(process.execPath, [outfile], { encoding: 'utf8', timeout: 240_000 })).toBe('equal\n');
});

describe('hostile input is decided or undecided, and the next question is answered', () => {
  test.each(hostileAnswers)('%s', async (_, answer) => {
    const grader = aGrader();
    const grades = await Promise.all([grader.grade(answer, '7'), grader.grade('The answer is 7.', answer), grader.compare(answer, '7')]);
    // The compared value is never 7: nothing of this is accepted.
    for (const { verdict, rule } of grades) {
      expect(['different', 'undecided']).toContain(verdict);
      expect(rule).not.toBe('');
    }
    expect(await grader.grade('The answer is 7.', '7')).toMatchObject({ verdict: 'equal' });
  });

  test('random nested LaTeX', async () => {
    const grader = aGrader();
    const piece = fc.constantFrom(
      '\\frac{',
      '\\sqrt{',
      '}',
      '{',
      '^{',
      '_',
      '\\left(',
      '\\right)',
      '!',
      '\\boxed{',
      '$',
      '9',
      'x',
      ',',
      '|',
      '\\\\',
      ' ',
      '=',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 400 }), fc.array(piece, { maxLength: 60 }), async (a, b) => {
        const grade = await grader.grade(a.join(''), b.join(''));
        expect(['equal', 'different', 'undecided']).toContain(grade.verdict);
        if (grade.span) expect(a.join('').slice(...grade.span)).toBe(grade.answer);
      }),
      { numRuns: 150 },
    );
  });
});

test('a thread that takes too much memory is ended; the process and the other questions go on', async () => {
  const grader = aGrader({ memoryMb: 12, timeoutMs: 60_000 });
  // The engine alone takes more than this thread may have.
  const [before, open] = await Promise.all([grader.compare('1', '1'), grader.compare('\\int_0^1 x^2 dx', '\\frac{1}{3}')]);
  expect(before.verdict).toBe('equal');
  expect(open).toMatchObject({ verdict: 'undecided', reason: 'it takes more than 12 MB' });
  expect((await grader.compare('3', '3')).verdict).toBe('equal');
});

test('a thread that cannot be started is an error that names it, not a wait', async () => {
  const grader = aGrader({ worker: resolve('dist/none.cjs') });
  await expect(grader.compare('1', '1')).rejects.toThrow(/none\.cjs/);
});

test('closing ends the thread and fails what is not answered; closing twice is harmless', async () => {
  const grader = aGrader({ timeoutMs: 60_000 });
  const endlessComparison = grader.compare(...endless());
  endlessComparison.catch(() => undefined);
  await delay(50);
  await grader.close();
  await grader.close();
  await expect(endlessComparison).rejects.toThrow('The grader was closed.');
  await expect(grader.grade('1', '1')).rejects.toThrow('The grader was closed.');
});
