/** The pages of `dist/` in a real browser, under the policy that the extension sets, without VS Code. */
import { existsSync, readFileSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { findChromium } from '../../scripts/lib/vscode.mjs';
import { pageHtml } from '../../src/editor/pages/html.js';

export const browserPath = findChromium();
export const noBrowser = 'No Chromium found. Install it (Debian: apt install chromium) or name it in GRPO_LAB_CHROMIUM.';

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: browserPath!, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });

export const origin = 'https://page.test';

/**
 * A page as the extension opens it, and everything it tries to fetch besides its own files.
 * @param answers of the host, by the name of the request; a function answers what it is asked with
 */
export async function openBuiltPage(
  browser: Browser,
  kind: string,
  answers: Record<string, unknown>,
): Promise<{ page: Page; fetched: string[] }> {
  const context = await browser.newContext();
  context.setDefaultTimeout(0); // what does not come ends by the test's own time, which hangs on no machine's speed
  const page = await context.newPage();
  const fetched: string[] = [];
  await page.exposeFunction('answerOf', (method: string, params: unknown) => {
    const answer = answers[method];
    return typeof answer === 'function' ? (answer as (params: unknown) => unknown)(params) : (answer ?? null);
  });
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
    if (m.kind === 'request') window.postMessage({ kind: 'response', id: m.id, ok: true, result: await answerOf(m.method, m.params) }, '*');
  },
})`;
