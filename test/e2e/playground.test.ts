/** Sampling a group, and a pre-flight: from a checkpoint of a small run, and from a server that speaks OpenAI's protocol. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ModelServer } from '../builders/modelServer.js';
import { VsCode } from './vscode.js';

/** Large enough that the policy ends its solutions, small enough to take seconds. */
const sft = `name: tiny-sft
policy: { preset: tiny-2l }
method: { name: sft, batch_size: 16 }
data: { generator: arithmetic, levels: [1] }
reward: [{ term: correct }, { term: format, weight: 0.2 }]
sampling: { max_tokens: 40 }
optimiser: { learning_rate: 0.003 }
steps: 60
benchmarks: []
`;
const grpo = `name: tiny-grpo
policy: { from: tiny-sft }
method: { name: grpo, group_size: 4 }
data: { generator: arithmetic, levels: [1] }
sampling: { questions_per_step: 2, max_tokens: 40 }
steps: 2
benchmarks: []
`;

describe('the playground', () => {
  let code: VsCode;
  let server: ModelServer;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'grpo-lab-playground-'));
    writeFileSync(join(folder, 'tiny-sft.experiment.yaml'), sft);
    writeFileSync(join(folder, 'tiny-grpo.experiment.yaml'), grpo);
    execFileSync(process.execPath, [resolve('dist/cli.cjs'), 'run', 'tiny-grpo.experiment.yaml'], { cwd: folder, stdio: 'ignore' });
    server = await ModelServer.start({ key: 'sesame' });
    const endpoints = [{ name: 'local', url: `${server.url}/v1`, model: 'tiny' }];
    code = await VsCode.open({ workspace: folder, keepRuns: true, settings: { 'grpoLab.endpoints': endpoints } });
  });
  afterAll(async () => {
    await code.screenshot('playground-last');
    await code.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const page = (): Promise<Frame> => code.frameWith('playground-page form.ask');
  const sample = (frame: Frame) => frame.locator('vscode-button', { hasText: 'Sample' }).click();
  const advantages = (frame: Frame) => frame.locator('.card .chip').allInnerTexts();

  test('opens from the menu of a checkpoint, and takes a question with its answer', async () => {
    await code.command('View: Show GRPO Lab');
    const tree = code.page.locator('.tree-explorer-viewlet-tree-view').first();
    for (const name of [/^run 1 of tiny-sft/, /^Checkpoints/]) {
      const row = tree.getByRole('treeitem', { name }).first();
      await row.waitFor();
      if ((await row.getAttribute('aria-expanded')) === 'false') await row.locator('.monaco-tl-twistie').click();
    }
    await tree.getByText('step 60', { exact: true }).first().click({ button: 'right' });
    // A menu takes no click in its first moments, but keys.
    await code.page.getByRole('menuitem', { name: 'Sample Group…' }).hover();
    await code.page.keyboard.press('Enter');
    const frame = await page();
    await code.tab('Sample group').waitFor();
    expect(await frame.locator('.ask-source select').inputValue()).toContain('tiny-sft');
    await frame.getByRole('button', { name: 'Take a question from the run' }).click();
    await expect.poll(() => frame.locator('#question').inputValue()).not.toBe('');
    expect(await frame.locator('.ask-gold input').inputValue()).toMatch(/^\d+$/);
  });

  test('shows a graded card for each of the G solutions', async () => {
    const frame = await page();
    await frame.locator('input[name="size"]').fill('6');
    await sample(frame);
    await expect.poll(() => frame.locator('.card .chip').count()).toBe(6);
    await expect.poll(() => frame.locator('.headline').innerText()).toMatch(/[0-6] of 6 right/);
    expect(await frame.locator('.card .reward input').count()).toBe(6);
    expect(await frame.locator('.answers').innerText()).toMatch(/distinct answer/);
  });

  test('moves every advantage when a reward is changed by hand, and moves them back', async () => {
    const frame = await page();
    const reward = (i: number) => frame.locator(`[data-solution="${i}"] .reward input`);
    // Whatever this policy wrote: from equal rewards, one makes the difference.
    for (let i = 0; i < 6; i++) {
      await reward(i).fill('0');
      await reward(i).press('Tab');
    }
    await expect.poll(() => advantages(frame)).toEqual(Array.from({ length: 6 }, () => 'Â 0'));
    expect(await frame.locator('.why').innerText()).toContain('this group teaches nothing');
    await reward(2).fill('1');
    await reward(2).press('Enter');
    // (1 − 1/6) / √(5/36) and −(1/6) / √(5/36)
    const up = ['Â −0.447', 'Â −0.447', 'Â +2.24', 'Â −0.447', 'Â −0.447', 'Â −0.447'];
    await expect.poll(() => advantages(frame)).toEqual(up);
    await frame.getByRole('button', { name: 'RLOO' }).click();
    await expect.poll(async () => (await advantages(frame))[2]).toBe('Â +1');
    await frame.getByRole('button', { name: 'GRPO', exact: true }).click();
    await code.screenshotsInAllThemes('playground');
    const again = await page();
    await again.getByRole('button', { name: /^Undo \d rewards? by hand/ }).click();
    await expect.poll(() => again.locator('[data-solution] [aria-label^="Undo"]').count()).toBe(0);
  });

  test('keeps its group while its tab is hidden', async () => {
    const before = await (await page()).locator('.played-text').allInnerTexts();
    await code.openFile('tiny-sft.experiment.yaml');
    await code.tab('Sample group').click();
    const frame = await page();
    await expect.poll(() => frame.locator('.played-text').allInnerTexts()).toEqual(before);
  });

  test('samples the question of a recorded group again', async () => {
    await code.command('GRPO Lab: Open Run, Step or Group…');
    await code.pick(/tiny-grpo/);
    await code.pick(/^2\b/);
    await code.pick(/^1\b/);
    const group = await code.frameWith('group-page .card');
    const [place] = /\d+/.exec(await group.locator('h1').innerText())!;
    const question = (await group.locator('.question rich-text').innerText()).trim();
    await group.getByRole('button', { name: 'Sample this question again' }).click();
    const frame = await page();
    await expect.poll(() => frame.locator('#question').inputValue()).toBe(question);
    await frame.locator('.trail', { hasText: `group ${place} of step 2` }).waitFor();
  });

  test('asks for the key of an endpoint that wants one, and streams a group from it', async () => {
    const frame = await page();
    await frame.locator('.ask-source select').selectOption({ label: 'local (tiny)' });
    await frame.locator('input[name="size"]').fill('3');
    await frame.locator('.ask-gold input').fill('7');
    await sample(frame);
    await frame.locator('.trouble', { hasText: 'asks for an API key (401)' }).waitFor();
    await frame.getByRole('button', { name: 'Set its API key…' }).click();
    const input = code.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await input.fill('sesame');
    await code.page.keyboard.press('Enter');
    await sample(frame);
    await expect.poll(() => frame.locator('.card .chip').count()).toBe(3);
    await expect.poll(() => frame.locator('.card').first().innerText()).toContain('The answer is');
    expect(server.requests.at(-1)).toMatchObject({ authorization: 'Bearer sesame', body: { n: 3, stream: true } });
    await code.page.setViewportSize({ width: 760, height: 1100 });
    await code.screenshot('playground-narrow');
    await code.page.setViewportSize({ width: 1440, height: 900 });
  });

  test('a pre-flight of an experiment opens from the line above its name, says what is found, and leads to the texts', async () => {
    await code.openFile('tiny-grpo.experiment.yaml');
    await code.page.locator('.codelens-decoration a', { hasText: 'Pre-flight' }).click();
    const frame = await code.frameWith('preflight-page form.try');
    await code.tab('Pre-flight · tiny-grpo').waitFor();
    expect(await frame.locator('.try-source select').inputValue()).toBe('checkpoint');
    await frame.locator('input[name="questions"]').fill('8');
    await frame.locator('input[name="samples"]').fill('8');
    await frame.locator('vscode-button', { hasText: 'Start' }).click();
    const checks = frame.locator('ol.findings > li');
    await expect.poll(() => checks.count()).toBe(4);
    await expect.poll(() => frame.locator('.signal tbody tr').count()).toBe(5);
    expect(await frame.locator('.signal tr.own').innerText()).toContain('this run');
    expect(await frame.locator('.note').first().innerText()).toContain('64 solutions');
    // Nothing but a right answer is paid.
    expect(await frame.locator('dl.checks').first().innerText()).toContain('none of');
    await frame.locator('details.question summary').nth(2).click();
    await expect.poll(() => frame.locator('[data-question="2"] .written > li').count()).toBe(8);
    await code.screenshotsInAllThemes('preflight');
    // From the server, whose key is known by now.
    const again = await code.frameWith('preflight-page form.try');
    await again.locator('.try-source select').selectOption({ label: 'local (tiny)' });
    await again.locator('vscode-button', { hasText: 'Start' }).click();
    await expect.poll(() => again.locator('.note').first().innerText()).toContain('tiny of local');
    expect(await again.locator('[data-question="2"] .written').count(), 'texts of the last one').toBe(0);
  });
});
