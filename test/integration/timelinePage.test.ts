/** The timeline as it is built, in a real browser. */
import type { Browser, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TimelineView } from '../../src/contracts/timeline.js';
import { browserPath, launchBrowser, noBrowser, openBuiltPage } from '../builders/builtPage.js';
import { needs } from '../builders/needs.js';
import { answersOf } from '../builders/pageAnswers.js';

const answers = (change: Partial<TimelineView> = {}): Record<string, unknown> => {
  const all = answersOf('timeline', 'sampling');
  return { ...all, 'timeline/open': { ...(all['timeline/open'] as TimelineView), ...change } };
};

describe('the timeline', () => {
  needs(browserPath, noBrowser);
  let browser: Browser;
  beforeAll(async () => {
    if (!browserPath) return;
    browser = await launchBrowser();
    return () => browser.close();
  });
  const readout = (page: Page) => page.locator('.readout').first();
  /** Moves the pointer to a place of a lane. @param share of its width */
  const point = async (page: Page, lane: number, share: number): Promise<{ x: number; y: number }> => {
    const box = (await page.locator(`.plot[data-lane="${lane}"]`).boundingBox())!;
    const place = { x: box.x + share * box.width, y: box.y + box.height / 2 };
    await page.mouse.move(place.x, place.y);
    return place;
  };

  test('by keys: from span to span, over a stall that says who was waited for, to another lane, nearer and away again', async () => {
    let opened = 0;
    const asked = Object.defineProperty(answers(), 'page/open', { get: () => opened++ });
    const { page } = await openBuiltPage(browser, 'timeline', asked);
    const tracks = page.getByRole('application');
    await tracks.focus();
    await tracks.press('ArrowRight');
    await expect.poll(() => readout(page).innerText()).toBe('sampling · sampling · step 1 · 4.0 s · 0 s – 4.000 s');
    await tracks.press('ArrowRight');
    await expect.poll(() => readout(page).innerText()).toBe('sampling waits 2.0 s · meanwhile trainer: training 1.0 s · 4.000 s – 6.000 s');
    await tracks.press('ArrowDown');
    await expect.poll(() => readout(page).innerText()).toContain('training · trainer · step 1');
    const ticks = () => page.locator('.axis').first().locator('.tick').allInnerTexts();
    const whole = await ticks();
    await tracks.press('+');
    await expect.poll(ticks).not.toEqual(whole);
    await tracks.press('0');
    await expect.poll(ticks).toEqual(whole);
    await tracks.press('Enter');
    await expect.poll(() => opened).toBe(1);
    await page.context().close();
  });

  test('by pointer: what is under it is said, gaps are hatched, and a click opens the step', async () => {
    let opened = 0;
    const asked = Object.defineProperty(answers(), 'page/open', { get: () => opened++ });
    const { page } = await openBuiltPage(browser, 'timeline', asked);
    const { x, y } = await point(page, 1, 0.45);
    await expect.poll(() => readout(page).innerText()).toContain('training · trainer · step 1 · 1.0 s');
    await page.mouse.click(x, y);
    await expect.poll(() => opened).toBe(1);
    await point(page, 1, 0.7);
    await expect.poll(() => readout(page).innerText()).toContain('trainer waits 4.0 s');
    expect(await page.locator('.over.stall').count()).toBe(2);
    // A drag is no click.
    await page.mouse.down();
    await page.mouse.move(x + 200, y, { steps: 5 });
    await page.mouse.up();
    await page.evaluate(`new Promise((later) => setTimeout(later)).then(() => answerOf('nothing'))`);
    expect(opened).toBe(1);
    await page.context().close();
  });

  test('] looks at the next step, and [ at the one before', async () => {
    const { page } = await openBuiltPage(browser, 'timeline', answers());
    const act = (action: string) =>
      page.evaluate(`postMessage({ kind: 'notification', method: 'page/act', params: { action: '${action}' } }, '*')`);
    await act('nextStep');
    await expect.poll(() => page.locator('h1').innerText()).toBe('Timeline, step 1');
    await act('nextStep');
    await expect.poll(() => page.locator('h1').innerText()).toBe('Timeline, step 2');
    await act('previousStep');
    await expect.poll(() => page.locator('h1').innerText()).toBe('Timeline, step 1');
    await page.getByRole('application').press('ArrowRight');
    await expect.poll(() => readout(page).innerText()).toContain('step 1');
    await page.context().close();
  });

  test('shares: a bar a step that says what it was, the phases and lanes in numbers', async () => {
    const { page } = await openBuiltPage(browser, 'timeline', answers());
    const bars = page.getByRole('slider', { name: 'Shares of each step' });
    await bars.focus();
    await bars.press('ArrowRight');
    await bars.press('ArrowRight');
    await expect.poll(() => bars.getAttribute('aria-valuetext')).toBe('step 2 · 7.0 s · sampling 43%, waiting 43%, training 14%');
    expect(await page.getByRole('table', { name: 'Time by phase' }).getByRole('row').allInnerTexts()).toEqual([
      'phase\ttime\tshare',
      'sampling\t7.0 s\t54%',
      'training\t2.0 s\t15%',
      'waiting\t4.0 s\t31%',
    ]);
    const lanes = page.getByRole('table', { name: 'Time by lane' }).getByRole('row');
    expect(await lanes.last().innerText()).toBe('trainer\t33%\t50%\tsampling 100%');
    await page.context().close();
  });

  test('without spans it says what is not known, and without anything what to write', async () => {
    const view = answers()['timeline/open'] as TimelineView;
    const telemetry = { series: [], moreSeries: 0, first: null, last: null, stride: 0 };
    const shares = { ...view.shares!, source: 'metrics' as const, names: ['sample', 'train'], lanes: [], overlapping: 1 };
    const metrics = await openBuiltPage(browser, 'timeline', answers({ timeline: null, telemetry, shares }));
    await metrics.page.getByText('In which order the phases of a step went on').waitFor();
    await metrics.page.getByText('In 1 step the phases take longer together than the step').waitFor();
    expect(await metrics.page.getByRole('application').count()).toBe(0);
    await metrics.page.context().close();
    const bare = await openBuiltPage(browser, 'timeline', answers({ timeline: null, telemetry, shares: null }));
    await bare.page.getByText('Nothing tells where the time went').waitFor();
    await bare.page.getByText('span events').waitFor();
    await bare.page.context().close();
  });

  test('in a narrow column nothing is cut off at its side', async () => {
    const { page } = await openBuiltPage(browser, 'timeline', answers());
    await page.setViewportSize({ width: 400, height: 800 });
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
    const box = (await page.locator('.plot[data-lane="0"]').boundingBox())!;
    expect(box.width).toBeGreaterThan(300);
    await page.context().close();
  });
});
