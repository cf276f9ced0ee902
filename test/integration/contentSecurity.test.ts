/**
 * Hostile model output on the built pages, in a real browser under the policy that the extension sets: nothing runs, nothing is fetched,
 * nothing navigates, and the text is there to read.
 */
import { existsSync, readFileSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { BenchmarkPage, GroupDetail, OtherGrade, SolutionDetail, Trace } from '../../src/store/views.js';
import type { DisagreementsView } from '../../webview/disagreements/contract.js';
import type { ComparedGroup, MethodUsage } from '../../webview/methods/contract.js';
import type { Played, PlaygroundView } from '../../webview/playground/contract.js';
import type { RewardModelView } from '../../webview/reward-model/contract.js';
import { findChromium } from '../../scripts/lib/vscode.mjs';
import { pageHtml } from '../../src/editor/pages/html.js';
import { needs } from '../builders/needs.js';

const browserPath = findChromium();

const origin = 'https://page.test';
const address = { run: 'r', step: 1, group: 0 };

/** Every way that comes to mind of making text act. */
const hostile: Record<string, string> = {
  'script tags': '<script>window.hacked = 1</script><script src="https://evil.test/x.js"></script>',
  'event handlers':
    '<img src=x onerror="window.hacked=1"><svg onload="window.hacked=1"><body onload=window.hacked=1><details open ontoggle=window.hacked=1>',
  'javascript: links':
    '[a](javascript:window.hacked=1) [b](JAVASCRIPT:window.hacked=1) [c](data:text/html,<script>parent.hacked=1</script>) <javascript:window.hacked=1>',
  'LaTeX that links or styles':
    '$\\href{javascript:window.hacked=1}{x}$ $\\htmlStyle{position:fixed}{x}$ \\(\\includegraphics{https://evil.test/x.png}\\)',
  'broken LaTeX': 'so $\\frac{1$ and \\[\\begin{matrix} a & \\] and $\\def\\a{\\a\\a}\\a$',
  'SVG and MathML tricks':
    '<svg><style><img src onerror=window.hacked=1></style></svg><math><annotation-xml encoding="text/html"><script>window.hacked=1</script></annotation-xml></math>',
  'images and frames':
    '![x](https://evil.test/x.png) <iframe src="https://evil.test"></iframe><link rel=stylesheet href="https://evil.test/x.css">',
  'markup that escapes an attribute': '[x](https://example.org/" onmouseover="window.hacked=1) **"><img src=x onerror=window.hacked=1>**',
  'bidirectional overrides': 'The answer is \u202E74\u202C, and \u2066hidden\u2069.',
  'a megabyte in one line': `$${'x^{'.repeat(2000)} ${'<b>'.repeat(330_000)}`,
};

function solutionOf(text: string): SolutionDetail {
  return {
    ...{
      index: 0,
      reward: 1,
      rewards: { [text.slice(0, 60)]: 1 },
      advantage: 1,
      correct: false,
      answer: text.slice(0, 200),
      finish: 'stop',
    },
    ...{
      tokens: 2,
      kl: 0,
      hasTrace: true,
      run: 'r',
      runName: text.slice(0, 60),
      step: 1,
      group: 0,
      groupSize: 2,
      question: text,
      gold: text.slice(0, 100),
    },
    ...{ method: 'grpo', split: null, asked: { text: text.slice(0, 200), skipped: 9 }, otherVerdict: 1, bestOther: 1 },
    ...{ text, weights: {}, sameQuestion: [{ step: 1, group: 0, split: null }] },
    siblings: [{ index: 1, reward: 1, advantage: 1, correct: true }],
    grade: {
      verdict: 'different',
      answer: text.slice(0, 100),
      span: [0, 5],
      extraction: text.slice(0, 80),
      rule: text.slice(0, 80),
      checker: text.slice(0, 80),
      normal: { answer: text.slice(0, 100), gold: text.slice(0, 100) },
      reason: text.slice(0, 200),
      ms: 1,
    },
  };
}

function groupOf(text: string): GroupDetail {
  const { index, reward, rewards, advantage, correct, answer, finish, tokens, kl, hasTrace } = solutionOf(text);
  const solution = { index, reward, rewards, advantage, correct, answer, finish, tokens, kl, hasTrace, preview: text.slice(0, 400) };
  return {
    ...{
      address,
      group: 0,
      questionId: 'q',
      split: null,
      asked: { text: text.slice(0, 200), skipped: 9 },
      gold: text.slice(0, 100),
      size: 1,
      correct: 0,
      rewardMean: 1,
      rewardStd: 0,
      advantages: [1],
      lengthMean: 2,
    },
    ...{
      truncated: 0,
      klMean: 0,
      zeroStd: true,
      run: 'r',
      runName: 'r',
      method: 'grpo',
      stepRewards: false,
      step: 1,
      question: text,
      info: {},
      solutions: [solution],
    },
    ...{ answers: [{ answer, count: 1, correct: false }], sameQuestion: [], groupsInStep: 1, previousStep: null, nextStep: null },
  };
}

const otherGradesOf = (text: string): OtherGrade[] => [
  { name: 'other-1', solution: 0, grade: { ...solutionOf(text).grade!, verdict: 'equal' } },
];

function disagreementsOf(text: string): DisagreementsView {
  const brief = text.slice(0, 200);
  const counts = { solutions: 1, superseded: 0, unjudged: 0, agreeing: 0, rightToWrong: 0, wrongToRight: 1, undecided: 0 };
  const summary = {
    ...{ ...counts, name: 'other-1', checker: brief, original: brief, time: brief },
    ...{ rightBefore: 0, rightNow: 1, undecidedNow: 0, share: 0, kappa: 0 },
  };
  const solution = {
    solution: 0,
    was: 'different',
    verdict: 'equal',
    answer: brief,
    answerNow: brief,
    rule: brief,
    reason: brief,
  } as const;
  const group = { address, asked: { text: brief, skipped: 9 }, gold: brief, size: 1, differing: 2, solutions: [solution] };
  return { summary, groups: [group], total: 1, run: 'r', runName: brief, direction: 'all', checkers: [summary, { ...summary, name: 'b' }] };
}

function playgroundOf(text: string): PlaygroundView {
  const brief = text.slice(0, 200);
  const source = { endpoint: brief };
  const solution: Played = {
    ...{ state: 'finished', text, tokens: 2, logp: 0, entropy: 0, finish: 'stop', answer: brief, verdict: 'different', rule: brief },
    ...{ like: 0, reward: 0, terms: { [brief]: 0, b: 1 } },
  };
  const asked = { source, question: brief, gold: brief, size: 2, temperature: 1, maxTokens: 9, seed: 1 };
  return {
    trusted: true,
    runs: [{ run: 'r', name: brief, steps: [1], temperature: 1, maxTokens: 9 }],
    endpoints: [{ name: brief, model: brief }],
    about: { question: { question: text.slice(0, 1000), gold: brief }, source, address, label: brief },
    group: {
      ...{ id: 1, asked: { ...asked, question: text.slice(0, 50_000) }, state: 'failed', problem: brief, wantsKey: true, notes: [brief] },
      solutions: [solution, { ...solution, like: 1, state: 'grading' }],
    },
  };
}

function benchmarksOf(text: string): BenchmarkPage {
  const brief = text.slice(0, 200);
  const run = {
    id: 'r',
    name: brief,
    number: 1,
    experiment: brief,
    method: brief,
    created: brief,
    lineage: [],
    model: brief,
    trainedOn: [brief],
  };
  const told = { n: 9, checker: brief, low: null, high: null, samples: null, shots: null, temperature: null };
  const result = { run: 'r', suite: brief, mode: brief, value: 0.5, ...told };
  const results = [1, 2].map((step) => ({ ...result, step, of: { run: 'r', step } }));
  return { results, runs: [{ ...run, stage: null }], next: null };
}

function rewardModelOf(text: string): RewardModelView {
  const brief = text.slice(0, 200);
  const opinion = {
    address: { ...address, solution: 0 },
    probability: 0.9,
    asked: { text: brief, skipped: 9 },
    gold: brief,
    answer: brief,
    preview: text.slice(0, 400),
    alike: 2,
  };
  const list = { total: 1, listed: [opinion], left: 0 };
  const bin = { low: 0.9, high: 1, n: 2, mean: 0.9, right: 0.5 };
  return {
    ...{ run: 'r', runName: brief, trained: true, from: { run: 'r', step: 1, name: brief }, curve: 'reward_model/loss' },
    opinions: {
      ...{ term: brief, otherTerms: [text.slice(1, 200)], from: 1, upTo: 60, steps: 60, firstStep: 1, lastStep: 60 },
      ...{ n: 2, right: 1, agreeing: 1, wrongLiked: 1, rightDisliked: 0, pairs: 1, pairsInOrder: 0 },
      reliability: { bins: [bin], error: 0.4 },
      examples: { wrong: list, right: list },
    },
  };
}

const usageOf = (text: string): MethodUsage[] => [
  { method: text.slice(0, 60), runs: 1, newest: { run: 'r', name: text.slice(0, 60) }, best: null },
];
const comparedOf = (text: string): ComparedGroup => ({ group: groupOf(text), method: text.slice(0, 60), settings: { beta: text } });

const traceOf = (text: string): Trace => ({ ends: [Math.floor(text.length / 2), text.length], entropy: [0.1, 1] });

const addresses = {
  group: address,
  solution: { ...address, solution: 0 },
  disagreements: { run: 'r', grades: 'other-1' },
  benchmarks: { page: 'benchmarks' },
  methods: { page: 'methods' },
  playground: { page: 'playground' },
  'reward-model': { page: 'reward-model', about: { run: 'r' } },
};

/** A page as the extension opens it, and everything it tries to fetch besides its own files. */
async function open(browser: Browser, kind: keyof typeof addresses, text: string): Promise<{ page: Page; fetched: string[] }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const fetched: string[] = [];
  const answers: Record<string, unknown> = {
    'page/start': { address: addresses[kind], keys: {} },
    'group/open': groupOf(text),
    'solution/open': solutionOf(text),
    'solution/trace': traceOf(text),
    'group/grades': otherGradesOf(text),
    'disagreements/open': disagreementsOf(text),
    'benchmarks/results': benchmarksOf(text),
    'methods/usage': usageOf(text),
    'methods/group': comparedOf(text),
    'playground/open': playgroundOf(text),
    'reward-model/open': rewardModelOf(text),
    'page/isBookmarked': false,
  };
  await page.exposeFunction('answerOf', (method: string) => answers[method] ?? null);
  await page.addInitScript({ content: vsCodeApi });
  await context.route('**', async (route) => {
    const url = new URL(route.request().url());
    const file = new URL(`../../dist/webview${url.pathname}`, import.meta.url);
    if (url.origin === origin && url.pathname === '/') {
      const body = pageHtml({ title: 'test', script: `${origin}/${kind}.js`, style: `${origin}/${kind}.css`, source: origin });
      await route.fulfill({ contentType: 'text/html', body });
    } else if (url.origin === origin && existsSync(file)) {
      const contentType = url.pathname.endsWith('.js') ? 'text/javascript' : url.pathname.endsWith('.css') ? 'text/css' : 'font/woff2';
      await route.fulfill({ contentType, body: readFileSync(file) });
    } else {
      fetched.push(url.href);
      await route.abort();
    }
  });
  await page.goto(`${origin}/`);
  await page.waitForSelector(`${kind}-page h1`);
  return { page, fetched };
}

