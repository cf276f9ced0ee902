/** A tool run on the built pages, in a real browser: who spoke, what failed, what was not learned from, and nothing that acts. */
import type { Browser } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Turn } from '../../src/protocol/turns.js';
import { browserPath, launchBrowser, noBrowser, openBuiltPage } from '../builders/builtPage.js';
import { needs } from '../builders/needs.js';
import { answersOf, solutionAnswer, solutionOf } from '../builders/pageAnswers.js';

const hostile = '<img src=https://evil.test/x onerror="window.hacked=1">';
const pieces: [string, Partial<Turn>][] = [
  ['<|fim_prefix|>', {}],
  ['I compute **it**.', { role: 'assistant', kind: 'reasoning', seconds: 2 }],
  [`python(1/0) ${hostile}`, { role: 'assistant', kind: 'tool_call', name: 'python', call: '1' }],
  ['python(2**20)', { role: 'assistant', kind: 'tool_call', name: 'python', call: '2' }],
  ['1048576', { role: 'tool', kind: 'tool_result', call: '2', ok: true }],
  [
    `ZeroDivisionError ${hostile}`,
    { role: 'tool', kind: 'tool_result', name: `python ${hostile}`, call: '1', ok: false, seconds: 0.04, reward: -1 },
  ],
  ['<image>', { role: 'user', kind: 'image', media: `${'0'.repeat(64)}.png` }],
  [`It is $2^{20}$. ${hostile}`, { role: 'assistant', kind: 'text' }],
];
const text = pieces.map(([part]) => part).join('\n');
const turns: Turn[] = [];
let at = 0;
for (const [part, turn] of pieces) {
  if (turn.role) turns.push({ ...turn, role: turn.role, kind: turn.kind!, start: at, end: at + part.length });
  at += part.length + 1;
}
const ends = Array.from(text, (_, i) => i + 1);
const mask = ends.map((end) => Number(!turns.some((t) => t.role === 'tool' && end > t.start && end <= t.end)));
const question = 'Be brief.\nWhat is 2^20?';
const questionTurns: Turn[] = [
  { role: 'system', kind: 'text', start: 0, end: 9 },
  { role: 'user', kind: 'text', start: 10, end: 23 },
];

const solution = solutionAnswer({
  ...solutionOf(text),
  turns,
  question,
  questionTurns,
  error: `Out of turns. ${hostile}`,
});
const logp = ends.map(() => -0.5);
const answers = {
  ...answersOf('solution', text),
  'solution/open': solution,
  'page/picture': '',
  'solution/trace': { ends, mask, logpOld: logp, logpSampler: logp.map((x) => x - 0.1) },
};

const dangers = `({ hacked: window.hacked ?? null, images: document.querySelectorAll('solution-page img, group-page img').length })`;

