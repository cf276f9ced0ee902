/** A question asked of all solutions, by keyboard alone. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventBody } from '../../src/protocol/events.js';
import { aMetrics, aRun, aSolution, aStatus } from '../builders/aRun.js';
import { VsCode } from './vscode.js';

const texts = [
  'Let me check: 40 and 7 are 47. The answer is 47',
  'So 40 + 7 = 47, let me check that again. The answer is 47',
  'I am not sure; let me check each digit. The answer is 46',
  'The answer is 41',
];
const [rewards, advantages] = [
  [1, 0.8, 0.5, 0],
  [1.1, 0.6, 0.1, -1.8],
];
const aGroup = (step: number, group: number): EventBody => ({
  type: 'group',
  ...{ step, group, question_id: `q${group}`, question: `What is 40 + 7? (${group})`, gold: '47' },
  solutions: texts.map((text, i) => ({ ...aSolution(i), text, reward: rewards[i], advantage: advantages[i] })),
});

describe('finding solutions', () => {
  let folder: string;
  let code: VsCode;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'grpo-lab-find-'));
    const runs = join(folder, '.grpo-lab', 'runs');
    mkdirSync(runs, { recursive: true });
    const run = aRun('sums-1-aaaa').being({ name: 'sums-1' });
    for (let step = 1; step <= 60; step++) run.with(aGroup(step, 0), aGroup(step, 1), aMetrics(step));
    run.with(aStatus(60, 'finished')).write(runs);
    code = await VsCode.open({ workspace: folder, keepRuns: true });
  });
  afterAll(async () => {
    await code.screenshot('find-last');
    await code.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const input = () => code.page.locator('.quick-input-widget input').first();
  /** What a list of VS Code offers first for these words, by its keys. */
  const chooseByKeys = async (words: string, row: string): Promise<void> => {
    await input().waitFor();
    await code.page.keyboard.type(words);
    await code.page.locator('.quick-input-list .monaco-list-row.focused').filter({ hasText: row }).waitFor();
    await code.page.keyboard.press('Enter');
  };

  test('a phrase with a positive advantage is found, three are selected, and become a pair', async () => {
    const { keyboard } = code.page;
    await keyboard.press('F1');
    await chooseByKeys('GRPO Lab: Find Solutions', 'Find Solutions…');
    const page = await code.frameWith('find-page filter-field');
    await page.locator('filter-field input:focus').waitFor();
    await keyboard.type('"let me check" and advan');
    await page.getByRole('option', { name: /^advantage/ }).waitFor();
    await code.screenshot('find-completion');
    await keyboard.press('Tab');
    await keyboard.type('> 0');
    await keyboard.press('Enter');
    await expect.poll(() => page.locator('.found').innerText()).toContain('360 of 480 solutions');
    // The keys are with the first row.
    await page.locator('[data-index="0"]:focus').waitFor();
    await code.tab(/Find "let me check" and advan/).waitFor();
    for (const key of ['x', 'j', 'x', 'j', 'x']) await keyboard.press(key);
    await expect.poll(() => page.locator('.toolbar .chosen').innerText()).toContain('3 selected');
    await code.screenshotsInAllThemes('find');
    await page.locator('[data-index="2"]').focus();
    await keyboard.press('e');
    await chooseByKeys('best', 'Best against Worst');
    await expect.poll(() => input().inputValue()).toMatch(/pairs\.jsonl$/);
    await keyboard.press('Enter');
    const file = join(code.workspace, 'pairs.jsonl');
    await expect.poll(() => existsSync(file)).toBe(true);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ chosen: texts[0], rejected: texts[2], chosen_reward: 1, rejected_reward: 0.5, step: 60, group: 2 }),
    ]);
    await code.page.locator('.notification-toast').filter({ hasText: 'pairs.jsonl: 1 pair of 3 solutions in 1 group.' }).waitFor();
    // A label for the three, by its key, which the command line finds.
    await page.locator('[data-index="2"]').focus();
    await keyboard.press('Shift+L');
    await page.locator('.toolbar input.label:focus').waitFor();
    await keyboard.type('looks again');
    await keyboard.press('Enter');
    await expect.poll(() => page.locator('.toolbar .chosen').innerText()).toContain('“looks again” given to 3');
    expect(code.cli<{ matched: number }>('find', 'label:"looks again"').matched).toBe(3);
  });

  test('Enter opens a solution beside and leaves the keys in the list; a reload brings the search back', async () => {
    const { keyboard } = code.page;
    const page = await code.frameWith('find-page .result');
    await page.locator('[data-index="2"]').focus();
    await keyboard.press('Enter');
    await code.frameWith('solution-page', /let me check each digit/);
    await keyboard.press('k');
    await page.locator('[data-index="1"]:focus').waitFor();
    await keyboard.press('Enter');
    await code.frameWith('solution-page', /let me check that again/);
    expect(await code.page.locator('.tabs-container .tab').filter({ hasText: 'Solution' }).count()).toBe(1);
    if (process.env.GRPO_LAB_SCREENSHOTS === 'themes') {
      await code.screenshot('find-beside');
      await code.page.setViewportSize({ width: 2560, height: 1200 });
      await code.screenshot('find-2560');
      await code.page.setViewportSize({ width: 1440, height: 900 });
    }
    await code.reload();
    const again = await code.frameWith('find-page .result');
    expect(await again.getByRole('combobox', { name: 'Filter' }).inputValue()).toBe('"let me check" and advantage > 0');
  });
});
