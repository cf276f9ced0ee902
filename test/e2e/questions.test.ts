/** One question over training, from the list of a run's questions and from its group. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventBody } from '../../src/protocol/events.js';
import { aMetrics, aRun, aSolution, aStatus, aTrace } from '../builders/aRun.js';
import { VsCode } from './vscode.js';

const size = 8;
const steps = [1, 5, 9, 14, 20, 26, 33, 40, 48, 60];
/** Solutions that are right at each asking. */
const courses: Record<string, number[]> = {
  'Tom has 23 apples and buys 4 bags of 6. How many has he?': [0, 0, 1, 1, 3, 2, 5, 6, 8, 8],
  'What is 17 * 23 − 11?': [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  'A train leaves at 9:40 and arrives at 12:05. How many minutes does it take?': [7, 8, 6, 7, 5, 4, 2, 1, 0, 0],
  'What is 40 + 7?': [8, 8, 8, 8, 8, 8, 8, 8, 8, 8],
  'What is the next prime after 89?': [1, 5, 2, 6, 1, 7, 3, 8, 2, 6],
};
const solutionOf = (step: number, i: number, right: number) => {
  const isRight = i < right;
  const answer = isRight ? '47' : i % 3 === 0 ? '29' : '41';
  const begun = step < 20 ? 'I add the numbers. ' : 'Let me count the bags first: 4 bags of 6 are 24 apples. ';
  const text = `${begun}${isRight ? '23 + 24 = 47. ' : '23 + 6 = 29. '}The answer is ${answer}`;
  const share = right / size;
  const std = Math.sqrt(share * (1 - share));
  return {
    ...aSolution(i),
    ...{ text, reward: isRight ? 1 : 0, rewards: { correct: isRight ? 1 : 0 }, correct: isRight, tokens: text.length },
    advantage: std === 0 ? 0 : ((isRight ? 1 : 0) - share) / std,
    grade: { ...aSolution(i).grade!, verdict: isRight ? ('equal' as const) : ('different' as const), answer },
  };
};
const asked = (at: number): EventBody[] =>
  Object.entries(courses).map(([question, rights], group) => ({
    type: 'group',
    ...{ step: steps[at], group, question_id: `q${group}`, question, gold: '47' },
    solutions: Array.from({ length: size }, (_, i) => solutionOf(steps[at], i, rights[at])),
  }));

describe('questions over training', () => {
  let folder: string;
  let code: VsCode;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'grpo-lab-question-'));
    const runs = join(folder, '.grpo-lab', 'runs');
    mkdirSync(runs, { recursive: true });
    const run = aRun('sums-1-aaaa').being({ name: 'sums-1' });
    steps.forEach((step, at) => run.with(...asked(at), aMetrics(step)));
    // One token of one solution is far from the reference.
    const trace = aTrace(60, 3, 0, 40);
    run.with({ ...trace, kl: Array.from({ length: 40 }, (_, t) => (t === 10 ? 6.5 : 0.01)) } as EventBody);
    run.with(aStatus(60, 'finished')).write(runs);
    code = await VsCode.open({ workspace: folder, keepRuns: true });
  });
  afterAll(async () => {
    await code.screenshot('questions-last');
    await code.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('from the palette by keys: the list, a question that was learned, its group', async () => {
    const { keyboard } = code.page;
    await code.command('GRPO Lab: Open Questions of Run');
    await code.pick(/sums-1/);
    const page = await code.frameWith('question-page .questions li');
    expect(await page.locator('.toolbar .segments').innerText()).toMatch(
      /all 5\s+never solved 1\s+learned 1\s+flips 1\s+forgotten 1\s+mostly right 1/,
    );
    await page.locator('h1').click();
    for (const key of ['j', 'j']) await keyboard.press(key);
    await page.locator('[data-index="1"]:focus').waitFor();
    await code.screenshotsInAllThemes('questions');
    await page.locator('[data-index="1"]').focus();
    await keyboard.press('Enter');
    const one = await code.frameWith('question-page .side .card');
    await code.tab(/Question · group 1 · step 60/).waitFor();
    expect(await one.locator('header').innerText()).toMatch(/learned at step 33[\s\S]+10 times/);
    expect(await one.locator('line-chart').count()).toBe(5);
    await one.locator('#side-then').waitFor();
    await code.screenshotsInAllThemes('question');
    await one.locator('h1').click();
    await keyboard.press('[');
    await code.tab(/Question · group 1 · step 48/).waitFor();
    await expect.poll(() => one.getByRole('combobox', { name: 'Now: asked at' }).inputValue()).toBe('8');
    await one.locator('h1').click();
    await keyboard.press('Enter');
    await code.frameWith('group-page .cards');
    // And back to the question, with the key that leads from a group.
    await keyboard.press('[');
    await code.tab(/Group 1 · step 40/).waitFor();
    await keyboard.press('q');
    await code.tab(/Question · group 1 · step 40/).waitFor();
  });

  test('then and now by keys: a question that turned, its two texts, a phrase that grew and the solutions that have it', async () => {
    const { keyboard } = code.page;
    await (await code.frameWith('question-page .side .card')).locator('h1').click();
    await keyboard.press('t');
    const page = await code.frameWith('then-now-page .phrases li');
    await code.tab(/Then and now · sums-1/).waitFor();
    await expect.poll(() => page.locator('.read-notes').innerText()).toContain('All 400 solutions of both ranges were read.');
    expect(await page.locator('section[aria-labelledby=questions]').innerText()).toMatch(
      /2 wrong → right, 1 right → wrong[\s\S]+Tom has 23 apples[\s\S]+5\/40 → 29\/40[\s\S]+A train leaves[\s\S]+33\/40 → 7\/40/,
    );
    expect(await page.locator('.phrases li').nth(0).innerText()).toMatch(/add the numbers[\s\S]+80% → 0%/);
    const grown = page.locator('.phrases li').filter({ hasText: 'bags' }).first();
    expect(await grown.innerText()).toContain('20% → 100%');
    const place = Number(await grown.locator('[data-index]').getAttribute('data-index'));
    await page.locator('h1').click();
    await keyboard.press('j');
    await page.locator('[data-index="0"]:focus').waitFor();
    await code.screenshotsInAllThemes('then-now');
    await page.locator('[data-index="0"]').focus();
    await keyboard.press('d');
    await page.locator('solution-diff .diff-rows').waitFor();
    await code.screenshot('then-now-texts');
    if (process.env.GRPO_LAB_SCREENSHOTS === 'themes') {
      for (const width of [400, 700, 2560]) {
        await code.page.setViewportSize({ width, height: 2000 });
        await code.screenshot(`then-now-${width}`);
      }
      await code.page.setViewportSize({ width: 1440, height: 900 });
    }
    await page.locator('h1').click();
    await keyboard.press('d');
    await page.locator('solution-diff').waitFor({ state: 'detached' });
    // Past the questions, and what is said no more.
    for (let at = 0; at < place; at++) await keyboard.press('j');
    await page.locator(`.phrases [data-index="${place}"]:focus`).waitFor();
    await keyboard.press('Enter');
    const find = await code.frameWith('find-page .result');
    await code.tab(/Find "/).waitFor();
    expect(await find.getByRole('combobox', { name: 'Filter' }).inputValue()).toMatch(/^".+" and step in 26\.\.60$/);
    await find.locator('mark').first().waitFor();
    await code.tab(/Question · group 1 · step 40/).click();
  });

  test('on a group: d sets the worst beside the best, and the audit says which formula gave the advantages', async () => {
    const { keyboard } = code.page;
    const one = await code.frameWith('question-page .side .card');
    await one.locator('h1').click();
    await keyboard.press('Enter');
    const group = await code.frameWith('group-page .cards');
    await code.tab(/Group 1 · step 40/).waitFor();
    await group.locator('h1').click();
    await keyboard.press('d');
    await group.locator('solution-diff .diff-rows').waitFor();
    expect(await group.locator('.diff-summary').innerText()).toContain('are the same; they differ from there');
    expect(await group.locator('.diff-cell.left .diff-changed').first().innerText()).toBe('6');
    await group.locator('#comparison-title').scrollIntoViewIfNeeded();
    await code.screenshotsInAllThemes('group-comparison');
    await group.locator('near-duplicates summary').click();
    await group.locator('.clusters li').first().waitFor();
    expect(await group.locator('near-duplicates summary').innerText()).toMatch(/of 8 solutions \(\d+%\) nearly repeat/);
    await code.screenshotsInAllThemes('group-near-duplicates');
    await group.locator('near-duplicates summary').click();
    await group.locator('.audit summary').click();
    await group.locator('.what-if select').waitFor();
    expect(await group.locator('.audit summary').innerText()).toContain('divided by the population’s std gives all 8 advantages');
    await group.locator('.what-if select').selectOption('none');
    await group.locator('.outcome').waitFor();
    await group.locator('.audit summary').scrollIntoViewIfNeeded();
    await code.screenshotsInAllThemes('group-audit');
    await group.getByRole('button', { name: 'Open in VS Code’s diff editor' }).click();
    await code.page.locator('.monaco-diff-editor').first().waitFor();
  });

  test('what is pointed at leads to its solutions, by keys: a band of answers, an answer, a bar, a band of the ledger; and to the worst tokens', async () => {
    const { keyboard } = code.page;
    const find = () => code.frameWith('find-page .found b');
    const sought = async (filter: string, found: string): Promise<void> => {
      const page = await find();
      await expect.poll(() => page.getByRole('combobox', { name: 'Filter' }).inputValue()).toBe(filter);
      await expect.poll(() => page.locator('.found').innerText()).toContain(found);
    };
    await code.command('View: Close All Editors');
    await code.command('GRPO Lab: Open Questions of Run');
    await code.pick(/sums-1/);
    const list = await code.frameWith('question-page .questions li');
    await list.locator('.questions button', { hasText: 'Tom has 23 apples' }).press('Enter');
    const question = await code.frameWith('question-page .side .card');
    await question.locator('line-chart canvas').last().focus();
    for (const key of ['ArrowLeft', 'ArrowDown']) await keyboard.press(key);
    await question.locator('line-chart .entry.pointed').filter({ hasText: '47' }).waitFor();
    await code.screenshot('find-door-question');
    await keyboard.press('f');
    await sought('question.id = q0 and step = 48 and answer = "47"', '8 of 400 solutions');
    // A page that was hidden is another frame when it is back.
    await keyboard.press('Alt+ArrowLeft');
    await (await code.frameWith('question-page .side .card')).locator('h1').click();
    await keyboard.press('Enter');
    const group = await code.frameWith('group-page .cards');
    await group.locator('.answers .answer').first().focus();
    await keyboard.press('Enter');
    await group.getByRole('button', { name: 'Find this answer at every step' }).waitFor();
    await code.screenshotsInAllThemes('find-door-answer');
    await group.locator('.answers .answer').first().focus();
    await keyboard.press('f');
    await sought('question.id = q0 and answer = "47"', '34 of 400 solutions');
    await keyboard.press('Alt+ArrowLeft');
    await (await code.frameWith('group-page .cards')).locator('h1').click();
    await keyboard.press('Alt+ArrowUp');
    const groups = await code.frameWith('groups-page .spread summary');
    await groups.locator('.spread summary').focus();
    await keyboard.press('Enter');
    await groups.locator('.histogram button').first().waitFor();
    await code.screenshotsInAllThemes('find-door-step');
    await groups.locator('.histogram button').first().focus();
    await keyboard.press('Enter');
    await sought('step = 60 and reward = 0', '18 of 400 solutions');
    await keyboard.press('Alt+ArrowUp');
    const dashboard = await code.frameWith('dashboard-page #chart-ledger canvas');
    await dashboard.locator('#chart-ledger canvas').focus();
    for (const key of ['ArrowLeft', 'ArrowDown', 'ArrowDown']) await keyboard.press(key);
    await dashboard.locator('#chart-ledger .entry.pointed').filter({ hasText: 'mixed' }).waitFor();
    await code.screenshot('find-door-ledger');
    await keyboard.press('f');
    await sought('step = 48 and group.outcome = mixed', '8 of 400 solutions');
    // The worst tokens of the run, and one of them in its text.
    await keyboard.press('Alt+ArrowUp');
    await (await code.frameWith('dashboard-page h1')).locator('h1').click();
    await keyboard.press('w');
    const worst = await code.frameWith('tokens-page .worst li');
    await code.tab(/Worst tokens · sums-1/).waitFor();
    expect(await worst.locator('.worst .value').first().innerText()).toContain('6.50');
    expect(await worst.locator('[role=status]').first().innerText()).toContain('399 of 400 solutions have no trace');
    await worst.locator('h1').click();
    await keyboard.press('j');
    await worst.locator('[data-index="0"]:focus').waitFor();
    await code.screenshotsInAllThemes('worst-tokens');
    await worst.locator('[data-index="0"]').focus();
    await keyboard.press('Enter');
    const solution = await code.frameWith('solution-page token-text .chosen');
    expect(await solution.locator('.readout').innerText()).toMatch(/token 11 of \d+/);
    await code.screenshot('worst-tokens-solution');
    await keyboard.press('w');
    await code.tab(/Worst tokens · solution 1 · group 4 · step 60/).waitFor();
    await code.command('GRPO Lab: Open Dashboard');
    // With the mouse: Alt and a click, where a plain click opens the step.
    const again = await code.frameWith('dashboard-page #chart-ledger canvas');
    await again.locator('#chart-ledger canvas').click({ modifiers: ['Alt'], position: { x: 200, y: 90 } });
    const page = await find();
    await expect.poll(() => page.getByRole('combobox', { name: 'Filter' }).inputValue()).toMatch(/^step = \d+ and group\.outcome = /);
  });
});