describe('a tool run', () => {
  needs(browserPath, noBrowser, { always: true });
  let browser: Browser;
  beforeAll(async () => {
    if (!browserPath) return;
    browser = await launchBrowser();
    return () => browser.close();
  });

  test('is a conversation: reasoning folded, a call with its own result, the failed one marked', async () => {
    const { page, fetched } = await openBuiltPage(browser, 'solution', answers);
    expect(await page.textContent('.episode-error')).toContain('Out of turns.');
    await page.getByRole('button', { name: 'rendered', exact: true }).click();
    const parts = page.locator('conversation-view.rendered .conversation > li');
    expect(await parts.count()).toBe(6);
    expect(await parts.nth(0).textContent()).toMatch(/outside of the turns\s+<\|fim_prefix\|>/);
    expect(await parts.nth(1).locator('details').getAttribute('open')).toBeNull();
    expect(await parts.nth(1).locator('summary').textContent()).toMatch(/assistant · reasoning\s+17 tokens\s+2(\.0+)? ?s/);
    const [failed, fine] = [parts.nth(2).locator('.turn-result'), parts.nth(3).locator('.turn-result')];
    expect(await failed.textContent()).toMatch(/failed[^]*40 ms[^]*reward −1[^]*ZeroDivisionError/);
    expect(await failed.locator('.codicon-error').count()).toBe(1);
    expect(await fine.textContent()).toContain('1048576');
    expect(await fine.locator('.codicon-error').count()).toBe(0);
    expect(await parts.nth(5).locator('.katex').count()).toBe(1);
    await page.locator('.question summary').click();
    await page.getByText('the file is no picture').waitFor();
    expect(await page.locator('.question h3').allTextContents()).toEqual(['system', 'user']);
    expect({ fetched, ...(await page.evaluate<object>(dangers)) }).toEqual({ fetched: [], hacked: null, images: 0 });
    await page.getByRole('button', { name: 'raw', exact: true }).click();
    expect(await page.textContent('raw-text')).toBe(text);
    await page.context().close();
  });

  test('shows a picture of its own folder, and says of what is none what it is', async () => {
    const dot = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
    for (const [url, width] of [
      [dot, 1],
      ['data:image/png;base64,AAAA', undefined],
    ] as const) {
      const { page, fetched } = await openBuiltPage(browser, 'solution', { ...answers, 'page/picture': url });
      await page.getByRole('button', { name: 'rendered', exact: true }).click();
      if (width) {
        await page.waitForSelector('run-picture img');
        await expect.poll(() => page.evaluate("document.querySelector('run-picture img').naturalWidth")).toBe(width);
      } else await page.getByText('the file is no picture').waitFor();
      expect(fetched).toEqual([]);
      await page.context().close();
    }
  });

  test('shows which tokens were not learned from', async () => {
    const { page } = await openBuiltPage(browser, 'solution', answers);
    expect(await page.locator('token-text .unlearned').count()).toBe(mask.filter((m) => m === 0).length);
    await page.locator('token-text .unlearned').first().click();
    expect(await page.textContent('.readout')).toContain('not learned from');
    await page.locator('token-text .t:not(.unlearned)').first().click();
    expect(await page.textContent('.readout')).not.toContain('not learned from');
    expect(await page.textContent('.readout')).toMatch(/π_sampler 0\.5488\s*π_old 0\.6065\s*log π_old\/π_sampler \+0\.1/);
    await page.context().close();
  });

  test('lists the tokens that sampler and trainer are furthest apart about, and a key leads to each', async () => {
    const learned = mask.filter((m) => m === 1).length;
    const sampler = logp.map((x, i) => (i === 4 ? x - 1 : i === 9 ? x + 0.25 : mask[i] === 0 ? x - 7 : x));
    const trace = { ends, mask, logpOld: logp, logpSampler: sampler };
    const { page } = await openBuiltPage(browser, 'solution', { ...answers, 'solution/trace': trace });
    const summary = page.locator('details.sampler-gap summary');
    expect(await summary.textContent()).toMatch(
      new RegExp(
        `largest 1 · [^·]* of ${learned} tokens with a ratio outside \\[0.5, 2\\] · ${mask.length - learned} tokens not learned from left out`,
      ),
    );
    expect(await summary.textContent()).toContain('untempered (T = 1)');
    await summary.focus();
    await page.keyboard.press('Enter');
    const worst = page.locator('.worst-tokens button');
    expect(await worst.count()).toBe(2);
    expect(await worst.first().textContent()).toMatch(/token 5\s+Δ \+1\s+ratio 2\.72/);
    await worst.nth(1).focus();
    await page.keyboard.press('Enter');
    expect(await page.textContent('.readout')).toContain('token 10 of');
    expect(await page.locator('token-text .chosen').getAttribute('data-i')).toBe('9');
    await page.context().close();
  });

  test('makes no number of log-probabilities at two temperatures, and says so', async () => {
    const tempered = { ...solution, logpTemperatures: { trainer: 1, sampler: 0.6 } };
    const { page } = await openBuiltPage(browser, 'solution', { ...answers, 'solution/open': tempered });
    expect(await page.textContent('p.sampler-gap')).toMatch(/sampler’s log-probabilities are at T = 0\.6, the trainer’s untempered/);
    expect(await page.locator('details.sampler-gap').count()).toBe(0);
    await page.locator('token-text .t').first().click();
    expect(await page.textContent('.readout')).toMatch(/log π_old\/π_sampler two temperatures/);
    await page.context().close();
  });

  test('is counted on its card', async () => {
    const { page } = await openBuiltPage(browser, 'group', answersOf('group', 'x'));
    expect(await page.textContent('.card-facts')).toMatch(/2 turns · 1 call \(1 failed\)[^]*error/);
    expect(await page.getAttribute('button.card', 'aria-label')).toContain('2 turns · 1 call (1 failed), error: x');
    await page.context().close();
  });
});
