import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VsCode } from './vscode.js';

describe('memory is planned', () => {
  let code: VsCode;

  beforeAll(async () => {
    code = await VsCode.open({ workspace: 'examples/arithmetic' });
  });
  afterAll(async () => {
    await code.screenshot('planner-last');
    await code.close();
  });

  test('from an experiment file, with its method and the preset that its chain begins with', async () => {
    await code.openFile('arith-grpo.experiment.yaml');
    await code.command('GRPO Lab: Plan Memory…');
    const planner = await code.frameWith('planner-page table');
    await code.tab('Memory planner · arith-grpo').waitFor();
    const chosen = planner.locator('button.bar[aria-pressed="true"]');
    expect(await chosen.textContent()).toMatch(/GRPO/);
    expect(await planner.locator('vscode-dropdown[aria-label="Policy"]').textContent()).toMatch(/nano-2l/);
  });

  test('for the paper’s policy; choices are kept when the tab was away', async () => {
    const planner = await code.frameWith('planner-page table');
    await planner.locator('vscode-dropdown[aria-label="Policy"]').click();
    await planner.getByRole('option', { name: 'DeepSeekMath 7B' }).click();
    await planner.locator('button.bar').filter({ hasText: 'PPO' }).click();
    await planner.locator('[aria-label="Reward"] button').filter({ hasText: 'model' }).click();
    expect(await planner.locator('.owner-row').count()).toBe(5);
    await planner.locator('button.bar[aria-pressed="true"]').filter({ hasText: 'PPO' }).waitFor();
    // A page is thrown away while its tab is hidden.
    await code.tab('arith-grpo.experiment.yaml').click();
    await code.tab('Memory planner').click();
    const again = await code.frameWith('planner-page table');
    expect(await again.locator('button.bar[aria-pressed="true"]').textContent()).toMatch(/PPO.*28B parameters/s);
  });

  test('without an experiment it begins with the paper’s setting', async () => {
    await code.page.keyboard.press('Control+K');
    await code.page.keyboard.press('Control+W');
    await code.command('GRPO Lab: Plan Memory…');
    const planner = await code.frameWith('planner-page table');
    expect(await planner.locator('button.bar[aria-pressed="true"]').textContent()).toMatch(/GRPO/);
    await code.screenshotsInAllThemes('planner');
  });
});
