/** Pages in a real browser, without a mouse. */
import type { Browser, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launchBrowser, noBrowser, openBuiltPage } from '../builders/builtPage.js';
import { needs } from '../builders/needs.js';
import { answersOf } from '../builders/pageAnswers.js';
import type { DoctorView } from '../../src/contracts/doctor.js';
import type { ImportView } from '../../src/contracts/import.js';

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

  test('a letter that is typed is no command, though VS Code has not heard yet that somebody types; what the palette says is one', async () => {
    const { page } = await openBuiltPage(browser, 'groups', answersOf('groups', 'What is 40 + 7?'));
    const act = (action: string) =>
      page.evaluate(`postMessage({ kind: 'notification', method: 'page/act', params: { action: '${action}' } }, '*')`);
    const search = page.getByRole('searchbox', { name: 'Search the questions' });
    await search.focus();
    await page.keyboard.press('?');
    await act('help');
    await page.evaluate(`new Promise((later) => setTimeout(later))`);
    expect(await page.getByRole('dialog', { name: 'Keys' }).count()).toBe(0);
    expect(await search.inputValue()).toBe('?');
    await page.evaluate(`dispatchEvent(new Event('blur'))`);
    await act('help');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.context().close();
  });

  test('the list of keys and the way up say how one leaves a page', async () => {
    const start = { address: { run: 'r', step: 1, group: 0 }, keys: { back: 'Alt+Left', up: 'Alt+Up' } };
    const { page } = await openBuiltPage(browser, 'group', { ...answersOf('group', 'What is 40 + 7?'), 'page/start': start });
    expect(await page.getByRole('navigation', { name: 'Up' }).getByRole('button').last().getAttribute('title')).toContain('Alt+Up');
    await page.evaluate(`postMessage({ kind: 'notification', method: 'page/act', params: { action: 'help' } }, '*')`);
    const keys = page.getByRole('dialog', { name: 'Keys' });
    expect(await keys.locator('dt', { hasText: /^Alt\+(Left|Up)$/ }).count()).toBe(2);
    await page.context().close();
  });

  test('Enter on a button presses it and opens nothing, also where the button goes away with it', async () => {
    let opened = 0;
    const answers = Object.defineProperty(answersOf('groups', 'What is 40 + 7?'), 'page/open', { get: () => opened++ });
    const { page } = await openBuiltPage(browser, 'groups', answers);
    const act = (action: string) =>
      page.evaluate(`postMessage({ kind: 'notification', method: 'page/act', params: { action: '${action}' } }, '*')`);
    await act('next');
    await page.locator('[data-group="0"]:focus').waitFor();
    await page.getByRole('searchbox', { name: 'Search the questions' }).fill('nothing like it');
    // VS Code hears of the key, too, and asks for what is bound to it a moment later.
    await page.getByRole('button', { name: 'Show all groups' }).press('Enter');
    await page.locator('[data-group="0"]').waitFor();
    await act('open');
    // What the page asks after that comes after what it asked because of it.
    await page.evaluate(`new Promise((later) => setTimeout(later)).then(() => answerOf('nothing'))`);
    expect(opened).toBe(0);
    // The key alone opens what is selected.
    await page.keyboard.press('Escape');
    await act('open');
    await expect.poll(() => opened).toBe(1);
    await page.context().close();
  });

  test('the import page begins at its first button', async () => {
    const start = { address: { page: 'import' }, keys: {} };
    const { page } = await openBuiltPage(browser, 'import', { 'page/start': start });
    await expect.poll(() => page.locator('vscode-button:focus').innerText()).toContain('Choose Folder');
    await page.context().close();
    // Where it cannot be imported yet: at the first thing to choose.
    const look = answersOf('import', 'rows')['import/look'] as ImportView;
    const unclear = { ...look, source: { ...look.source!, chosen: null }, work: { state: 'none' } };
    const importPage = await openBuiltPage(browser, 'import', { ...answersOf('import', 'rows'), 'import/look': unclear });
    await importPage.page.locator('.formats input[type=radio]:focus').first().waitFor();
    await importPage.page.context().close();
  });
  test('a key leads into the field of labels; Enter gives one, and a note is written and saved', async () => {
    const asked: string[] = [];
    const marks: unknown[] = [];
    const answers = answersOf('solution', 'It is 47.');
    answers['page/marks'] = { marks, author: { name: 'Ada', from: 'the account' } };
    const told = Object.defineProperty(answers, 'page/mark', {
      get: () => {
        asked.push('page/mark');
        const label = asked.length === 1 ? 'hack' : null;
        marks.push({ address: {}, label, note: label === null ? 'it copies' : null, author: 'Ada', time: '2026-11-24T09:00:00Z' });
        return { marked: 1, absent: 0, author: { name: 'Ada', from: 'the account' } };
      },
    });
    const { page } = await openBuiltPage(browser, 'solution', told);
    const field = page.getByRole('combobox', { name: 'New label' });
    await field.waitFor();
    await page.evaluate(`postMessage({ kind: 'notification', method: 'page/act', params: { action: 'label' } }, '*')`);
    await page.locator('label-field input:focus').waitFor();
    await page.keyboard.type('hack');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Take the label hack away' }).waitFor();
    expect(await field.inputValue()).toBe('');
    // What cannot be seen is no label, and nothing is asked for.
    await field.fill('\u200b');
    await field.press('Enter');
    await page.getByText('A label has 1 to 100 characters').waitFor();
    await field.fill('');
    await page.getByRole('button', { name: 'Add a note' }).press('Enter');
    await page.locator('label-field textarea:focus').waitFor();
    await page.keyboard.type('it copies');
    await page.keyboard.press('Control+Enter');
    await page.getByText('it copies').waitFor();
    expect(await page.locator('label-field textarea').count()).toBe(0);
    expect(asked).toHaveLength(2);
    await page.context().close();
  });

  test('an import that ends while the keyboard is elsewhere takes nothing; its button is there when one comes back', async () => {
    const look = answersOf('import', 'rows')['import/look'] as ImportView;
    const outcome = { runs: [{ run: 'r', name: 'imported', counts: null, notes: [] }], failed: [], replaced: [] };
    const working = { ...look, work: { state: 'working', share: null } };
    const { page } = await openBuiltPage(browser, 'import', { ...answersOf('import', 'rows'), 'import/look': working });
    // The palette of VS Code is another document.
    await page.evaluate(`document.hasFocus = () => false`);
    const done = { kind: 'notification', method: 'import/worked', params: { work: { state: 'done', outcome } } };
    await page.evaluate(`postMessage(${JSON.stringify(done)}, '*')`);
    await page.locator('.done .open').first().waitFor();
    expect(await page.locator(':focus').count()).toBe(0);
    await page.evaluate(`dispatchEvent(new Event('focus'))`);
    await page.locator('.done .open:focus').waitFor();
    await page.context().close();
  });

  test('what is pointed at leads to its solutions: a bar, an answer, a band under the crosshair', async () => {
    const filters: (string | undefined)[] = [];
    const opened = (params: unknown): null => {
      filters.push((params as { address: { search?: { filter: string } } }).address.search?.filter);
      return null;
    };
    const act = (on: Page, action: string) =>
      on.evaluate(`postMessage({ kind: 'notification', method: 'page/act', params: { action: '${action}' } }, '*')`);
    const spread = { counted: 1, groups: 1, unrewarded: 0, bins: [0, 0.5].map((low) => ({ low, high: low + 0.5, n: low === 0 ? 0 : 3 })) };
    const { page: step } = await openBuiltPage(browser, 'groups', {
      ...answersOf('groups', 'What is 40 + 7?'),
      ...{ 'groups/spread': { rewards: spread, lengths: spread }, 'page/open': opened },
    });
    await act(step, 'find');
    await expect.poll(() => filters).toEqual(['step = 1']);
    await step.locator('.spread summary').press('Enter');
    expect(await step.getByRole('button', { name: 'Find solutions: Reward 0 to 0.500: 0 solutions' }).isDisabled()).toBe(true);
    await step.getByRole('button', { name: 'Find solutions: Length 0.500 to 1' }).press('Enter');
    await expect.poll(() => filters.splice(0)).toEqual(['step = 1', 'step = 1 and tokens in 0.5..1']);
    await step.context().close();

    const { page: group } = await openBuiltPage(browser, 'group', { ...answersOf('group', '47'), 'page/open': opened });
    await group
      .locator('.answers .answer')
      .first()
      .click({ modifiers: ['Alt'] });
    await act(group, 'find');
    await group.locator('.answers .answer').first().press('Enter');
    await group.getByRole('button', { name: 'Find this answer at every step' }).press('Enter');
    await expect.poll(() => filters).toEqual(['question.id = q and answer = "47"', 'question.id = q', 'question.id = q and answer = "47"']);
    filters.length = 0;
    await group.context().close();

    const { page: question } = await openBuiltPage(browser, 'question', { ...answersOf('question', '47'), 'page/open': opened });
    await act(question, 'find');
    const bands = question.locator('line-chart canvas').last();
    for (const key of ['ArrowLeft', 'ArrowDown']) await bands.press(key);
    await act(question, 'find');
    await bands.press('ArrowDown');
    await act(question, 'find');
    await expect
      .poll(() => filters)
      .toEqual(['question.id = q', 'question.id = q and step = 1 and answer = "47"', 'question.id = q and step = 1 and answer is unknown']);
    await question.context().close();
  });

  test('j, k and Enter go through the worst tokens; a measure is chosen by its key and asked for', async () => {
    const asked: unknown[] = [];
    const answers = answersOf('tokens', 'What is 40 + 7?');
    const worst = answers['tokens/open'];
    const told = Object.defineProperty({ ...answers }, 'tokens/open', { get: () => (asked.push('tokens'), worst) });
    const { page } = await openBuiltPage(browser, 'tokens', Object.defineProperty(told, 'page/open', { get: () => asked.push('open') }));
    const act = (action: string) =>
      page.evaluate(`postMessage({ kind: 'notification', method: 'page/act', params: { action: '${action}' } }, '*')`);
    await page.locator('.worst li').nth(2).waitFor();
    expect(await page.locator('[role=status]').first().innerText()).toMatch(
      /2 of 4 traces read when the time was up: those with the largest KL · 5 of 9 solutions have no trace · 1 trace without a KL/,
    );
    for (const action of ['next', 'next', 'previous']) await act(action);
    await page.locator('[data-index="0"]:focus').waitFor();
    await act('open');
    await expect.poll(() => asked).toEqual(['tokens', 'open']);
    await act('heat3');
    await page.getByRole('button', { name: 'sampler', pressed: true }).waitFor();
    await expect.poll(() => asked).toEqual(['tokens', 'open', 'tokens']);
    await page.context().close();
  });

  test('j and k go through the findings of the doctor, Enter opens what proves the one, and a new examination leaves it chosen', async () => {
    const opened: string[] = [];
    const answers = answersOf('doctor', 'What is 40 + 7?');
    const { page } = await openBuiltPage(browser, 'doctor', Object.defineProperty(answers, 'page/open', { get: () => opened.push('one') }));
    const act = (action: string) =>
      page.evaluate(`postMessage({ kind: 'notification', method: 'page/act', params: { action: '${action}' } }, '*')`);
    const chosen = () => page.locator('.findings > li.selected .finding-head strong').innerText();
    await page.locator('.findings > li').first().waitFor();
    await act('next');
    await expect.poll(chosen).toBe('Finding a');
    await act('next');
    await expect.poll(chosen).toBe('Finding b');
    // It has no door; its neighbour has.
    await act('open');
    await act('previous');
    await expect.poll(chosen).toBe('Finding a');
    expect(opened).toEqual([]);
    await act('open');
    await expect.poll(() => opened.length).toBe(1);
    const view = answers['doctor/open'] as DoctorView;
    view.examined.findings.reverse();
    await page.evaluate(
      `postMessage({ kind: 'notification', method: 'run/changed', params: { run: 'r', upTo: 61, identity: false } }, '*')`,
    );
    await expect.poll(() => page.locator('.findings .finding-head strong').first().innerText()).toBe('Finding b');
    expect(await chosen()).toBe('Finding a');
    await page.context().close();
  });
});
