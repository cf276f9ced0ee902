/** The page of a search as it is built, in a real browser. */
import type { Browser, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Found } from '../../src/contracts/find.js';
import { browserPath, launchBrowser, noBrowser, openBuiltPage } from '../builders/builtPage.js';
import { needs } from '../builders/needs.js';
import { answersOf } from '../builders/pageAnswers.js';

interface Asked {
  filter: string;
  run: string | null;
  order?: string;
  limit: number;
}

/** A host with so many solutions that match whatever is asked for. */
class Host {
  readonly searches: Asked[] = [];
  readonly exports: { chosen: unknown[] | null }[] = [];
  readonly opened: unknown[] = [];
  readonly answers: Record<string, unknown>;

  constructor(rows: number, search: { filter?: string; grouping?: 'step' } = {}) {
    const all = answersOf('find', 'so it is');
    const [row] = (all['find/search'] as Found).rows;
    const found = (from: number, to: number): Found => ({
      rows: Array.from({ length: to - from }, (_, i) => ({ ...row, address: { ...row.address, step: 9, solution: from + i } })),
      ...{ matched: to, unknown: 3, seen: to, solutions: rows, all: rows + 5, left: 0, end: to === rows ? 'all' : null },
    });
    this.answers = {
      ...all,
      'page/start': { address: { page: 'find', search }, keys: {} },
      // The second half comes when it is asked for.
      'find/search': (asked: Asked) => {
        this.searches.push(asked);
        return found(0, Math.ceil(rows / 2));
      },
      'find/more': () => found(Math.ceil(rows / 2), rows),
      'find/export': (asked: { chosen: unknown[] | null }) => void this.exports.push(asked),
      'page/open': (asked: unknown) => void this.opened.push(asked),
    };
  }
}

