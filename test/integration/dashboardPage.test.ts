/** The built dashboard in a real browser, on a real store: as many metrics as a run has. */
import { allRows } from '../../src/core/listPages.js';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from '../../scripts/lib/vscode.mjs';
import { isEvaluation } from '../../src/core/methods.js';
import { metricPage } from '../../src/editor/pages/metricPage.js';
import { pageHtml } from '../../src/editor/pages/html.js';
import type { EventBody } from '../../src/protocol/events.js';
import type { SeriesQuestion } from '../../src/store/views.js';
import { Store } from '../../src/store/store.js';
import { plainChoices } from '../../webview/dashboard/dashboardChoices.js';
import type { DashboardView } from '../../src/contracts/dashboard.js';
import { aBenchmark, aGroup, aMetrics, aRun, aStatus, type WrittenRun } from '../builders/aRun.js';
import { resourcesFrom } from '../../src/contracts/resources.js';
import { needs } from '../builders/needs.js';

const origin = 'https://page.test';
const browserPath = findChromium();

/** What VS Code gives a page, answered by the test. As text: it runs in the browser, and this program knows no DOM. */
const vsCodeApi = `let kept; window.acquireVsCodeApi = () => ({
  getState: () => kept,
  setState: (state) => { kept = state; },
  postMessage: async (m) => {
    if (m.kind === 'request') window.postMessage({ kind: 'response', id: m.id, ok: true, result: await answerOf(m.method, m.params) }, '*');
  },
})`;

const steps = 30;
/** Some names that look like the rewards and lengths of another trainer, and a lot that say nothing. */
const names = [
  ...['critic/score/mean', 'critic/score/max', 'val-core/gsm8k/acc/mean@1', 'actor/kl_loss', 'actor/entropy', 'response_length/mean'],
  ...['actor/pg_loss', 'actor/lr', 'constructor', '__proto__', '<img src=x onerror="window.hacked=1">'],
  ...Array.from({ length: 1000 }, (_, i) => `gradients/layer_${i + 1}`),
];
const trained: EventBody[] = Array.from({ length: steps }, (_, i) => ({
  type: 'metrics',
  step: i + 1,
  values: Object.fromEntries(names.map((name, k) => [name, name === 'actor/lr' ? 1e-6 : i + k])),
}));

/** Suites of an evaluation: more than have their rewards counted. */
const suites = 30;
/** Rewards that are no number for a while and at the end, a term that never is one, and a part of a stack that was not told once. */
const holesAt = (step: number): EventBody => ({
  type: 'metrics',
  step,
  values: {
    'reward/mean': (step >= 10 && step <= 12) || step === steps ? 'NaN' : step / 100,
    'reward/term/correct': 'NaN',
    'groups/all_wrong': step % 3,
    'groups/all_right': 4,
    ...(step !== 15 && { 'groups/mixed': 2 }),
  },
});

/** Waits until an expression is true in the page. (Playwright's own `waitForFunction` evaluates in the page, which the page's policy forbids.) */
const holds = (page: Page, expression: string): Promise<void> => expect.poll(() => page.evaluate<boolean>(expression)).toBe(true);

