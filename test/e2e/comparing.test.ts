import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aRun, aStatus } from '../builders/aRun.js';
import { VsCode } from './vscode.js';

/** Three runs of one experiment, of which two differ. */
describe('several runs of an experiment', () => {
  let folder: string;
  let code: VsCode;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'grpo-lab-comparing-'));
    const text = readFileSync('media/templates/grpo.yaml', 'utf8').replace(/^name: .*$/m, 'name: sums');
    writeFileSync(join(folder, 'sums.experiment.yaml'), text);
    code = await VsCode.open({ workspace: folder });
    const runs = join(code.workspace, '.grpo-lab', 'runs');
    mkdirSync(runs, { recursive: true });
    // The list is open already, and its experiment has no runs.
    await code.page.locator('.activitybar [aria-label^="GRPO Lab"]').first().click();
    await row(/^sums/).waitFor();
    for (const [number, beta] of [0.04, 0.1, 0.04].entries()) {
      const source = `${text}\n# beta ${beta}\n`;
      const experiment = { name: 'sums', path: null, source, resolved: { method: { beta } } };
      aRun(`sums-${number + 1}-aaaa`)
        .being({ name: `sums-${number + 1}`, number: number + 1, experiment, created: `2026-01-0${number + 1}T00:00:00.000Z` })
        .withSteps(5)
        .with(aStatus(5, 'finished'))
        .write(runs);
    }
  });
  afterAll(async () => {
    await code.screenshot('comparing-last');
    await code.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const rows = () =>
    code.page
      .locator('.pane')
      .filter({ hasText: /experiments/i })
      .locator('.monaco-list-row');
  const row = (text: RegExp) => rows().filter({ hasText: text }).first();
  const openTabs = () => code.page.locator('.tabs-container .tab').allInnerTexts();

  test('runs that come while the list is open are seen in it', () => row(/^run 3/).waitFor());

  test('a click after a reload opens the tab that is there, not a second one', async () => {
    await row(/^run 1/).click();
    await code.frameWith('dashboard-page h1');
    await code.tab('sums-1').dblclick(); // kept, as a preview would be replaced
    await row(/^sums/).click();
    await code.tab('sums.experiment.yaml').waitFor();
    await code.reload();
    await code.tab('sums-1').waitFor();
    // A reloaded window opens the list again, or does not; its icon opens and closes it.
    const icon = code.page.locator('.activitybar [aria-label^="GRPO Lab"]').first();
    const list = code.page
      .locator('.pane')
      .filter({ hasText: /experiments/i })
      .first();
    await expect
      .poll(
        async () => {
          if (await list.isVisible()) return true;
          await icon.click();
          await code.page.waitForTimeout(1000);
          return list.isVisible();
        },
        { interval: 2000 },
      )
      .toBe(true);
    await row(/^run 1/).click();
    await code.frameWith('dashboard-page h1', 'sums-1');
    expect((await openTabs()).filter((t) => t.includes('sums-1'))).toHaveLength(1);
  });

  test('rows that are selected together are compared from their menu: curves, and configurations', async () => {
    await row(/^run 2/).click({ modifiers: ['Control'] });
    await code.menu(row(/^run 2/), 'Compare Runs…');
    const dashboard = await code.frameWith('dashboard-page h1');
    await expect.poll(() => dashboard.locator('body').innerText()).toMatch(/sums-1[\s\S]*sums-2|sums-2[\s\S]*sums-1/);
    await code.screenshotsInAllThemes('compare-curves');
    await code.menu(row(/^run 2/), 'Compare Configurations…');
    const diff = code.page.locator('.monaco-diff-editor');
    await diff.getByText('beta 0.1').first().waitFor();
    await code.screenshotsInAllThemes('compare-configs');
  });

  test('the palette compares too, by several ticks', async () => {
    await code.command('GRPO Lab: Compare Runs…');
    await code.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'sums-3' }).waitFor();
    await code.screenshot('compare-pick');
    await code.page.keyboard.press('Escape');
  });
});
