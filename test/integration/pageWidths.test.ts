/** Built pages in a real browser, narrow and very wide, and what they show where something is not recorded. */
import type { Browser, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { GroupAnswer, SolutionAnswer } from '../../src/store/views.js';
import { browserPath, launchBrowser, noBrowser, openBuiltPage } from '../builders/builtPage.js';
import { needs } from '../builders/needs.js';
import { addresses, answersOf, type AnsweredPage } from '../builders/pageAnswers.js';

describe('pages', () => {
  needs(browserPath, noBrowser);
  let browser: Browser;
  beforeAll(async () => {
    if (!browserPath) return;
    browser = await launchBrowser();
    return () => browser.close();
  });

  const opened = async (kind: 'groups' | 'group' | 'solution' | 'import', answers: Record<string, unknown>): Promise<Page> =>
    (await openBuiltPage(browser, kind, { ...answersOf(kind, 'What is 40 + 7?'), ...answers })).page;
  const lefts = (page: Page, selector: string): Promise<number[]> =>
    page.evaluate(`[...document.querySelectorAll('${selector}')].map((e) => Math.round(e.getBoundingClientRect().left))`);

  test('where rows of Groups take two lines a menu sorts, in the place of headings over columns that they do not match', async () => {
    const page = await opened('groups', {});
    const [head, menu] = [page.locator('thead'), page.getByRole('combobox', { name: 'Sort by' })];
    await page.setViewportSize({ width: 1000, height: 700 });
    await expect.poll(async () => [await head.isVisible(), await menu.isVisible()]).toEqual([true, false]);
    for (const width of [640, 400]) {
      await page.setViewportSize({ width, height: 700 });
      await expect.poll(async () => [await head.isVisible(), await menu.isVisible()]).toEqual([false, true]);
    }
    const first = page.locator('tr.group').first();
    const [question, right] = await Promise.all(['.question', '.right'].map((cell) => first.locator(cell).boundingBox()));
    expect(right!.y).toBeGreaterThanOrEqual(question!.y + question!.height);
    await page.getByRole('button', { name: 'Smallest first' }).click();
    await expect.poll(() => page.locator('tr.group [data-group]').first().getAttribute('data-group')).toBe('1');
    await page.context().close();
  });

  test('solutions of a group stand in as many columns as are read well: one at 400 pixels, four at 2560', async () => {
    const { 'group/open': group } = answersOf('group', 'What is 40 + 7?') as { 'group/open': GroupAnswer };
    const solutions = Array.from({ length: 8 }, (_, index) => ({ ...group.solutions[0], index, preview: 'so '.repeat(130) }));
    const page = await opened('group', { 'group/open': { ...group, size: 8, solutions } });
    await page.locator('.cards li').nth(7).waitFor();
    for (const [width, columns] of [
      [400, 1],
      [2560, 4],
    ] as const) {
      await page.setViewportSize({ width, height: 1200 });
      await expect.poll(async () => new Set(await lefts(page, '.cards li')).size).toBe(columns);
    }
    // Six lines of text at most, and not three.
    await page.setViewportSize({ width: 400, height: 1200 });
    const lines = await page.evaluate<number>(`(() => {
      const text = document.querySelector('.card-text');
      return Math.round(text.clientHeight / parseFloat(getComputedStyle(text).lineHeight));
    })()`);
    expect(lines).toBe(6);
    await page.context().close();
  });

  const { 'solution/open': solution } = answersOf('solution', 'The answer is **47**.') as { 'solution/open': SolutionAnswer };

  test('a solution without tokens is rendered at first; one with tokens shows them', async () => {
    const chosen = (page: Page) => page.getByRole('group', { name: 'Show the text as' }).locator('[aria-pressed=true]').innerText();
    const plain = await opened('solution', { 'solution/open': { ...solution, hasTrace: false }, 'solution/trace': null });
    await expect.poll(() => chosen(plain)).toBe('rendered');
    await plain.context().close();
    const traced = await opened('solution', { 'solution/open': solution });
    await expect.poll(() => chosen(traced)).toBe('tokens');
    await traced.context().close();
  });

  test('where nothing got an advantage there is no sign of one; where others did, this one has none', async () => {
    const none = { ...solution, advantage: null, siblings: solution.siblings.map((s) => ({ ...s, advantage: null })) };
    const page = await opened('solution', { 'solution/open': none });
    expect(await page.locator('.facts').innerText()).not.toContain('Â');
    await page.context().close();
    const beside = await opened('solution', { 'solution/open': { ...solution, advantage: null } });
    expect(await beside.locator('.facts').innerText()).toContain('Â –');
    await beside.context().close();

    const { 'group/open': group } = answersOf('group', 'What is 40 + 7?') as { 'group/open': GroupAnswer };
    const advantages = { advantages: [null], advantageOf: [null], solutions: group.solutions.map((s) => ({ ...s, advantage: null })) };
    const cards = await opened('group', { 'group/open': { ...group, ...advantages } });
    await cards.locator('.cards li').first().waitFor();
    expect(await cards.locator('.cards').innerText()).not.toContain('Â');
    await cards.context().close();
  });

  /** What reaches beyond the right edge and cannot be scrolled to within the page, by tag and class. */
  const beyond = `(() => {
    const scrolls = (e) => e !== null && e !== document.body && (/auto|scroll|hidden/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
    return [...document.querySelectorAll('h1, h2, button, select, input, textarea, a, p, dt, dd, vscode-button, vscode-dropdown, vscode-text-field, .tick')]
      .filter((e) => e.checkVisibility() && !scrolls(e.parentElement) && Math.round(e.getBoundingClientRect().right) > innerWidth)
      .map((e) => e.localName + '.' + e.className + ' ' + Math.round(e.getBoundingClientRect().right));
  })()`;

  test.each(Object.keys(addresses) as AnsweredPage[])('of %s nothing stands beyond the edge of a very narrow column', async (kind) => {
    const { page } = await openBuiltPage(browser, kind, answersOf(kind, 'What is 40 + 7?'));
    for (const width of [350, 250]) {
      await page.setViewportSize({ width, height: 800 });
      await expect.poll(() => page.evaluate<string[]>(beyond), { message: `${width} px` }).toEqual([]);
    }
    await page.context().close();
  });
});