describe('the dashboard', () => {
  needs(browserPath, 'No Chromium found. Install it (Debian: apt install chromium) or name it in GRPO_LAB_CHROMIUM.');
  let root: string;
  let store: Store;
  let browser: Browser;
  /** Metrics that were asked for together, in order. */
  let requests: string[][] = [];
  /** Smoothings that were asked for. */
  let smoothings: number[] = [];
  /** Steps that the page asked to open. */
  let opened: unknown[] = [];
  let live: WrittenRun;
  /** Metrics that the host lists at a time; undefined: as many as it does. */
  let most: number | undefined;

  beforeAll(async () => {
    root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-dashboard-')), '.grpo-lab');
    const runs = join(root, 'runs');
    mkdirSync(runs, { recursive: true });
    const finished: EventBody = { type: 'status', state: 'finished', step: steps, total_steps: steps };
    aRun('many')
      .with(...trained, finished)
      .write(runs);
    aRun('tested')
      .being({ method: 'eval' })
      .with(aGroup(1, 0), aBenchmark(1, 'a_suite', 0.5), { ...aBenchmark(1, 'a_suite', 12), mode: 'judged' })
      .with({ ...finished, step: 1, total_steps: 1 })
      .write(runs);
    aRun('tested-often')
      .being({ method: 'eval' })
      .with(...Array.from({ length: suites }, (_, i) => [aGroup(i + 1, 0), aBenchmark(i + 1, `suite_${i + 1}`, 0.5)]).flat())
      .with({ ...finished, step: suites, total_steps: suites })
      .write(runs);
    aRun('holes')
      .with(...Array.from({ length: steps }, (_, i) => holesAt(i + 1)), finished)
      .write(runs);
    aRun('measured')
      .being({
        setup: {
          ...{ parameters: 1e9, dtype: 'bfloat16', optimiser: 'adamw_torch', micro_batch: 1, max_tokens: 100, max_prompt: 20, zero: 0 },
          ...{ architecture: { layers: 10, width: 1000, heads: 10, kv_heads: 10, hidden: 4000, vocabulary: 5000 }, device: 'a device' },
        },
      })
      .with(...[1, 2, 3].map((step) => aMetrics(step, { 'tokens/trained': 200, 'seconds/train': 2 })))
      .with({ type: 'telemetry', device: 'gpu 0', values: { 'memory bytes': 24 * 2 ** 30, 'memory total bytes': 80 * 2 ** 30 } }, finished)
      .write(runs);
    const imported = { format: 'tensorboard', source: '/logs', follow: false };
    const warning = { id: 'w', level: 'warning', message: `These files are cut: ${'/logs/events.1 '.repeat(40)}` } as const;
    aRun('imported')
      .being({ import: { ...imported, notes: [{ id: 'i', level: 'info', message: 'A word.' }, warning] } })
      .with(...trained.slice(0, 3), { ...finished, step: 3, total_steps: 3 })
      .write(runs);
    const numbers = (step: number, ...of: string[]): EventBody => ({
      type: 'metrics',
      step,
      values: Object.fromEntries(of.map((name) => [name, 0.5])),
    });
    const manyNumbers = Array.from({ length: 250 }, (_, i) => `bench/${i + 1}`);
    const evaluation = { method: 'eval', import: { ...imported, notes: [] } };
    aRun('numbers')
      .being(evaluation)
      .with(aGroup(1, 0), numbers(1, ...manyNumbers, 'zz/reward'), { ...finished, step: 1, total_steps: 1 })
      .write(runs);
    aRun('one-curve')
      .being(evaluation)
      .with(aGroup(1, 0), numbers(1, ...manyNumbers, 'zz/other'), numbers(2, 'zz/other'), { ...finished, step: 2, total_steps: 2 })
      .write(runs);
    live = aRun('live')
      .with(...Array.from({ length: steps }, (_, i) => aMetrics(i + 1)), aStatus(steps))
      .write(runs);
    store = await Store.open({ root });
    store.catchUp();
    if (browserPath) browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(async () => {
    if (browserPath) await browser.close();
    store.close();
    rmSync(join(root, '..'), { recursive: true, force: true });
  });
  afterEach(() => {
    requests = [];
    smoothings = [];
    opened = [];
    most = undefined;
  });

  async function answer(run: string, method: string, params: never): Promise<unknown> {
    const { queries } = store;
    const p = params as { runs: string[]; metrics: string[]; room: number; atLeast: number; step: number; smoothing?: number };
    if (method === 'dashboard/series') {
      requests.push(p.metrics);
      if (p.smoothing !== undefined) smoothings.push(p.smoothing);
    }
    switch (method) {
      case 'page/start':
        return { address: { run }, keys: {} };
      case 'dashboard/open': {
        const detail = queries.run(run)!;
        const groupSteps = isEvaluation(detail.method) ? queries.groupSteps(run, {}).rows.toReversed() : [];
        const stages = { base: null, stages: [], tested: null };
        const metricNames = await allRows((after) => queries.metricNames(run, { after }));
        return {
          ...{
            run: detail,
            ...metricPage(metricNames, params, most),
            metricCount: metricNames.length,
            hasCurves: detail.import !== null && queries.hasCurves(run),
            groupStep: null,
            groupSteps,
            others: [],
            canControl: true,
            stages,
          },
        } satisfies DashboardView;
      }
      case 'page/open':
        opened.push((params as { address: { step: number } }).address.step);
        return null;
      case 'dashboard/series': {
        const { runs, ...question } = params as SeriesQuestion & { runs: string[] };
        return queries.series(runs, question);
      }
      case 'dashboard/trends':
        return queries.trends(run, p.metrics, p.room);
      case 'dashboard/constants':
        return allRows((after) => queries.constants(run, p.atLeast, { after }));
      case 'dashboard/rewards':
        return queries.rewards(run, p.step);
      case 'dashboard/benchmarks':
        return queries.benchmarks(run).rows;
      case 'dashboard/resources':
        return resourcesFrom(
          queries.run(run)!,
          { memory: queries.deviceMemory(run), speed: queries.speed(run, { room: p.room }) },
          { 'a device': 1 },
        );
      default:
        return null;
    }
  }

  async function open(run: string): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
    page.setDefaultTimeout(0);
    await page.exposeFunction('answerOf', (method: string, params: never) => answer(run, method, params));
    await page.addInitScript({ content: vsCodeApi });
    await page.route('**', async (route) => {
      const { pathname } = new URL(route.request().url());
      const file = new URL(`../../dist/webview${pathname}`, import.meta.url);
      if (pathname === '/') {
        const body = pageHtml({ title: 'test', script: `${origin}/dashboard.js`, style: `${origin}/dashboard.css`, source: origin });
        await route.fulfill({ contentType: 'text/html', body });
      } else if (existsSync(file)) {
        const contentType = pathname.endsWith('.js') ? 'text/javascript' : pathname.endsWith('.css') ? 'text/css' : 'font/woff2';
        await route.fulfill({ contentType, body: readFileSync(file) });
      } else await route.abort();
    });
    await page.goto(`${origin}/`);
    await page.waitForSelector('dashboard-page h1');
    return page;
  }
  const headings = (page: Page) => page.locator('.chart-slot h3').allInnerTexts();
  const search = (page: Page) => page.getByRole('textbox', { name: 'Search metrics' });

  test('of a thousand metrics asks for the first ones; every other is a heading away, and none is lost', async () => {
    const page = await open('many');
    await page.waitForSelector('line-chart canvas');
    expect((await headings(page)).slice(0, 6)).toEqual([
      'critic/score/mean',
      'val-core/gsm8k/acc/mean@1',
      'actor/kl_loss',
      'actor/entropy',
      'response_length/mean',
      'actor/pg_loss',
    ]);
    expect(await page.locator('.metric-search [role="status"]').innerText()).toBe(
      `${names.length.toLocaleString('en-US')} metrics, 6 shown`,
    );
    expect(requests.flat().some((name) => name.startsWith('gradients/'))).toBe(false);
    // Each chart asks once.
    expect(requests.filter((metrics) => metrics.length === 1 && metrics[0] === 'actor/pg_loss').length).toBeLessThanOrEqual(1);
    const sections = await page.locator('.section > summary').allInnerTexts();
    expect(sections.map((s) => s.replace(/\s+/g, ' '))).toEqual(['gradients 1,000 metrics', 'other 5 metrics']);

    await page.locator('.section > summary', { hasText: 'gradients' }).click();
    await holds(page, 'document.querySelectorAll(".chart-slot").length > 1000');
    await holds(page, 'document.querySelectorAll("canvas").length > 8');
    expect(await page.locator('canvas').count()).toBeLessThan(100);

    await page.evaluate('document.getElementById("chart-other-gradients/layer_900").scrollIntoView()');
    await page.locator('#chart-other-gradients\\/layer_900 canvas').waitFor();
    // What was in sight before is a shape again.
    await holds(page, '!document.querySelector("#chart-other-critic\\\\/score\\\\/mean canvas")');
    expect(await page.locator('canvas').count()).toBeLessThan(100);
    await page.close();
  });

  test('finds metrics by name and by expression, says when an expression is none, and forgets nothing', async () => {
    const page = await open('many');
    await search(page).fill('layer_99');
    await holds(page, 'document.querySelectorAll(".chart-slot").length === 11');
    expect((await headings(page)).slice(0, 3)).toEqual(['gradients/layer_99', 'gradients/layer_990', 'gradients/layer_991']);
    await search(page).fill('/^(constructor|__proto__)$/');
    await holds(page, 'document.querySelectorAll(".chart-slot").length === 2');
    await page.locator('line-chart canvas').nth(1).waitFor();
    await search(page).fill('/layer_(/');
    await page.getByText('Not a regular expression').waitFor();
    await search(page).fill('no such metric');
    await page.getByRole('heading', { name: 'No metric matches' }).waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await holds(page, 'document.querySelectorAll(".chart-slot").length === 6');
    await page.close();
  });

  test('what is pinned stands first; what never moves is a line until it is opened', async () => {
    const page = await open('many');
    await search(page).fill('layer_500');
    await page.getByRole('button', { name: 'Pin to the top: gradients/layer_500' }).click();
    await search(page).fill('');
    await holds(page, 'document.querySelectorAll(".chart-slot").length === 7');
    expect((await headings(page))[0]).toBe('gradients/layer_500');

    await page.locator('.section > summary', { hasText: 'other' }).click();
    const line = page.locator('.constants > summary');
    expect((await line.innerText()).replace(/\s+/g, ' ')).toBe('constant: actor/lr 1e−6');
    await line.click();
    await page.locator('#chart-other-actor\\/lr').waitFor();
    await page.close();
  });

  test('names are text, whatever is in them', async () => {
    const page = await open('many');
    await search(page).fill('onerror');
    await page.locator('line-chart canvas').waitFor();
    expect(await headings(page)).toEqual(['<img src=x onerror="window.hacked=1">']);
    expect(await page.evaluate('[window.hacked ?? null, document.querySelectorAll("dashboard-page img").length]')).toEqual([null, 0]);
    await page.close();
  });

  test('an evaluation is a table of suites with intervals and bars of rewards, not dots in line charts', async () => {
    const page = await open('tested');
    const rows = await page.locator('.suites tbody tr').allInnerTexts();
    expect(rows.map((r) => r.replace(/\s+/g, ' ').trim())).toEqual([
      'a_suite greedy 50.0 % 43.1–56.9 200',
      'a_suite judged 12 not a share, interval unknown 200',
    ]);
    expect(await page.evaluate('[...document.querySelectorAll(".histogram li")].map((bar) => bar.title)')).toEqual([
      'Reward 0: 2 solutions, 50%. Find them',
      'Reward 1: 2 solutions, 50%. Find them',
    ]);
    expect(await page.locator('canvas').count()).toBe(0);
    await page.close();
  });

  test('an imported evaluation tells a hundred numbers, says how many there are, and shows them when asked', async () => {
    const page = await open('numbers');
    const told = page.locator('.once dt');
    await expect.poll(() => told.count()).toBe(100);
    expect(await told.first().innerText()).toBe('zz/reward');
    await page.getByText('151 further metrics not shown.').waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await expect.poll(() => told.count()).toBe(200);
    await page.getByRole('button', { name: 'Show more' }).click();
    await expect.poll(() => told.count()).toBe(251);
    expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
    expect(await page.locator('chart-board').count()).toBe(0);
    await page.close();
  });

  test('an imported evaluation of which only the last metric has a curve has its charts', async () => {
    const page = await open('one-curve');
    await search(page).fill('zz/other');
    await page.locator('line-chart canvas').waitFor();
    expect(await headings(page)).toEqual(['zz/other']);
    await page.close();
  });

  test('of an import warnings stand above the numbers, a long one folded, and no duration is told', async () => {
    const page = await open('imported');
    const [warned, tiles, word] = await Promise.all(
      ['section.import .note.warning', 'nav.tiles', 'section.import .note.info'].map((of) => page.locator(of).boundingBox()),
    );
    expect(warned!.y + warned!.height).toBeLessThanOrEqual(word!.y);
    expect(word!.y).toBeLessThan(tiles!.y);
    expect(await page.locator('section.import .note.warning details').getAttribute('open')).toBeNull();
    const duration = '.title [title^="Started"]';
    expect(await page.locator(duration).count()).toBe(0);
    await page.close();
    const own = await open('holes');
    expect(await own.locator(duration).count()).toBe(1);
    await own.close();
  });

  test('of more metrics than are listed at a time the first view is the same; search looks through all, pins stay', async () => {
    most = 100;
    const page = await open('many');
    await page.waitForSelector('line-chart canvas');
    const first = [
      'critic/score/mean',
      'val-core/gsm8k/acc/mean@1',
      'actor/kl_loss',
      'actor/entropy',
      'response_length/mean',
      'actor/pg_loss',
    ];
    expect(await headings(page)).toEqual(expect.arrayContaining(first));
    const tiles = await page.locator('nav.tiles').innerText();
    expect(tiles).toContain('critic/score/mean');
    expect(await page.locator('.metric-search [role="status"]').innerText()).toMatch(/^1,011 metrics, /);
    await page.getByText('here are 100 of 1,011').waitFor();

    await search(page).fill('layer_999');
    await page.locator('#chart-other-gradients\\/layer_999 canvas').waitFor();
    await page.getByRole('button', { name: 'Pin to the top: gradients/layer_999' }).click();
    await search(page).fill('no such metric');
    await page.getByText('None of the names of this run’s 1,011 metrics holds').waitFor();
    await search(page).fill('');
    await expect.poll(async () => (await headings(page))[0]).toBe('gradients/layer_999');

    await page.getByRole('button', { name: 'Show the next' }).click();
    await page.getByRole('button', { name: 'Show the first' }).waitFor();
    expect((await headings(page)).slice(0, 1 + first.length)).toEqual(['gradients/layer_999', ...first]);
    expect(await page.locator('nav.tiles').innerText()).toBe(tiles);
    await page.close();
  });

  const spoken = (page: Page, chart: string) => page.locator(`#chart-${chart} canvas`).getAttribute('aria-label');

  test('an evaluation of many suites says whose rewards are not counted', async () => {
    const page = await open('tested-often');
    const sections = page.locator('.evaluated-steps > section');
    expect([await sections.count(), await page.locator('.histogram').count()]).toEqual([suites, 24]);
    expect(await page.getByText('Its rewards are not counted: only those of the first 24 are.').count()).toBe(suites - 24);
    await page.close();
  });

  test('a stack that lacks a part at a step is interrupted there and says so', async () => {
    const page = await open('holes');
    await page.locator('#chart-signal canvas').waitFor();
    expect(await page.locator('#chart-signal .notes').innerText()).toBe('interrupted where “mixed” is missing (known at 29 of 30 steps)');
    // No part is drawn where the sum is not known.
    expect((await spoken(page, 'signal'))!.match(/29 values, interrupted once/g)).toHaveLength(3);
    await page.close();
  });

  test('rewards that are no number are gaps, never zeros; a term that never was one is said to have none', async () => {
    const page = await open('holes');
    await page.locator('#chart-reward canvas').waitFor();
    const words = await spoken(page, 'reward');
    expect(words).toContain('reward: 0.290 at step 29, 0.0100 at step 1, lowest 0.0100 at step 1, highest 0.290 at step 29');
    expect(words).toContain('26 values, interrupted once');
    expect(words).toContain('correct: no values');
    expect((await page.locator('#chart-reward .legend').innerText()).replace(/\s+/g, ' ')).toBe('reward 0.290 correct –');
    expect(await page.locator('dashboard-page').innerText()).not.toMatch(/NaN|null|undefined|Infinity/);
    await page.close();
  });

  /** The live run makes further steps, and the page hears of it. */
  async function goesOn(page: Page, from: number, to: number): Promise<void> {
    live.append(...Array.from({ length: to - from + 1 }, (_, i) => aMetrics(from + i)), aStatus(to));
    store.catchUp();
    const change = { kind: 'notification', method: 'run/changed', params: { run: 'live', upTo: to, identity: false } };
    await page.evaluate(`window.postMessage(${JSON.stringify(change)}, '*')`);
  }
  const showsKl = (page: Page, words: string) => page.locator(`#chart-kl canvas[aria-label*="${words}"]`).waitFor();

  test('planned and measured memory stand beside each other, below the curves; what is missing for a number is named', async () => {
    const page = await open('measured');
    const summary = page.locator('.resources summary');
    // 6e9 FLOPs a token, 100 tokens a second, of 1e12.
    await expect.poll(() => summary.textContent()).toMatch(/training 100 tokens\/s \(MFU 60%\) · memory 24 GiB, planned 1\d(\.\d)? GiB/);
    await summary.click();
    const rows = await page.locator('.resources tr').allTextContents();
    const of = (label: string): string => rows.find((row) => row.replace(/\s+/g, ' ').trim().startsWith(label)) ?? '';
    expect(of('Measured / planned')).toMatch(/\d(\.\d+)? ×/);
    expect(of('Sampling, tokens/s')).toMatch(/unknown\s+Missing: the tokens of its solutions \(tokens\/sampled\); the seconds of sampling/);
    expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.setViewportSize({ width: 400, height: 700 });
    await expect.poll(() => page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.close();
  });

  test('a live run under the pointer stays still until it is asked for its new steps', async () => {
    const page = await open('live');
    const chart = page.locator('#chart-kl canvas');
    await chart.hover();
    const before = await spoken(page, 'kl');
    expect(before).toContain(`0.0300 at step ${steps}`);
    const crosshair = await page.locator('#chart-kl .crosshair').innerText();
    expect(crosshair).toMatch(/^step \d+$/);

    await goesOn(page, 31, 33);
    await page.getByRole('button', { name: '3 new steps' }).waitFor();
    expect([await spoken(page, 'kl'), await page.locator('#chart-kl .crosshair').innerText()]).toEqual([before, crosshair]);
    // With a key: a pointer that comes here has left the curve.
    await page.getByRole('button', { name: '3 new steps' }).press('Enter');
    await showsKl(page, '0.0330 at step 33');
    expect(await page.locator('.news').count()).toBe(0);

    await page.mouse.move(0, 0);
    await chart.hover();
    await goesOn(page, 34, 34);
    await page.getByRole('button', { name: '1 new step' }).waitFor();
    expect(await spoken(page, 'kl')).toContain('0.0330 at step 33');
    await page.mouse.move(0, 0);
    await showsKl(page, '0.0340 at step 34');
    expect(await page.locator('.news').count()).toBe(0);
    await page.close();
  });

  test('a click opens the step that the crosshair names, whatever lies under the pointer', async () => {
    const page = await open('holes');
    const chart = page.locator('#chart-signal canvas');
    await chart.hover();
    const named = page.locator('#chart-signal .crosshair span');
    await named.waitFor();
    const label = await named.innerText();
    // A press and a click that no move of the pointer came before: some pixels beside where the label is of.
    await page.evaluate(`(() => {
      const canvas = document.querySelector('#chart-signal canvas');
      const { left, top, width, height } = canvas.getBoundingClientRect();
      const at = { clientX: left + width / 2 + 60, clientY: top + height / 2, bubbles: true, composed: true };
      canvas.dispatchEvent(new PointerEvent('pointerdown', at));
      canvas.dispatchEvent(new MouseEvent('mousedown', at));
      canvas.dispatchEvent(new PointerEvent('pointerup', at));
      canvas.dispatchEvent(new MouseEvent('click', at));
    })()`);
    await expect.poll(() => opened).toEqual([Number(/^step (\d+)$/.exec(label)![1])]);
    await page.close();
  });

  test('the label of the crosshair lies on no tick and no curve, and within the chart', async () => {
    const page = await open('holes');
    const chart = page.locator('#chart-signal canvas');
    const { width } = (await chart.boundingBox())!;
    for (const x of [52, width / 2, width - 8]) {
      await chart.hover({ position: { x, y: 60 } });
      await page.locator('#chart-signal .crosshair span').waitFor();
      const [covered, inside] = await page.evaluate<[number, boolean]>(`(() => {
        const canvas = document.querySelector('#chart-signal canvas');
        const [plot, label] = [canvas, document.querySelector('#chart-signal .crosshair span')].map((e) => e.getBoundingClientRect());
        const scale = canvas.width / plot.width;
        const high = Math.floor((label.bottom - plot.top) * scale);
        const drawn = canvas.getContext('2d').getImageData(0, 0, canvas.width, high).data.filter((_, i) => i % 4 === 3 && _ > 0);
        return [drawn.length, high > 0 && label.left >= plot.left - 1 && label.right <= plot.right + 1];
      })()`);
      expect([covered, inside]).toEqual([0, true]);
    }
    await page.close();
  });

  test('a smoothing that is drawn to its place is asked for there, not on the way', async () => {
    const page = await open('live');
    await page.locator('#chart-kl canvas').waitFor();
    await page.evaluate(`(async () => {
      const slider = document.querySelector('.smoothing input');
      for (const value of ['0.61', '0.7', '0.75', '0.8']) {
        slider.value = value;
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        await document.querySelector('dashboard-page').updateComplete;
        await document.querySelector('chart-board').updateComplete;
      }
    })()`);
    expect(await page.locator('.smoothing output').innerText()).toBe('0.80');
    await expect.poll(() => smoothings).toContain(0.8);
    // Charts that were still on their way had asked before.
    expect(new Set(smoothings.filter((s) => s !== plainChoices.smoothing))).toEqual(new Set([0.8]));
    await page.close();
  });
});
