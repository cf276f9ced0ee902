import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Reference } from './database.js';
import { until } from './until.js';
import { VsCode } from './vscode.js';

/** Ten questions with four samples; the label of the last sample of each third question is wrong. */
function rollouts(): string {
  const line = (q: number): string => {
    const samples = [0, 1, 2, 3].map((i) => ({
      text: `${q} + ${q} makes something.\n\nThe answer is $\\boxed{${i < 2 ? `\\frac{${4 * q}}{2}` : 2 * q + i}}$.`,
      is_correct: i < 2 || (i === 3 && q % 3 === 0),
    }));
    return JSON.stringify({ question: `What is $${q} + ${q}$?`, gold: String(2 * q), samples });
  };
  return Array.from({ length: 10 }, (_, q) => `${line(q + 1)}\n`).join('');
}

describe('rollouts of another program are imported, looked at and graded again', () => {
  let folder: string;
  let code: VsCode;
  let db: Reference;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'grpo-lab-rollouts-'));
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'rollouts.jsonl'), rollouts());
    code = await VsCode.open({ workspace: folder });
    db = new Reference(code.workspace);
  });
  afterAll(async () => {
    await code.screenshot('imported-last');
    await code.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const count = (sql: string): number => db.all<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`)[0].n;

  test('"Open as Run" on a file makes a run of it', async () => {
    const row = (name: string) => code.page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: name }).first();
    await row('data').click();
    await row('rollouts.jsonl').click({ button: 'right' });
    await code.page.locator('.monaco-menu .action-label').filter({ hasText: 'Open as Run' }).first().click();
    await code.pick(/Groups in JSONL/);
    await code.pick(/As it is now/);
    const dashboard = await code.frameWith('dashboard-page h1');
    await until('all groups are there', () => count('groups') === 10 && count('solutions') === 40);
    await dashboard.getByText('rollouts').first().waitFor();
    await code.screenshotsInAllThemes('imported-dashboard');
  });

  test('the built-in checker grades it again, and the disagreements are a page to click through', async () => {
    await code.command('GRPO Lab: Re-grade Run…');
    await code.pick(/built in/);
    const page = await code.frameWith('disagreements-page li');
    // The wrong labels of questions 3, 6 and 9.
    expect(await page.locator('disagreements-page ol.disagreements > li').count()).toBe(3);
    await code.screenshotsInAllThemes('disagreements');
    await (await code.frameWith('disagreements-page li')).locator('button.solution').first().click();
    const solution = await code.frameWith('solution-page h1, solution-page .text, solution-page pre');
    await solution.getByText('grpo-lab').first().waitFor();
    await code.screenshot('regraded-solution');
  });
});
