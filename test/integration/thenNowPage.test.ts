/** The page of then and now in a real browser: what it shows while it reads, when that is stopped, and where there is nothing. */
import type { Browser, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ThenNowView } from '../../src/contracts/thenNow.js';
import type { ThenNowTexts } from '../../src/store/views.js';
import { browserPath, launchBrowser, noBrowser, openBuiltPage } from '../builders/builtPage.js';
import { needs } from '../builders/needs.js';
import { answersOf } from '../builders/pageAnswers.js';

const usual = answersOf('then-now', 'What is 40 + 7?');
const view = usual['then-now/open'] as ThenNowView;
const texts = usual['then-now/read'] as ThenNowTexts;
const found = view.found!;

describe('then and now', () => {
  needs(browserPath, noBrowser);
  let browser: Browser;
  beforeAll(async () => {
    if (!browserPath) return;
    browser = await launchBrowser();
    return () => browser.close();
  });
  const opened = async (answers: Record<string, unknown>): Promise<Page> =>
    (await openBuiltPage(browser, 'then-now', { ...usual, ...answers })).page;
  const act = (page: Page, action: string): Promise<unknown> =>
    page.evaluate(`postMessage({ kind: 'notification', method: 'page/act', params: { action: '${action}' } }, '*')`);

  test('keys walk through questions, phrases and lengths; each opens what is behind it', async () => {
    const places: unknown[] = [];
    const page = await opened({ 'page/open': ({ address }: { address: unknown }) => void places.push(address) });
    await page.waitForSelector('.bands li');
    for (const index of [0, 1, 2]) {
      await act(page, 'next');
      await page.locator(`[data-index="${index}"]:focus`).waitFor();
      await act(page, 'open');
      await expect.poll(() => places.length).toBe(index + 1);
    }
    expect(places).toEqual([
      { run: 'r', questions: true, step: 19, group: 0 },
      { page: 'find', about: { run: 'r' }, search: { filter: '"What is 40 + 7?" and step in 11..20' } },
      { page: 'find', about: { run: 'r' }, search: { filter: 'tokens >= 20 and step in 11..20' } },
    ]);
    await page.context().close();
  });

  test('a few solutions are shown while more are read; stopped, they stay, and it can go on', async () => {
    const wishes: number[] = [];
    let isSlow = true;
    const read = ({ most }: { most: number }): unknown => {
      wishes.push(most);
      const all = [{ groups: 100, solutions: 5000 }, texts.all[1]];
      return most > 128 && isSlow ? new Promise(() => undefined) : { ...texts, all, most };
    };
    const page = await opened({ 'then-now/read': read });
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    await expect.poll(() => wishes).toEqual([128, 1000]);
    expect(await page.locator('.read-notes').innerText()).toContain('Read: 80 of 5,000 solutions (10 of 100 groups) of the first range');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('stopped: this is what was read before').waitFor();
    expect(await page.locator('.phrases li').count()).toBe(1);
    isSlow = false;
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect.poll(() => page.locator('.read-notes').innerText()).toContain('of each at most 1,000');
    // Another amount is read at once.
    await page.getByRole('combobox', { name: 'Solutions of each range that are read' }).selectOption('4000');
    await expect.poll(() => wishes.at(-1)).toBe(4000);
    await page.context().close();
  });

  test('stopped before anything was read it says so', async () => {
    const page = await opened({ 'then-now/read': () => new Promise(() => undefined) });
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('stopped: nothing was read').waitFor();
    expect(await page.locator('.turned li').count()).toBe(1);
    await page.context().close();
  });

  test('a run with one step, and a range without groups, say what there is', async () => {
    const none = await opened({ 'then-now/open': { ...view, found: null } });
    await none.getByRole('heading', { name: 'Nothing to compare yet' }).waitFor();
    await none.context().close();
    const empty = { ...found.facts[1], groups: 0, evaluationGroups: 2, range: { run: 'r', from: 40, to: 50 } };
    const page = await opened({ 'then-now/open': { ...view, found: { ...found, facts: [found.facts[0], empty] } } });
    await page.getByRole('heading', { name: 'No groups at steps 40 to 50' }).waitFor();
    expect(await page.locator('.state').innerText()).toContain(
      'of evaluations, which were not trained on. Its groups stand at steps 1 to 20.',
    );
    await page.context().close();
  });

  test('another range is looked at when a field says so, and the way back is there', async () => {
    const wanted: unknown[] = [];
    const open = (request: unknown): unknown => {
      wanted.push(request);
      return view;
    };
    const page = await opened({ 'then-now/open': open });
    await page.getByRole('spinbutton', { name: 'Then: last step' }).fill('5');
    await page.getByRole('spinbutton', { name: 'Then: last step' }).press('Enter');
    await expect.poll(() => wanted.at(-1)).toEqual({ run: 'r', then: { from: 1, to: 5 }, limit: 500 });
    await page.getByRole('button', { name: 'First and last steps' }).click();
    await expect.poll(() => wanted.at(-1)).toEqual({ run: 'r', limit: 500 });
    await page.getByRole('combobox', { name: 'Now: of which run' }).selectOption('s');
    await expect.poll(() => wanted.at(-1)).toEqual({ run: 'r', other: 's', limit: 500 });
    await page.context().close();
  });

  test('at no width it scrolls sideways', async () => {
    const page = await opened({});
    await page.waitForSelector('.bands li');
    for (const width of [400, 700, 1440, 2560]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth'), String(width)).toBeLessThanOrEqual(0);
    }
    await page.context().close();
  });
});