/** What VS Code gives a page, answered by the test. As text: it runs in the browser, and this program knows no DOM. */
const vsCodeApi = `window.acquireVsCodeApi = () => ({
  getState: () => undefined,
  setState: () => undefined,
  postMessage: async (m) => {
    if (m.kind === 'request') window.postMessage({ kind: 'response', id: m.id, ok: true, result: await answerOf(m.method) }, '*');
  },
})`;

/** Everything inside the page's element that acts, fetches or navigates, apart from http links. */
const dangers = (kind: string): string => `(() => {
  const all = [...document.querySelectorAll('${kind}-page *')];
  const links = all.flatMap((e) => ['href', 'src', 'xlink:href', 'action', 'formaction'].map((n) => e.getAttribute(n) ?? ''));
  return {
    hacked: window.hacked ?? null,
    elements: all.map((e) => e.localName).filter((n) => /^(script|style|iframe|img|object|embed|link|meta|base|foreignobject|annotation-xml)$/i.test(n)),
    handlers: all.flatMap((e) => e.getAttributeNames().filter((n) => n.startsWith('on'))),
    links: links.filter((l) => l !== '' && !/^https?:\\/\\//.test(l)),
    where: location.href,
  };
})()`;
const harmless = { hacked: null, elements: [], handlers: [], links: [], where: `${origin}/` };

