/** Pages in a real browser, without a mouse. */
import type { Browser } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launchBrowser, noBrowser, openBuiltPage } from '../builders/builtPage.js';
import { needs } from '../builders/needs.js';
import { answersOf } from '../builders/pageAnswers.js';

describe('without a mouse', () => {
  needs(browserPath, noBrowser);
  let browser: Browser;
  beforeAll(async () => {
    if (!browserPath) return;
    browser = await launchBrowser();
    return () => browser.close();
  });

  test('Escape empties the search of Groups, and then gives the keys back to the page', async () => {
    const { page } = await openBuiltPage(browser, 'groups', answersOf('groups', 'What is 40 + 7?'));
    const search = page.getByRole('searchbox', { name: 'Search the questions' });
    await search.focus();
    await search.pressSequentially('4');
    await search.press('Escape');
    expect(await search.inputValue()).toBe('');
    expect(await page.locator(':focus').count()).toBe(1);
    await search.press('Escape');
    expect(await page.locator(':focus').count()).toBe(0);
    await page.context().close();
  });
});
