import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VsCode } from './vscode.js';

/** A folder with nothing in it, as somebody has who has just heard of GRPO Lab. */
describe('the first sight', () => {
  let folder: string;
  let code: VsCode;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'grpo-lab-first-'));
    code = await VsCode.open({ workspace: folder });
  });
  afterAll(async () => {
    await code.screenshot('first-sight-last');
    code.stopRuns();
    await code.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const welcome = () => code.page.locator('.pane-body .welcome-view');

  test('offers the example, an import and a new experiment, and says what each needs', async () => {
    await code.page.locator('.activitybar [aria-label^="GRPO Lab"]').first().click();
    await welcome().getByRole('button', { name: 'Try the Example' }).waitFor();
    for (const name of ['Import Rollouts…', 'New Experiment from Template…', 'Try It with a Real Model…', 'Look at Real Rollouts'])
      expect(await welcome().getByRole('button', { name }).isVisible()).toBe(true);
    const text = await welcome().first().innerText();
    for (const need of ['no Python, no GPU', 'output folder of TRL', 'need their Python', 'It needs python3']) expect(text).toContain(need);
    await code.screenshotsInAllThemes('welcome');
  });

  test('the example is copied, shown, and launched when one says so', async () => {
    await welcome().getByRole('button', { name: 'Try the Example' }).click();
    const dialog = code.page.locator('.monaco-dialog-box');
    await dialog.getByText('Launch the example?').waitFor();
    expect(existsSync(join(code.workspace, 'arithmetic', 'arith-grpo.experiment.yaml'))).toBe(true);
    await code.tab('arith-grpo.experiment.yaml').waitFor();
    await code.screenshot('example');
    await dialog.getByRole('button', { name: 'Launch' }).click();
    await code.frameWith('dashboard-page h1', /^arith-(sft|grpo)-1$/);
    // What follows needs none of it, and the tests beside need the processor.
    code.stopRuns();
  });

  test('groups of a real model are there at once', async () => {
    await code.command('GRPO Lab: Look at Real Rollouts');
    const groups = await code.frameWith('groups-page tbody tr.group', /Tom has 3 apples/);
    expect(await groups.locator('tbody tr.group').count()).toBe(16);
    await code.screenshot('real-rollouts');
  });
});