describe('hostile model output', () => {
  needs(browserPath, 'No Chromium found. Install it (Debian: apt install chromium) or name it in GRPO_LAB_CHROMIUM.', { always: true });
  let browser: Browser;
  beforeAll(async () => {
    if (!browserPath) return;
    browser = await chromium.launch({
      executablePath: browserPath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    return () => browser.close();
  });

  test.each(Object.entries(hostile))(
    '%s: harmless as tokens, rendered, raw, in a group, on the playground and in a list of disagreements',
    async (_name, text) => {
      const { page, fetched } = await open(browser, 'solution', text);
      for (const view of ['tokens', 'rendered', 'raw']) {
        await page.getByRole('button', { name: view, exact: true }).click();
        await page.waitForSelector({ tokens: 'token-text [data-i]', rendered: 'rich-text.rendered', raw: 'raw-text .plain-text' }[view]!);
        expect(await page.evaluate(dangers('solution'))).toEqual(harmless);
      }
      expect(await page.textContent('raw-text')).toContain(text.slice(0, 10).replace('\u202E', '⟨U+202E⟩'));
      const group = await open(browser, 'group', text);
      expect(await group.page.evaluate(dangers('group'))).toEqual(harmless);
      const list = await open(browser, 'disagreements', text);
      await list.page.waitForSelector('.disagreements .answer');
      expect(await list.page.evaluate(dangers('disagreements'))).toEqual(harmless);
      const playground = await open(browser, 'playground', text);
      await playground.page.waitForSelector('.played-text.plain');
      expect(await playground.page.evaluate(dangers('playground'))).toEqual(harmless);
      await playground.page.getByRole('button', { name: 'rendered', exact: true }).click();
      await playground.page.waitForSelector('rich-text.played-text');
      expect(await playground.page.evaluate(dangers('playground'))).toEqual(harmless);
      for (const opened of [page, group.page]) await opened.waitForSelector('other-grades p');
      expect([...fetched, ...group.fetched, ...list.fetched, ...playground.fetched]).toEqual([]);
      await playground.page.context().close();
      await list.page.context().close();
      await page.context().close();
      await group.page.context().close();
    },
  );

  test.each(Object.entries(hostile))('%s: harmless as a suite’s name, and in a group that methods are compared on', async (_name, text) => {
    const benchmarks = await open(browser, 'benchmarks', text);
    await benchmarks.page.waitForSelector('.scores td');
    expect(await benchmarks.page.evaluate(dangers('benchmarks'))).toEqual(harmless);
    const methods = await open(browser, 'methods', text);
    await methods.page.getByRole('button', { name: 'Tokens of solution 1' }).click();
    await methods.page.waitForSelector('.token code');
    expect(await methods.page.evaluate(dangers('methods'))).toEqual(harmless);
    expect([...benchmarks.fetched, ...methods.fetched]).toEqual([]);
    await benchmarks.page.context().close();
    await methods.page.context().close();
  });

  test.each(Object.entries(hostile))('%s: harmless among a reward model’s opinions, and as its term', async (_name, text) => {
    const { page, fetched } = await open(browser, 'reward-model', text);
    await page.waitForSelector('.opinions .answer');
    expect(await page.evaluate(dangers('reward-model'))).toEqual(harmless);
    expect(fetched).toEqual([]);
    await page.context().close();
  });

  test('hidden characters show in tokens and in raw text', async () => {
    const { page } = await open(browser, 'solution', hostile['bidirectional overrides']);
    for (const view of ['tokens', 'raw']) {
      await page.getByRole('button', { name: view, exact: true }).click();
      expect(await page.textContent(view === 'raw' ? 'raw-text' : 'token-text')).toContain('is ⟨U+202E⟩74⟨U+202C⟩');
    }
    await page.context().close();
  });

  test('broken LaTeX is readable as its source, and the rest is typeset', async () => {
    const { page } = await open(browser, 'solution', 'so $\\frac{1$ but $\\frac{1}{2}$');
    await page.getByRole('button', { name: 'rendered', exact: true }).click();
    expect(await page.textContent('.rendered .broken-formula')).toBe('\\frac{1');
    expect(await page.locator('.rendered .katex').count()).toBe(1);
    await page.context().close();
  });
});