describe('the page of a search', () => {
  needs(browserPath, noBrowser);
  let browser: Browser;
  beforeAll(async () => {
    if (!browserPath) return;
    browser = await launchBrowser();
    return () => browser.close();
  });
  const opened = async (host: Host): Promise<Page> => (await openBuiltPage(browser, 'find', host.answers)).page;
  const act = (page: Page, action: string): Promise<unknown> =>
    page.evaluate(`postMessage({ kind: 'notification', method: 'page/act', params: { action: '${action}' } }, '*')`);
  const field = (page: Page) => page.getByRole('combobox', { name: 'Filter' });
  const said = (page: Page) => page.locator('.found').innerText();

  test('a filter is typed with completion, a mistake is underlined, and only what is right is searched for', async () => {
    const host = new Host(4);
    const page = await opened(host);
    // An empty search has the focus in its field.
    await page.locator('filter-field input:focus').waitFor();
    await field(page).pressSequentially('advan');
    await page.getByRole('option', { name: /^advantage/ }).waitFor();
    await field(page).press('Tab');
    await expect.poll(() => field(page).inputValue()).toBe('advantage ');
    await field(page).pressSequentially('> 0 and rewrad');
    await expect.poll(() => page.locator('.problem').innerText()).toContain('There is no property "rewrad"');
    expect(await page.locator('.under .wrong').innerText()).toBe('rewrad');
    expect(host.searches.map((s) => s.filter)).not.toContain('advantage > 0 and rewrad');
    await page.getByRole('button', { name: 'Write reward' }).click();
    await expect.poll(() => field(page).inputValue()).toBe('advantage > 0 and reward');
    await field(page).pressSequentially(' > 0');
    await field(page).press('Enter');
    await expect.poll(() => host.searches.at(-1)?.filter).toBe('advantage > 0 and reward > 0');
    expect(await page.locator('.under .wrong').count()).toBe(0);
    await page.context().close();
  });

  test('Enter takes the keys to the first row, also where the host takes long', async () => {
    const host = new Host(4);
    const view = host.answers['find/open'];
    host.answers['find/open'] = () => new Promise((later) => setTimeout(() => later(view), 600));
    const page = await opened(host);
    await page.locator('filter-field input:focus').waitFor();
    await field(page).fill('correct');
    await field(page).press('Enter');
    await page.locator('[data-index="0"]:focus').waitFor();
    expect(host.searches.at(-1)?.filter).toBe('correct');
    await page.context().close();
  });

  test('of ten thousand rows those in sight are built, keys walk them, and a new search begins at the top', async () => {
    const host = new Host(10_000, { filter: '"so"' });
    const page = await opened(host);
    await expect.poll(() => said(page)).toContain('10,000 of 10,005 solutions');
    expect(await said(page)).toContain('of 3 it is unknown whether they match');
    expect(await page.locator('.result').count()).toBeLessThan(100);
    expect(await page.locator('.result mark').first().innerText()).toBe('so it');
    await act(page, 'next');
    await act(page, 'next');
    await page.locator('[data-index="1"]:focus').waitFor();
    await page.evaluate('window.scrollTo(0, document.body.scrollHeight)');
    await page.locator('[data-index="9999"]').waitFor();
    expect(await page.locator('.result').count()).toBeLessThan(100);
    // The selected row is built again where it is.
    await act(page, 'next');
    await page.locator('[data-index="2"]:focus').waitFor();
    await act(page, 'open');
    await expect.poll(() => host.opened).toEqual([{ address: { run: 'r', step: 9, group: 0, solution: 2 }, beside: true }]);
    await page.context().close();
  });

  test('several are selected by keys and by a range, and exported; without a selection all that match are', async () => {
    const host = new Host(10, { filter: '"so"' });
    const page = await opened(host);
    await page.locator('[data-index="9"]').waitFor();
    await act(page, 'export');
    await expect.poll(() => host.exports).toMatchObject([{ filter: '"so"', run: null, chosen: null }]);
    for (const action of ['next', 'select', 'next', 'next', 'select']) await act(page, action);
    await expect.poll(() => page.locator('.toolbar .chosen').innerText()).toContain('2 selected');
    await page
      .locator('.result')
      .nth(5)
      .click({ modifiers: ['Shift'] });
    await expect.poll(() => page.locator('.toolbar .chosen').innerText()).toContain('5 selected');
    await act(page, 'export');
    await expect.poll(() => host.exports.at(-1)?.chosen?.length).toBe(5);
    await page.getByRole('button', { name: 'Select none' }).click();
    expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(0);
    await page.context().close();
  });

  test('more than can be selected says so, and leaves the selection as it was', async () => {
    const host = new Host(10_002, { filter: '"so"' });
    const page = await opened(host);
    await expect.poll(() => said(page)).toContain('10,002 of');
    await page.getByRole('checkbox').first().click();
    await expect.poll(() => page.locator('.toolbar .chosen').innerText()).toContain('1 selected');
    await page.evaluate('window.scrollTo(0, document.body.scrollHeight)');
    await page.locator('[data-index="10001"]').waitFor();
    await page
      .locator('.result')
      .last()
      .click({ modifiers: ['Shift'] });
    await expect.poll(() => page.locator('.trouble').innerText()).toContain('At most 10,000 solutions can be selected');
    expect(await page.locator('.toolbar .chosen').innerText()).toContain('1 selected');
    await page.context().close();
  });

  test('a value of a facet narrows the filter, and takes itself back', async () => {
    const host = new Host(4, { filter: '"so"' });
    const page = await opened(host);
    const length = page.getByRole('region', { name: 'Finish' }).getByRole('button', { name: /length/ });
    await length.click();
    await expect.poll(() => field(page).inputValue()).toBe('"so" and finish = length');
    await expect.poll(() => host.searches.at(-1)?.filter).toBe('"so" and finish = length');
    await expect.poll(() => length.getAttribute('aria-pressed')).toBe('true');
    await length.click();
    await expect.poll(() => host.searches.at(-1)?.filter).toBe('"so"');
    await page.context().close();
  });

  test('the side list is the element that it was when its values come', async () => {
    const host = new Host(4, { filter: '"so"' });
    const facets = host.answers['find/facets'];
    const asked = Promise.withResolvers<undefined>();
    host.answers['find/facets'] = async () => {
      await asked.promise;
      return facets;
    };
    const page = await opened(host);
    await page.locator('[data-index="3"]').waitFor();
    await page.evaluate("document.querySelector('aside').dataset.mine = 'yes'");
    asked.resolve(undefined);
    await page.locator('aside[data-mine] details').waitFor();
    await page.context().close();
  });

  test('order and grouping are chosen; narrow and wide nothing stands beyond the edge', async () => {
    const host = new Host(6, { filter: '"so"' });
    const page = await opened(host);
    await page.getByRole('combobox', { name: 'Grouping' }).selectOption('step');
    await page.getByRole('heading', { name: 'Step 9' }).waitFor();
    await page.getByRole('combobox', { name: 'Order' }).selectOption('tokens:asc');
    await expect.poll(() => host.searches.at(-1)).toMatchObject({ order: 'tokens:asc', filter: '"so"' });
    for (const width of [400, 900, 2560]) {
      await page.setViewportSize({ width, height: 800 });
      await expect.poll(() => page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await page.locator('aside details').waitFor();
      const [list, facets] = await Promise.all(['.list', 'aside'].map((part) => page.locator(part).boundingBox()));
      if (width > 900) expect(facets!.x).toBeGreaterThan(list!.x + list!.width);
      else expect(facets!.y).toBeLessThan(list!.y);
    }
    await page.context().close();
  });
});
