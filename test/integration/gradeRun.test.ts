import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commandWords } from '../../src/cli/commandWords.js';
import { gradeRun, stepRange, type GradeRunOptions } from '../../src/cli/commands/gradeRun.js';
import type { Output } from '../../src/cli/output.js';
import { CliSession } from '../../src/cli/cliSession.js';
import { CommandChecker } from '../../src/regrading/commandChecker.js';
import { regrade, type Checker } from '../../src/regrading/regrade.js';
import type { WireSolution } from '../../src/protocol/events.js';
import { gradesFolder } from '../../src/protocol/grades.js';
import { Store } from '../../src/store/store.js';
import { aGroup, aRun, type WrittenRun } from '../builders/aRun.js';
import { printed } from '../builders/printed.js';

let folder: string;
let runs: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grpo-lab-grade-run-'));
  runs = join(folder, '.grpo-lab', 'runs');
  mkdirSync(runs, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A trainer that judged by a rule of its own: solution 2 is right and was called wrong. */
function misjudged(): WrittenRun {
  const run = aRun().withSteps(2, { groups: 1, size: 4 });
  const group = aGroup(3, 0, 4);
  if (group.type === 'group') {
    const wrongly: Partial<WireSolution> = { text: 'It is 40 + 7. The answer is 47', correct: false, reward: 0 };
    group.solutions[2] = { ...group.solutions[2], ...wrongly, grade: { ...group.solutions[2].grade!, answer: '47', checker: 'strict 1' } };
  }
  return run.with(group).write(runs);
}

const session = (out: Output): CliSession => new CliSession(out, folder, { distFolder: resolve('dist') });

/** A program that answers like a checker; the text of a solution says how it behaves. */
function program(body: string): string[] {
  const file = join(folder, 'check.cjs');
  writeFileSync(
    file,
    `const lines = require('node:readline').createInterface({ input: process.stdin });
     const say = (x) => process.stdout.write(JSON.stringify(x) + '\\n');
     lines.on('line', (line) => { const { gold, pred } = JSON.parse(line); ${body} });`,
  );
  return [process.execPath, file];
}

describe('grading a run again', () => {
  test('lists what the two checkers say differently, and changes nothing of the run', async () => {
    const run = misjudged();
    const events = readFileSync(run.newestSegment, 'utf8');
    const { output, text, value } = printed();
    const lab = session(output);
    expect(await gradeRun(lab, 'last', { list: 10 })).toBe(0);
    await lab.close();
    expect(text()).toMatch(/12 solutions graded/);
    expect(text()).toMatch(/wrong → right +1$/m);
    expect(text()).toMatch(/right → wrong +0$/m);
    expect(text()).toMatch(/^ +3 +1 +3 +different +equal +47 +47/m);
    expect(readFileSync(run.newestSegment, 'utf8')).toBe(events);
    const again = printed(true);
    const second = session(again.output);
    expect(await gradeRun(second, run.id, { list: 10 })).toBe(0);
    await second.close();
    expect(again.value()).toMatchObject({ graded: 0, known: 12, total: 1, summary: { wrongToRight: 1, agreeing: 11, solutions: 12 } });
    expect(value()).toBeUndefined();
  });

  test("reads answers by the convention of the run's benchmarks, or another that is asked for", async () => {
    const group = aGroup(1, 0, 1);
    if (group.type === 'group') group.solutions[0] = { ...group.solutions[0], text: 'So \\boxed{4}, no:\n#### 47' };
    const run = aRun().with(group, { type: 'benchmark', step: 1, suite: 'gsm8k', mode: 'greedy', value: 0.5, n: 2 }).write(runs);
    const grade = async (options: Partial<GradeRunOptions>): Promise<unknown> => {
      const { output, value } = printed(true);
      const lab = session(output);
      await gradeRun(lab, run.id, { list: 10, ...options });
      await lab.close();
      return value();
    };
    expect(await grade({})).toMatchObject({ summary: { checker: expect.stringMatching(/ \(gsm8k\)$/) as string, rightNow: 1 } });
    expect(await grade({ convention: 'math' })).toMatchObject({
      summary: { checker: expect.stringMatching(/ \(math\)$/) as string, rightNow: 0 },
    });
  });

  test('can be told which steps, and goes on where it was cut off', async () => {
    const run = misjudged();
    const store = await Store.open({ root: join(folder, '.grpo-lab') });
    try {
      store.catchUp();
      const texts: string[] = [];
      const checker: Checker = {
        name: 'counter 1',
        grade: (solution) => {
          texts.push(solution);
          return Promise.resolve({ verdict: 'equal', answer: null, span: null, extraction: null, rule: 'all of them' });
        },
      };
      const base = { store: store.queries, run: run.id, directory: run.directory, checker };
      expect(await regrade({ ...base, steps: { from: 2, to: 2 } })).toMatchObject({ graded: 4, cancelled: false });
      store.catchUp();
      const stop = new AbortController();
      const cut = await regrade({ ...base, signal: stop.signal, progress: (done) => done >= 4 && stop.abort() });
      expect(cut).toMatchObject({ graded: 4, cancelled: true });
      store.catchUp();
      expect(await regrade(base)).toMatchObject({ graded: 4, known: 8, cancelled: false });
      store.catchUp();
      expect(texts).toHaveLength(12);
      expect(await regrade({ ...base, again: true })).toMatchObject({ graded: 12, known: 0 });
      store.catchUp();
      expect(store.queries.regrades(run.id).rows).toMatchObject([{ checker: 'counter 1', solutions: 12, rightNow: 12 }]);
    } finally {
      store.close();
    }
  });

  test('has one writer at a time', async () => {
    const run = misjudged();
    const store = await Store.open({ root: join(folder, '.grpo-lab') });
    try {
      store.catchUp();
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      const slow: Checker = {
        name: 'slow 1',
        grade: () => held.then(() => ({ verdict: 'equal' as const, answer: null, span: null, extraction: null, rule: '' })),
      };
      const base = { store: store.queries, run: run.id, directory: run.directory, checker: slow };
      const first = regrade(base);
      await expect(
        // The first one has the lock once its file is there.
        (async () => {
          while (!readdirSync(gradesFolder(run.directory)).some((f) => f.endsWith('.ndjson'))) await new Promise(setImmediate);
          return regrade(base);
        })(),
      ).rejects.toThrow(/held by another process/);
      release();
      expect(await first).toMatchObject({ graded: 12 });
      expect(readdirSync(gradesFolder(run.directory))).toHaveLength(1);
    } finally {
      store.close();
    }
  });
});

describe('a checker that is a program', () => {
  const ask = async (command: string[], solutions: string[], timeout = 20) => {
    const checker = new CommandChecker({ name: 'theirs 1', command, timeout });
    try {
      return await Promise.all(solutions.map((s) => checker.grade(s, '47')));
    } finally {
      checker.close();
    }
  };

  test('answers in order', async () => {
    const command = program(`say({ verdict: pred.includes(gold) ? 'equal' : 'different', extracted: pred, rule: 'includes', ms: 1 });`);
    const answers = await ask(command, ['47', '48', 'so 47']);
    expect(answers.map((a) => a.verdict)).toEqual(['equal', 'different', 'equal']);
    expect(answers[2]).toMatchObject({ answer: 'so 47', rule: 'includes', ms: 1 });
  });

  test('may read and write line separators: they end no line, and each answer is that of its own solution', async () => {
    const command = program(`say({ verdict: pred.includes(gold) ? 'equal' : 'different', extracted: pred });`);
    const solutions = ['one\u202848', 'two\u202947', 'three 48'];
    const answers = await ask(command, solutions);
    expect(answers.map((a) => a.answer)).toEqual(solutions);
    expect(answers.map((a) => a.verdict)).toEqual(['different', 'equal', 'different']);
  });

  test('that answers one with a line that is none of ours is still waited for with the others, no longer than it may take', async () => {
    const checker = new CommandChecker({
      name: 'theirs 1',
      command: program(`if (pred === 'fine') say({ verdict: 'equal' }); if (pred === 'odd') say({ verdict: 'perhaps' });`),
      timeout: 1,
    });
    try {
      const answers = await Promise.allSettled(['fine', 'odd', 'hang'].map((s) => checker.grade(s, '47')));
      expect(answers.map((a) => a.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(answers[2]).toMatchObject({ value: { verdict: 'undecided', reason: 'theirs 1 no answer within 1 s' } });
    } finally {
      checker.close();
    }
  });

  test('that hangs or dies over one solution leaves that one undecided and goes on', async () => {
    const command = program(
      `globalThis.stuck ||= pred === 'hang'; if (globalThis.stuck) return; if (pred === 'die') process.exit(3); if (pred === 'fine') say({ verdict: 'equal' });`,
    );
    const answers = await ask(command, ['fine', 'die', 'fine', 'hang', 'fine'], 1);
    expect(answers.map((a) => a.verdict)).toEqual(['equal', 'undecided', 'equal', 'undecided', 'equal']);
    expect(answers[1].reason).toBe('theirs 1 ended with code 3');
    expect(answers[3].reason).toBe('theirs 1 no answer within 1 s');
  });

  test('that never answers is an error with what it said', async () => {
    const command = program(`console.error('ModuleNotFoundError: math_verify'); process.exit(1);`);
    await expect(ask(command, ['47', '48'])).rejects.toThrow(/ended with code 1. It said: ModuleNotFoundError/);
    await expect(ask(['/no/such/program'], ['47'])).rejects.toThrow(/cannot be started/);
    await expect(ask(program(`console.log('hello');`), ['47'])).rejects.toThrow(/answered with a line that is none of ours: hello/);
  });
});

test('steps and programs are written as people write them', () => {
  expect([stepRange('7'), stepRange('3..40'), stepRange('..4'), stepRange('5..')]).toEqual([
    { from: 7, to: 7 },
    { from: 3, to: 40 },
    { from: 0, to: 4 },
    { from: 5, to: 1e9 },
  ]);
  for (const wrong of ['', '..', 'a', '4..2', '1...2']) expect(() => stepRange(wrong)).toThrow(/--step/);
  expect(commandWords(`python 'my checker.py' --flag="a b" ""`)).toEqual(['python', 'my checker.py', '--flag=a b', '']);
  expect(commandWords('["python", "a b.py"]')).toEqual(['python', 'a b.py']);
  for (const wrong of ['', `python 'x`, '[1]', '[']) expect(() => commandWords(wrong)).toThrow();
});
