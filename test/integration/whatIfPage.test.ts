/** What if another checker had judged: on the built page of a group, in a real browser. */
import type { Browser } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { GroupAnswer, StepGroup, StepNumbers } from '../../src/store/views.js';
import { browserPath, launchBrowser, noBrowser, openBuiltPage } from '../builders/builtPage.js';
import { needs } from '../builders/needs.js';
import { answersOf } from '../builders/pageAnswers.js';

const aStepGroup = (group: number, correct: boolean[]): StepGroup => {
  const share = correct.filter(Boolean).length / correct.length;
  const std = Math.sqrt(share * (1 - share));
  return {
    ...{ group, split: null, correct },
    rewards: correct.map((c) => (c ? 1 : 0)),
    advantages: correct.map((c) => (std === 0 ? 0 : ((c ? 1 : 0) - share) / std)),
    terms: correct.map((c) => ({ correct: c ? 1 : 0 })),
  };
};

describe('what if', () => {
  needs(browserPath, noBrowser);
  let browser: Browser;
  beforeAll(async () => {
    if (!browserPath) return;
    browser = await launchBrowser();
    return () => browser.close();
  });

  const opened = async (step: StepNumbers, more: Record<string, unknown> = {}) => {
    const answers = answersOf('group', 'What is 40 + 7?') as { 'group/open': GroupAnswer };
    const { group: here } = answers['group/open'];
    const { page } = await openBuiltPage(browser, 'group', { ...answers, 'group/step': step, ...more });
    await page.locator('.audit > summary').click();
    await page.locator('.what-if').waitFor();
    return { page, here };
  };
  const answers = answersOf('group', '') as { 'group/open': GroupAnswer };
  const here = answers['group/open'].group;
  const numbers: StepNumbers = {
    groups: [aStepGroup(here, [true, false]), aStepGroup(here + 1, [false, false]), aStepGroup(here + 2, [true, true])],
    ...{ all: 3, weights: { correct: 1 }, normalisation: 'standardised', checkers: [{ name: 'other-1', checker: 'math-verify 0.8.0' }] },
  };

  test('a checker that graded the run: whose sign flips, which groups gain and lose a signal, and which it did not judge', async () => {
    const asked: unknown[] = [];
    const { page } = await opened(numbers, {
      'group/stepVerdicts': (params: unknown) => {
        asked.push(params);
        return [
          { group: here, right: [false, true], undecided: 1 },
          { group: here + 1, right: [true, false], undecided: 0 },
        ];
      },
    });
    expect(asked).toEqual([]);
    await page.getByLabel('checker').selectOption('math-verify 0.8.0');
    const text = page.locator('.what-if');
    await page.locator('.outcome').waitFor();
    expect(asked).toMatchObject([{ grades: 'other-1' }]);
    const said = (await text.innerText()).replaceAll(/\s+/g, ' ');
    expect(said).toContain('take the place of “correct”: 1 where right, 0 where wrong');
    expect(said).toContain('1 verdict is undecided, and paid as wrong');
    expect(said).toMatch(/Here 2 advantages of 2 change sign\. Of 2 groups of the step signs flip in 1/);
    expect(said).toMatch(/1 \(group \d+\) gains a signal, 0 lose it/);
    expect(said).toContain('1 group was not graded by this checker');
    expect(await page.locator('.outcome tbody tr').first().innerText()).toMatch(/^1\s+1\s*→\s*0\s+Â \+1\s+−1\s+flips$/);
    await page.getByRole('button', { name: 'As it was' }).click();
    await expect.poll(() => page.locator('.outcome').count()).toBe(0);
    await page.context().close();
  });

  test('where none has, one can be asked to; where rewards do not follow from verdicts, that is said', async () => {
    const commands: unknown[] = [];
    const { page } = await opened({ ...numbers, checkers: [] }, { 'page/runCommand': (params: unknown) => (commands.push(params), null) });
    await page.getByRole('button', { name: 'Grade with another checker…' }).click();
    await expect.poll(() => commands).toMatchObject([{ command: 'regrade' }]);
    await page.context().close();
    const unjudged = numbers.groups.map((of) => ({ ...of, correct: of.correct.map(() => null) }));
    const other = await opened({ ...numbers, groups: unjudged }, { 'group/stepVerdicts': [] });
    await other.page.getByLabel('checker').selectOption('math-verify 0.8.0');
    await expect.poll(() => other.page.locator('.what-if').innerText()).toContain('No part of the rewards follows from the verdicts');
    await other.page.context().close();
  });
});
