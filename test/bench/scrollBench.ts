/**
 * Scrolls the page of a search with very many rows in Chromium, and beside it a bare list of as many rows of the same height, of which those in
 * sight are built, too; `scroll.mjs` bundles and runs it. Writes its numbers as one line of JSON.
 */
import { readFileSync } from 'node:fs';
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core';
import { findChromium } from '../../scripts/lib/vscode.mjs';
import type { Found } from '../../src/contracts/find.js';
import { mulberry32 } from '../../src/core/mulberry32.js';
import type { FoundSolution } from '../../src/store/views.js';
import { openBuiltPage } from '../builders/builtPage.js';
import { answersOf } from '../builders/pageAnswers.js';
import { Language } from './language.js';

const [, wanted = '100000'] = process.argv.slice(2);
const rows = Number(wanted);
const portion = 1000;
const next = mulberry32(5);
const language = new Language(next);
const excerpts = Array.from({ length: 997 }, () => language.sample(80).text.slice(0, 200));
const questions = Array.from({ length: 499 }, () => language.sample(40).text.slice(0, 160));

/** Each with a text of its own, as long as the store gives it. */
const rowOf = (i: number): FoundSolution => {
  const text = `${i} let me check ${excerpts[i % excerpts.length]}`;
  return {
    address: { run: 'large', step: 400 - Math.floor(i / 256), group: Math.floor(i / 16) % 16, solution: i % 16 },
    ...{
      runName: 'large',
      reward: i % 2,
      advantage: i % 2 === 0 ? -0.71 : 1.41,
      correct: i % 2 === 1,
      answer: String(i % 5000),
      finish: 'stop',
    },
    ...{ tokens: 100 + (i % 900), kl: 0.01, questionPreview: { text: questions[i % questions.length], skipped: 0 } },
    ...{ excerpt: { text, start: 0 }, places: [[String(i).length + 1, String(i).length + 13]], sortValue: null },
  };
};

/** A host in which all match. */
function answers(): Record<string, unknown> {
  let given = 0;
  const found = (): Found => {
    const from = given;
    given = Math.min(rows, from + portion);
    return {
      rows: Array.from({ length: given - from }, (_, i) => rowOf(from + i)),
      ...{ matched: given, unknown: 0, seen: given, solutions: rows, all: rows, left: 0, end: given === rows ? 'all' : null },
    };
  };
  return {
    ...answersOf('find', 'so it is'),
    'page/start': { address: { page: 'find', search: { filter: '"let me check"' } }, keys: {} },
    'find/search': () => ((given = 0), found()),
    'find/more': found,
  };
}

/** What any page of rows does at the least: two spacers, and between them those in sight, as text. */
const bare = `<!doctype html><style>
  body { margin: 0; font: 13px sans-serif } ol { margin: 0; padding: 0; list-style: none }
  .row { height: 52px; overflow: hidden; white-space: nowrap }
</style><ol></ol><script>
  const rows = Array.from({ length: ${rows} }, (_, i) => i + ' let me check ' + 'so it is '.repeat(20));
  const list = document.querySelector('ol'), height = 52, margin = 16;
  let built = [0, 0];
  const draw = () => {
    const top = scrollY, from = Math.max(0, Math.floor(top / height) - margin), to = Math.min(rows.length, Math.ceil((top + innerHeight) / height) + margin);
    built = [from, to];
    const spacer = (n) => { const li = document.createElement('li'); li.style.height = n * height + 'px'; return li; };
    list.replaceChildren(spacer(from), ...rows.slice(from, to).map((text) => { const li = document.createElement('li'); li.className = 'row'; li.textContent = text; return li; }), spacer(rows.length - to));
  };
  document.addEventListener('scroll', () => {
    const from = Math.floor(scrollY / height), to = Math.ceil((scrollY + innerHeight) / height);
    if (from < built[0] || to > Math.min(rows.length, built[1])) draw();
  }, { passive: true });
  draw();
</script>`;

/** Scrolls by so many pixels a frame, and by a hundredth of the list each, and says how long the frames took (ms), and where it came to. */
const scrolled = `(async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const run = async (frames, by) => {
    const times = [];
    let before = await frame();
    for (let i = 0; i < frames; i++) {
      window.scrollBy(0, by(i));
      const now = await frame();
      times.push(now - before);
      before = now;
    }
    return times;
  };
  const height = document.documentElement.scrollHeight;
  window.scrollTo(0, 0);
  await frame(); await frame();
  const flow = await run(600, () => 120);
  window.scrollTo(0, 0);
  const jump = await run(100, () => Math.floor(height / 101));
  window.scrollTo(0, height);
  await frame(); await frame();
  return { flow, jump, height };
})()`;

const p95 = (times: number[]): number => times.toSorted((a, b) => a - b)[Math.floor(0.95 * times.length)];

interface Scrolled {
  flow: number[];
  jump: number[];
  height: number;
}

interface Measured {
  flow: number;
  jump: number;
  /** Processor time of the page's main thread for a frame, ms: other work beside hardly changes it. */
  work: number;
  height: number;
}

async function scrolling(page: Page): Promise<Measured> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')!.value;
  };
  const before = await busy();
  const { flow, jump, height } = await page.evaluate<Scrolled>(scrolled);
  const work = (1000 * ((await busy()) - before)) / (flow.length + jump.length);
  return { flow: p95(flow), jump: p95(jump), work, height };
}

/** MiB of the JavaScript heap, after what is not needed was dropped; and what the process of the page has in memory, where /proc says so. */
async function memoryOf(browser: Browser, session: CDPSession): Promise<{ heap: number; resident: number | null }> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { processInfo } = await (await browser.newBrowserCDPSession()).send('SystemInfo.getProcessInfo');
  // The page's own is the largest of those that draw.
  const resident = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => residentOf(id));
  return { heap: usedSize / 2 ** 20, resident: resident.some((r) => r === null) ? null : Math.max(...resident.map(Number)) };
}

/** Memory that is the process's own, without what it shares with others. */
function residentOf(pid: number): number | null {
  try {
    const [, all, shared] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ').map(Number);
    return ((all - shared) * 4096) / 2 ** 20;
  } catch {
    return null;
  }
}

async function measure<T>(what: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({ executablePath: findChromium()!, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    return await what(browser);
  } finally {
    await browser.close();
  }
}

const find = await measure(async (browser) => {
  const { page } = await openBuiltPage(browser, 'find', answers());
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.locator(`.result[aria-setsize="${rows}"]`).first().waitFor();
  const session = await page.context().newCDPSession(page);
  const times = await scrolling(page);
  // The last row is there at the end: no spacer was cut short.
  const last = await page.locator('.result').last().getAttribute('aria-posinset');
  return { ...times, reachesEnd: last === String(rows), ...(await memoryOf(browser, session)) };
});
const peer = await measure(async (browser) => {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.setContent(bare);
  return scrolling(page);
});
console.log(JSON.stringify({ rows, find, peer }));
