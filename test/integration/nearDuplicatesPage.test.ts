/** Near-duplicates on built pages, in a real browser: read when they are wanted, with ways to each solution. */
import type { Browser } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launchBrowser, noBrowser, openBuiltPage } from '../builders/builtPage.js';
import { needs } from '../builders/needs.js';
import { answersOf } from '../builders/pageAnswers.js';

const text = 'What is 40 + 7?';

describe('near-duplicates', () => {
  needs(browserPath, noBrowser);
  let browser: Browser;
  beforeAll(async () => {
    if (!browserPath) return;
    browser = await launchBrowser();
    return () => browser.close();
  });

  test.each([
    ['group', { step: 1, group: 2 }],
    ['groups', { step: 1 }],
    ['question', { question: 'q' }],
  ] as const)('on the page %s nothing is read before it is unfolded; then each cluster leads to its solutions', async (kind, scope) => {
    const asked: unknown[] = [];
    const opened: unknown[] = [];
    const answers = answersOf(kind, text);
    const { page } = await openBuiltPage(browser, kind, {
      ...answers,
      'page/nearDuplicates': (params: unknown) => (asked.push(params), answers['page/nearDuplicates']),
      'page/open': (params: { address: unknown }) => void opened.push(params.address),
    });
    const part = page.locator('near-duplicates');
    await part.locator('summary').waitFor();
    expect(asked).toEqual([]);
    await part.locator('summary').click();
    await part.locator('.clusters li').first().waitFor();
    expect(asked).toMatchObject([{ scope: kind === 'question' ? { question: 'q' } : { step: scope.step } }]);
    expect(await part.locator('summary').innerText()).toContain('4 of 8 solutions (50%) nearly repeat another one, in 2 clusters');
    expect(await part.locator('.clusters li').first().innerText()).toMatch(
      /4 solutions +1 repeated letter by letter · similarity to the first ≥ 0\.840? · 3 of 4 right · mean advantage \+0\.500?/,
    );
    expect(await part.innerText()).toContain('Only the first 8 of 9 solutions were read');
    expect(await part.locator('.clusters li').nth(1).innerText()).toMatch(/equal\s+empty text\s+.*1\s*and 1 more/);
    await part.locator('.doors button').nth(1).click();
    await expect.poll(() => opened).toEqual([{ run: 'r', step: 2, group: 0, solution: 3 }]);
    await page.context().close();
  });

  test('the questions of a run have curves of them, and of different answers', async () => {
    const answers = answersOf('question', text);
    const { page } = await openBuiltPage(browser, 'question', {
      ...answers,
      'page/start': { address: { run: 'r', questions: true }, keys: {} },
    });
    const part = page.locator('modes-over-training');
    await part.locator('summary').click();
    await expect.poll(() => part.locator('line-chart').count()).toBe(3);
    expect(await part.locator('summary').innerText()).toContain('38% near-duplicates, 13% repeated letter by letter');
    expect(await part.innerText()).toContain('Only the first 3 of 4 steps were read');
    await page.context().close();
  });
});
