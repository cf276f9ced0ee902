/** Whatever can be typed into, chosen or pressed on a page has a name that a screen reader can say. A placeholder is none. */
import type { Browser, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launchBrowser, noBrowser, openBuiltPage } from '../builders/builtPage.js';
import { needs } from '../builders/needs.js';
import { addresses, answersOf, type AnsweredPage } from '../builders/pageAnswers.js';

const controls = [
  'textbox',
  'searchbox',
  'combobox',
  'listbox',
  'spinbutton',
  'slider',
  'checkbox',
  'radio',
  'switch',
  'button',
  'link',
  'tab',
];

/** Placeholders go away first, in shadow trees too: a browser takes them for names. */
const withoutPlaceholders = `(() => {
  const clear = (root) => {
    for (const e of root.querySelectorAll('*')) {
      e.removeAttribute('placeholder');
      if (e.shadowRoot) clear(e.shadowRoot);
    }
  };
  clear(document);
})()`;

interface AxNode {
  ignored: boolean;
  role?: { value: string };
  name?: { value: string };
}

async function namesOf(page: Page): Promise<{ role: string; name: string }[]> {
  await page.evaluate(withoutPlaceholders);
  const session = await page.context().newCDPSession(page);
  const { nodes } = (await session.send('Accessibility.getFullAXTree')) as { nodes: AxNode[] };
  return nodes.flatMap(({ ignored, role, name }) =>
    !ignored && role && controls.includes(role.value) ? [{ role: role.value, name: name?.value.trim() ?? '' }] : [],
  );
}

describe('every control has a name', () => {
  needs(browserPath, noBrowser);
  let browser: Browser;
  beforeAll(async () => {
    if (!browserPath) return;
    browser = await launchBrowser();
    return () => browser.close();
  });

  test.each(Object.keys(addresses) as AnsweredPage[])('on the page %s', async (kind) => {
    const { page } = await openBuiltPage(browser, kind, answersOf(kind, 'What is 40 + 7?'));
    const names = await namesOf(page);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter(({ name }) => name === '' || name === 'Text field')).toEqual([]);
    await page.context().close();
  });

  test('a field that has only a placeholder would be found', async () => {
    const { page } = await openBuiltPage(browser, 'groups', answersOf('groups', 'What is 40 + 7?'));
    await page.evaluate(`document.querySelector('groups-page').insertAdjacentHTML('beforeend', '<input placeholder="Search">')`);
    expect((await namesOf(page)).filter(({ name }) => name === '')).toEqual([{ role: 'textbox', name: '' }]);
    await page.context().close();
  });

  test('the search of the groups, by what it does', async () => {
    const { page } = await openBuiltPage(browser, 'groups', answersOf('groups', 'What is 40 + 7?'));
    await page.getByRole('searchbox', { name: 'Search the questions' }).fill('no such words');
    await page.getByText('No group matches').waitFor();
    await page.context().close();
  });
});
