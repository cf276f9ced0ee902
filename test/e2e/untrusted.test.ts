import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aMetrics, aRun, aSolution, aStatus } from '../builders/aRun.js';
import type { WireSolution } from '../../src/protocol/events.js';
import { VsCode } from './vscode.js';

/** What a model could write to harm its reader. Each would set `window.harmed` or leave a live element behind. */
const hostile = [
  '<script>parent.harmed = window.harmed = true</script> The answer is 47',
  '<img src=x onerror="window.harmed = true"> The answer is 47',
  '<svg onload="window.harmed = true"><animate onbegin="window.harmed = true"/></svg> The answer is 47',
  '[click](javascript:window.harmed=true) <a href="javascript:window.harmed=true">click</a> The answer is 47',
  '$\\href{javascript:window.harmed=true}{x}$ $\\htmlData{x=y}{z}$ $\\includegraphics{http://127.0.0.1:9/x}$ The answer is 47',
  '$\\frac{1}{ $ $$\\begin{matrix} $$ \\def\\x{\\x\\x}$\\x$ The answer is 47',
  `${'a'.repeat(1_000_000)} The answer is 47`,
  '<math><mtext><table><mglyph><style><img src=x onerror="window.harmed = true"></style></mglyph></table></mtext></math> \u202Egnirts\u202C The answer is 47',
];

const solution = (text: string, i: number): WireSolution => ({ ...aSolution(i), text, tokens: text.length, grade: null });

describe('an untrusted workspace with hostile model output', () => {
  let source: string;
  let code: VsCode;
  /** Everything that lies in the folder. */
  const filesOf = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

  beforeAll(async () => {
    source = mkdtempSync(join(tmpdir(), 'grpo-lab-hostile-'));
    cpSync('examples/arithmetic', source, { recursive: true, filter: (f) => !f.includes('.grpo-lab') });
    const runs = join(source, '.grpo-lab', 'runs');
    mkdirSync(runs, { recursive: true });
    aRun('hostile-1')
      .with({
        type: 'group',
        step: 1,
        group: 0,
        question_id: 'q',
        question: `What is 40 + 7? <script>window.harmed = true</script> [x](javascript:alert(1)) $\\frac{1}{$`,
        gold: '47<img src=x onerror="window.harmed=true">',
        solutions: hostile.map(solution),
      })
      .with(aMetrics(1), aStatus(1, 'finished'))
      .write(runs);
    code = await VsCode.open({
      workspace: source,
      keepRuns: true,
      trust: true,
      settings: { 'security.workspace.trust.startupPrompt': 'never' },
    });
  });
  afterAll(async () => {
    await code.screenshot('untrusted-last');
    await code.close();
    rmSync(source, { recursive: true, force: true });
  });

  test('Restricted Mode: launching is not offered, reading works', async () => {
    await code.page.getByText('Restricted Mode').first().waitFor();
    await code.command('GRPO Lab: Open Run, Step or Group…');
    await code.pick(/hostile/);
    await code.pick(/^1\b/);
    await code.pick(/All groups of this step/);
    const groups = await code.frameWith('groups-page [data-group="0"]');
    await code.screenshot('restricted');
    await groups.locator('[data-group="0"]').first().click();
    const group = await code.frameWith('group-page .card');

    await group.getByRole('button', { name: 'Sample this question again' }).click();
    const playground = await code.frameWith('playground-page .state');
    expect(await playground.locator('.state').innerText()).toContain('Nothing is sampled in a workspace that is not trusted');
    expect(await playground.locator('form.ask').count()).toBe(0);
    await code.screenshot('restricted-playground');
    await code.tab('Group 1').click();
    await code.frameWith('group-page .card');

    await code.page.keyboard.press('F1');
    await code.page.locator('.quick-input-widget input').first().fill('>GRPO Lab: Launch Experiment');
    await expect.poll(() => code.page.locator('.quick-input-list').innerText()).not.toContain('Launch Experiment');
    await code.page.keyboard.press('Escape');
  });

  test('scripts, handlers, javascript: links and broken LaTeX are shown and do nothing', async () => {
    const group = await code.frameWith('group-page .card');
    await group.locator('.card[data-solution="0"]').click();
    const page = await code.frameWith('solution-page header');
    for (let i = 0; i < hostile.length; i++) {
      await expect.poll(() => page.locator('header').first().innerText()).toContain(`Solution ${i + 1} of ${hostile.length}`);
      for (const view of ['rendered', 'raw']) {
        await page
          .getByRole('radio', { name: view })
          .or(page.getByRole('button', { name: view, exact: true }))
          .first()
          .click();
        await page.waitForTimeout(300);
        const found = await page.evaluate(() => ({
          harmed: 'harmed' in window,
          scripts: document.querySelectorAll('body script:not([nonce])').length,
          images: document.querySelectorAll('solution-page img').length,
          links: [...document.querySelectorAll('a')].filter((a) => a.href.startsWith('javascript:')).length,
          handlers: [...document.querySelectorAll('solution-page *')].filter((e) => e.getAttributeNames().some((n) => n.startsWith('on')))
            .length,
        }));
        expect(found, `solution ${i + 1}, ${view}`).toEqual({ harmed: false, scripts: 0, images: 0, links: 0, handlers: 0 });
      }
      await code.screenshot(`hostile-${i + 1}`);
      if (i + 1 < hostile.length) await page.getByRole('button', { name: /^Next solution/ }).click();
    }
  });

  test('nothing was written into the folder', () => {
    expect(filesOf(code.workspace)).toEqual(filesOf(source));
  });
});
