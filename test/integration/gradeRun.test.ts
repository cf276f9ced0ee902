import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commandWords } from '../../src/cli/commandWords.js';
import { stepsFor, termWeight } from '../../src/cli/arguments.js';
import { gradeRun, type GradeRunOptions } from '../../src/cli/commands/gradeRun.js';
import { whatIf, type WhatIfOptions } from '../../src/cli/commands/whatIf.js';
import type { Output } from '../../src/cli/output.js';
import { CliSession } from '../../src/cli/cliSession.js';
import { checker as ownChecker } from '../../src/grading/grade.js';
import { CommandChecker } from '../../src/regrading/commandChecker.js';
import { regrade, type Checker } from '../../src/regrading/regrade.js';
import type { EventBody, WireSolution } from '../../src/protocol/events.js';
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

describe('what if another checker had judged', () => {
  const asked = async (options: Partial<WhatIfOptions>, before?: () => Promise<unknown>) => {
    await before?.();
    const [person, json] = [printed(), printed(true)];
    for (const { output } of [person, json]) {
      const lab = session(output);
      try {
        await whatIf(lab, 'last', { weight: [], limit: 10, ...options });
      } finally {
        await lab.close();
      }
    }
    return { text: person.text(), value: json.value() };
  };
  const graded = async (): Promise<void> => {
    const lab = session(printed().output);
    await gradeRun(lab, 'last', { list: 0 });
    await lab.close();
  };

  test('its verdicts take the place of the term that follows from them: whose sign flips is said', async () => {
    misjudged();
    const { text, value } = await asked({ checker: ownChecker }, graded);
    expect(text).toContain('step 3 · r − mean, divided by the population’s std, as recorded');
    expect(text).toContain(`checker: ${ownChecker}. The checker’s verdicts take the place of “correct”: 1 where right, 0 where wrong`);
    expect(text).toContain('of 1 group: signs flip in 1, 0 gain a signal, 0 lose it');
    expect(text).toMatch(/^ +1 +1 +4 +3 *$/m);
    expect(value).toMatchObject({
      ...{ step: 3, checker: ownChecker, pay: { term: 'correct', right: 1, wrong: 0 }, undecided: 0, ungraded: 0, left: 0 },
      groups: [{ group: 0, outcome: { rewards: [0, 1, 1, 1], flips: [2], signal: null } }],
    });
    // Where the two say the same, nothing changes.
    expect((await asked({ checker: ownChecker, step: 1 })).value).toMatchObject({ groups: [{ outcome: { flips: [] } }] });
  });

  test('another formula and other weights can be supposed as well', async () => {
    misjudged();
    const { text, value } = await asked({ formula: 'centred', weight: [['correct', -2]] });
    expect(text).toContain('weights: correct × −2');
    expect(value).toMatchObject({ formula: 'centred', groups: [{ outcome: { advantages: [1, -1, 1, -1], flips: [0, 1, 2, 3] } }] });
  });

  test('what cannot be supposed says why', async () => {
    misjudged();
    await expect(asked({ checker: 'math-verify 1' })).rejects.toThrow('"math-verify 1" has not graded');
    await expect(asked({ checker: ownChecker, term: 'format' }, graded)).rejects.toThrow('of the reward terms these do: correct');
    await expect(asked({ weight: [['format', 1]] })).rejects.toThrow('There is no reward term "format" in this step: it has correct');
    await expect(asked({ step: 9 })).rejects.toThrow('has no groups that were trained on');
  });

  test('a weight is a term and a number', () => {
    expect(termWeight('length=penalty=-0.5', [['a', 1]])).toEqual([
      ['a', 1],
      ['length=penalty', -0.5],
    ]);
    for (const wrong of ['format', '=1', 'format=', 'format=much']) expect(() => termWeight(wrong, [])).toThrow('a term and a number');
  });
});

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

  test('holds the verdict against what was paid where the trainer recorded none', async () => {
    const group = aGroup(1, 0, 4);
    if (group.type !== 'group') throw new Error('a group was expected');
    const textsAndRewards: [text: string, reward: number][] = [
      ['\\boxed{47}', 0],
      ['\\boxed{47}', 1],
      ['\\boxed{46}', 0.5],
      ['', 0],
    ];
    group.solutions = group.solutions.map((s, i) => ({
      ...s,
      text: textsAndRewards[i][0],
      reward: textsAndRewards[i][1],
      correct: null,
      grade: null,
    }));
    const run = aRun().with(group).write(runs);
    const { output, text } = printed();
    const lab = session(output);
    expect(await gradeRun(lab, run.id, { list: 10 })).toBe(0);
    await lab.close();
    expect(text()).toMatch(/right, paid nothing +1$/m);
    expect(text()).toMatch(/wrong, paid +1$/m);
    expect(text()).toMatch(/^ +1 +1 +1 +paid 0 +equal +47 +47/m);
    expect(text()).toMatch(/^ +1 +1 +3 +paid 0\.500 +different +46 +47/m);
    expect(text()).toMatch(/not judged before +4, of which 4 can be compared with their reward$/m);
  });

  test('counts golds that nothing can read apart, and lists them where nothing else differs', async () => {
    const group = aGroup(1, 0, 2);
    if (group.type === 'group') group.gold = 'see figure {';
    const run = aRun().with(group).write(runs);
    const { output, text } = printed();
    const lab = session(output);
    await gradeRun(lab, run.id, { list: 10 });
    await lab.close();
    expect(text()).toMatch(/gold unreadable +2 of those undecided$/m);
    expect(text()).toMatch(/^ +1 +1 +2 of 2 +see figure \{ +the gold answer cannot be read/m);
  });

  test('takes gold answers from a file where the run has none, and says how many matched', async () => {
    const questionEvent = (step: number, question: string, gold: string | null): EventBody => {
      const group = aGroup(step, 0, 2);
      if (group.type !== 'group') throw new Error('a group was expected');
      const solutions = group.solutions.map((s, i) => ({
        ...s,
        text: `\\boxed{${i === 0 ? 47 : 5}}`,
        reward: i,
        correct: null,
        grade: null,
      }));
      return { ...group, question, question_id: question, gold, solutions };
    };
    const run = aRun()
      .with(
        questionEvent(1, '<|im_start|>user\nWhat is  40 + 7?<|im_end|>\n<|im_start|>assistant\n', null),
        questionEvent(2, 'What is 2 + 3?', null),
        questionEvent(3, 'Who knows?', null),
        questionEvent(4, 'What is 2 + 3?', '47'),
        questionEvent(5, 'Which one?', null),
      )
      .write(runs);
    const golds = join(folder, 'questions.jsonl');
    const lines = [
      { question: 'What is 40 + 7?', answer: '40 + 7 = <<40+7=47>>47\n#### 47' },
      {
        prompt: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'What is 2 + 3?' },
        ],
        reward_model: { ground_truth: 5 },
      },
      { question: 'Which one?', answer: 'A' },
      { question: 'Which one?', answer: 'B' },
      { question: 'Nobody asked this.', answer: '1' },
      { name: 'no question' },
    ];
    writeFileSync(golds, lines.map((l) => JSON.stringify(l)).join('\n') + '\nnonsense\n');
    const { output, text } = printed();
    const lab = session(output);
    expect(await gradeRun(lab, run.id, { list: 10, golds })).toBe(0);
    await lab.close();
    expect(text()).toMatch(/^gold answers for 2 of 4 groups that had none, by 2 of the 3 questions in .*questions\.jsonl$/m);
    expect(text()).toMatch(/1 question left out, whose lines give different answers/);
    expect(text()).toMatch(/2 lines without a question and a gold answer/);
    expect(text()).toMatch(/4 solutions have no gold answer/);
    expect(text()).toMatch(/^ +1 +1 +1 +paid 0 +equal +47 +47/m);
    expect(text()).toMatch(/wrong, paid +2$/m); // step 1's second, and step 4's, whose own gold stands
    const other = printed(true);
    const second = session(other.output);
    await gradeRun(second, run.id, { list: 0, golds });
    await second.close();
    expect(other.value()).toMatchObject({ golds: { groups: 4, matched: 2, questions: 3, used: 2, conflicting: 1, unusable: 2 } });
    const third = session(printed().output);
    await expect(gradeRun(third, run.id, { list: 0, golds: join(folder, 'none.jsonl') })).rejects.toThrow(/none\.jsonl cannot be read/);
    await third.close();
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
      const released = new Promise<void>((resolve) => (release = resolve));
      const slow: Checker = {
        name: 'slow 1',
        grade: () => released.then(() => ({ verdict: 'equal' as const, answer: null, span: null, extraction: null, rule: '' })),
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
  const stepRange = stepsFor('--step');
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
