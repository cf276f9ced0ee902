/**
 * Hostile model output on the built pages, in a real browser under the policy that the extension sets: nothing runs, nothing is fetched,
 * nothing navigates, and the text is there to read.
 */
import type { Browser, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launchBrowser, noBrowser, openBuiltPage, origin } from '../builders/builtPage.js';
import { needs } from '../builders/needs.js';
import { answersOf, type AnsweredPage } from '../builders/pageAnswers.js';

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

const open = (browser: Browser, kind: AnsweredPage, text: string): Promise<{ page: Page; fetched: string[] }> =>
  openBuiltPage(browser, kind, answersOf(kind, text));

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
  needs(browserPath, noBrowser, { always: true });
  let browser: Browser;
  beforeAll(async () => {
    if (!browserPath) return;
    browser = await launchBrowser();
    return () => browser.close();
  });

  // Where text is rendered, one thing that is broken could hide the next: each by itself.
  test.each(Object.entries(hostile))('%s: harmless as tokens, rendered, raw, and on the playground', async (_name, text) => {
    const { page, fetched } = await open(browser, 'solution', text);
    for (const view of ['tokens', 'rendered', 'raw']) {
      await page.getByRole('button', { name: view, exact: true }).click();
      await page.waitForSelector({ tokens: 'token-text [data-i]', rendered: 'rich-text.rendered', raw: 'raw-text .plain-text' }[view]!);
      expect(await page.evaluate(dangers('solution'))).toEqual(harmless);
    }
    expect(await page.textContent('raw-text')).toContain(text.slice(0, 10).replace('\u202E', '⟨U+202E⟩'));
    await page.waitForSelector('other-grades p');
    const playground = await open(browser, 'playground', text);
    await playground.page.waitForSelector('.played-text.plain');
    expect(await playground.page.evaluate(dangers('playground'))).toEqual(harmless);
    await playground.page.getByRole('button', { name: 'rendered', exact: true }).click();
    await playground.page.waitForSelector('rich-text.played-text');
    expect(await playground.page.evaluate(dangers('playground'))).toEqual(harmless);
    expect([...fetched, ...playground.fetched]).toEqual([]);
    await playground.page.context().close();
    await page.context().close();
  });

  /** What has to be there before a page that renders nothing is looked at. */
  const shown: Partial<Record<AnsweredPage, string>> = {
    group: 'other-grades p', // its solutions, and other checkers' grades of them
    disagreements: '.disagreements .answer',
    find: '.facet .value', // rows stand before it
    timeline: '.tracks .label[title]', // a lane
    doctor: '.findings .doors',
    question: '.side .card', // charts, with answers in their legends, stand before it
    tokens: '.worst code',
    'then-now': '.phrases code', // questions and terms stand beside it
    benchmarks: '.scores td', // a suite's name
    import: '.rows td .value', // a column
    methods: '.token code', // a group that methods are compared on
    'reward-model': '.opinions .answer',
  };
  test.each(Object.entries(shown) as [AnsweredPage, string][])('all of it: harmless on the page %s', async (kind, selector) => {
    const { page, fetched } = await open(browser, kind, Object.values(hostile).join('\n\n'));
    if (kind === 'methods') await page.getByRole('button', { name: 'Tokens of solution 1' }).click();
    if (kind === 'question') {
      await page.getByRole('button', { name: 'Compare the best solution' }).click();
      await page.waitForSelector('solution-diff .diff-rows');
    }
    if (kind === 'group') {
      await page.locator('near-duplicates summary').click();
      await page.waitForSelector('.clusters .preview');
    }
    if (kind === 'then-now') {
      await page.getByRole('button', { name: 'two texts' }).click();
      await page.waitForSelector('solution-diff .diff-rows');
    }
    await page.waitForSelector(selector);
    expect(await page.evaluate(dangers(kind))).toEqual(harmless);
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
