import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventBody } from '../../src/protocol/events.js';
import { aRun, aStatus } from '../builders/aRun.js';
import { aHealthyRun, eventsOf, withSolutions } from '../builders/examined.js';
import { VsCode } from './vscode.js';

const start = Date.parse('2026-01-01T00:00:00.000Z');
const span = (step: number, lane: string, name: string, from: number, to: number): EventBody => ({
  type: 'span',
  ...{ step, lane, name },
  ...{ start: new Date(start + 1000 * from).toISOString(), end: new Date(start + 1000 * to).toISOString() },
});

/**
 * A server samples, then a trainer trains: in each of three steps they wait for each other. From step 21 on solutions are cut, for the cap
 * was lowered.
 */
describe('where the time of a run went, and what went wrong in it', () => {
  let folder: string;
  let code: VsCode;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'grpo-lab-timeline-'));
    const runs = join(folder, '.grpo-lab', 'runs');
    mkdirSync(runs, { recursive: true });
    const turns = [1, 2, 3].flatMap((s) => [
      span(s, 'server', 'sampling', 10 * s, 10 * s + 6),
      span(s, 'trainer', 'training', 10 * s + 6, 10 * s + 9),
    ]);
    const cut = withSolutions(aHealthyRun(), () => ({ finish: 'length', tokens: 64, reward: 0, correct: false, advantage: 0 }), 21);
    aRun('sums-1-aaaa')
      .being({ name: 'sums-1' })
      .with(...eventsOf(cut), ...turns, aStatus(60, 'finished'))
      .write(runs);
    code = await VsCode.open({ workspace: folder, keepRuns: true });
    await code.page.locator('.activitybar [aria-label^="GRPO Lab"]').first().click();
    await code.page.getByRole('treeitem', { name: 'sums-1' }).first().waitFor(); // it has been read
  });
  afterAll(async () => {
    await code.screenshot('timeline-last');
    await code.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('from the palette: lanes and shares; keys go from span to stall, and say who was waited for', async () => {
    await code.command('GRPO Lab: Open Timeline');
    await code.pick(/sums-1/);
    const page = await code.frameWith('timeline-page time-tracks');
    expect(await page.locator('.plot[data-lane]').count()).toBe(2);
    const tracks = page.getByRole('application');
    const readout = page.locator('.readout').first();
    await tracks.focus();
    await code.page.keyboard.press('ArrowRight');
    await expect.poll(() => readout.innerText()).toContain('sampling · server · step 1 · 6.0 s');
    await code.page.keyboard.press('ArrowRight');
    await expect.poll(() => readout.innerText()).toContain('server waits 4.0 s · meanwhile trainer: training 3.0 s');
    await code.screenshotsInAllThemes('timeline');
  });

  test('] looks at a step, whose name is on the tab; Enter on a span opens its groups, and back leads to the timeline', async () => {
    const page = await code.frameWith('timeline-page time-tracks');
    await page.locator('h1').click();
    await code.page.keyboard.press(']');
    await expect.poll(() => page.locator('h1').innerText()).toMatch(/Timeline, step \d/);
    await code.tab(/Timeline · step \d/).waitFor();
    const tracks = page.getByRole('application');
    await tracks.focus();
    await code.page.keyboard.press('ArrowRight');
    await code.page.keyboard.press('Enter');
    const groups = await code.frameWith('groups-page h1');
    expect(await groups.locator('h1').innerText()).toContain('Step');
  });

  test('by keys alone: the doctor from the palette, its first finding, and the group that proves it', async () => {
    const { keyboard } = code.page;
    const input = code.page.locator('.quick-input-widget input').first();
    /** What a list of VS Code offers first for these words, by its keys. */
    const chooseByKeys = async (words: string, row: string): Promise<void> => {
      await input.waitFor();
      await keyboard.type(words);
      await code.page.locator('.quick-input-list .monaco-list-row.focused').filter({ hasText: row }).waitFor();
      await keyboard.press('Enter');
    };
    // A palette that is still closing swallows the key.
    await expect
      .poll(
        async () => {
          await keyboard.press('F1');
          return input.isVisible();
        },
        { interval: 2000 },
      )
      .toBe(true);
    await chooseByKeys('GRPO Lab: Doctor', 'Doctor');
    const page = await code.frameWith('doctor-page .findings');
    await code.tab('Doctor · sums-1').waitFor();
    const findings = page.locator('.findings > li');
    expect(await findings.first().innerText()).toContain('since step 21');
    await code.screenshotsInAllThemes('doctor');
    // Whatever has had the keys, a theme's palette or the explorer: they go to the editor.
    await keyboard.press('Control+1');
    await keyboard.press('j');
    await page.locator('.findings > li.selected [data-index="0"]').waitFor();
    await keyboard.press('Enter');
    const proof = await code.frameWith(':is(solution-page, group-page) h1');
    expect(await proof.locator('body').innerText()).toMatch(/step 2\d/i);
  });

  test('the dashboard says so, with the way back, and marks the onset; the row in the explorer has the number of findings', async () => {
    await code.command('GRPO Lab: Open Dashboard');
    const page = await code.frameWith('dashboard-page p.findings', /since step 21/);
    await page.locator('line-chart .mark:not([hidden]) > span').first().waitFor();
    await code.page
      .getByRole('treeitem', { name: /finding.*\(21\)/ })
      .first()
      .waitFor();
    await code.screenshotsInAllThemes('doctor-dashboard');
    await page.getByRole('button', { name: 'Doctor', exact: true }).click();
    await code.frameWith('doctor-page .findings');
  });
});
