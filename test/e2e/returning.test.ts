import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from './until.js';
import { VsCode, type RunRow } from './vscode.js';

let code: VsCode;
beforeAll(async () => {
  code = await VsCode.open({ workspace: 'examples/arithmetic', settings: { 'grpoLab.dashboard.openOnReturn': true } });
});
afterAll(async () => {
  code.stopRuns();
  await code.close();
});

test('a window that opens while something trains shows it beside its experiment', async () => {
  // What it builds on need not be good.
  const sft = join(code.workspace, 'arith-sft.experiment.yaml');
  writeFileSync(sft, readFileSync(sft, 'utf8').replace(/^steps: \d+$/m, 'steps: 20'));
  await code.openFile('arith-grpo.experiment.yaml');
  // The extension is awake in this window: one that wakes when something trains already shows that, and rightly.
  await code.page.locator('.codelens-decoration').filter({ hasText: 'Launch' }).first().waitFor();
  code.cli('run', join(code.workspace, 'arith-grpo.experiment.yaml'), '--detach');
  await until('the GRPO run trains', () => code.cli<RunRow[]>('ls').some((r) => r.name === 'arith-grpo-1' && r.step > 0), 120_000);
  await code.reload();
  await code.frameWith('dashboard-page h1', 'arith-grpo-1');
  await code.tab('arith-grpo.experiment.yaml').waitFor();
  // It keeps the focus where the person works.
  expect(await code.page.locator('.tab.active.selected').first().innerText()).toContain('arith-grpo.experiment');
  await code.screenshot('returning');
});
