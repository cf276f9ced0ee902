import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signed } from '../../src/core/format.js';
import { Reference } from './database.js';
import { until } from './until.js';
import { VsCode, type RunRow } from './vscode.js';

const short = `
name: short-grpo
policy: { from: arith-sft }
data: { generator: arithmetic, levels: [1] }
method: { name: grpo, group_size: 4 }
sampling: { questions_per_step: 8, max_tokens: 32 }
optimiser: { learning_rate: 5e-4 }
steps: 60
benchmarks: [{ suite: held-out, size: 20, every: 30 }]
checkpoints: { every: 10 }
reward: [{ term: correct }]
seed: 11
`;

describe('launch a GRPO run from VS Code and click through its rollouts', () => {
  let code: VsCode;
  let db: Reference;
  let run: string;

  beforeAll(async () => {
    code = await VsCode.open({ workspace: 'examples/arithmetic' });
    db = new Reference(code.workspace);
    const withSteps = (name: string, steps: number): void => {
      const file = join(code.workspace, `${name}.experiment.yaml`);
      const text = readFileSync(file, 'utf8').replace(/^steps: \d+$/m, `steps: ${steps}`);
      // A core is left for the window that looks on.
      writeFileSync(file, `${text}\nlaunch: { threads: 1 }\n`);
    };
    // Nobody waits for a model that can reckon.
    withSteps('arith-sft', 100);
    // Long enough that a fast machine is still training when the window reloads and the trainer is killed.
    withSteps('arith-grpo', 400);
  });
  afterAll(async () => {
    await code.screenshot('main-last');
    code.stopRuns();
    await code.close();
  });

  const state = (experiment = 'arith-grpo') => code.cli<RunRow[]>('ls').find((r) => r.id.startsWith(experiment))!;
  const metric = (name: string, of = run) =>
    db.all<{ step: number; value: number }>(
      `SELECT m.step, m.value FROM metrics m JOIN metric_names n ON n.id = m.metric JOIN runs r ON r.key = n.run
       WHERE r.id = ? AND n.name = ? ORDER BY m.step`,
      of,
      name,
    );

  test('the experiment file offers to launch it', async () => {
    await code.openFile('arith-grpo.experiment.yaml');
    await code.page.locator('.codelens-decoration').filter({ hasText: 'Launch' }).first().waitFor();
    await code.screenshotsInAllThemes('experiment');
  });

  test('launched from the palette, reward and KL get points while it runs', async () => {
    await code.command('GRPO Lab: Launch Experiment');
    const dashboard = await code.frameWith('dashboard-page h1');
    // The chain: the SFT run comes first, as the file says.
    await until('the GRPO run is there', () => {
      run = code.cli<RunRow[]>('ls').find((r) => r.id.startsWith('arith-grpo'))?.id ?? '';
      return run !== '';
    });
    await until('reward and KL have three points', () => metric('reward/mean').length >= 3 && metric('kl').length >= 3, 1_500_000);
    await dashboard.locator('.tile', { hasText: 'reward' }).first().waitFor();
    await dashboard.locator('line-chart canvas').first().waitFor();
    // The answer first: reward, then held-out questions, then how far the policy went.
    const headings = await dashboard.locator('.chart-slot h3').allInnerTexts();
    expect(headings.slice(0, 3).map((h) => h.split(',')[0])).toEqual(['Reward', 'Accuracy', 'KL to the reference']);
    await code.screenshotsInAllThemes('dashboard');
    await dashboard.getByRole('textbox', { name: 'Search metrics' }).fill('/^kl$/');
    await expect.poll(() => dashboard.locator('.chart-slot').count()).toBe(1);
    await code.page.keyboard.press('Escape');
    await expect.poll(() => dashboard.locator('.chart-slot').count()).toBeGreaterThan(5);
  });

  test('a step, a group and a solution show the numbers of the database', async () => {
    await code.command('GRPO Lab: Open Run, Step or Group…');
    await code.pick(/arith-grpo/);
    // The newest step: the list shows only its first rows, and the run goes on.
    const newest = code.page
      .locator('.quick-input-list')
      .getByRole('option', { name: /^\d+\b/ })
      .first();
    const step = Number(/^\d+/.exec((await newest.getAttribute('aria-label')) ?? '')?.[0]);
    await newest.click();
    await code.pick(/All groups of this step/);
    const groups = await code.frameWith('groups-page tbody tr');
    const groupsOfStep = 'SELECT count(*) AS n FROM groups g JOIN runs r ON r.key = g.run WHERE r.id = ? AND g.step = ?';
    // The run goes on: its newest step may just be being read.
    await expect.poll(() => db.all<{ n: number }>(groupsOfStep, run, step)).toEqual([{ n: 32 }]);
    await code.screenshotsInAllThemes('groups');

    await groups.locator('[data-group="3"]').first().click();
    const group = await code.frameWith('group-page .card');
    await expect.poll(() => group.locator('.card').count()).toBe(16);
    const stored = db.all<{ id: number; i: number; reward: number; advantage: number; correct: number; answer: string | null }>(
      `SELECT s.id, s.id % 65536 AS i, s.reward, s.advantage, s.correct, s.answer FROM solutions s
       JOIN groups g ON s.id / 65536 = g.id JOIN runs r ON r.key = g.run
       WHERE r.id = ? AND g.step = ? AND g.grp = 3 ORDER BY i`,
      run,
      step,
    );
    const right = stored.filter((s) => s.correct === 1).length;
    await expect.poll(() => group.locator('.headline').innerText()).toContain(`${right} of 16`);
    await code.screenshotsInAllThemes('group');

    await group.locator('.card[data-solution="5"]').click();
    const solution = await code.frameWith('solution-page token-text');
    await expect.poll(() => solution.locator('header').innerText()).toContain('Solution 6 of 16');
    const shown = await solution.locator('.facts').innerText();
    expect(shown).toContain(signed(stored[5].advantage));
    const raw = await solution.locator('token-text').evaluate((e) => e.textContent);
    for (const word of db.text(stored[5].id).split(/\s+/).slice(0, 3)) expect(raw).toContain(word);
    await code.screenshotsInAllThemes('solution');
  });

  test('keys walk from solution to solution', async () => {
    const solution = await code.frameWith('solution-page token-text');
    await solution.locator('.facts').click();
    await code.page.keyboard.press('j');
    await expect.poll(() => solution.locator('header').innerText()).toContain('Solution 7 of 16');
    await code.page.keyboard.press('k');
    await code.page.keyboard.press('k');
    await expect.poll(() => solution.locator('header').innerText()).toContain('Solution 5 of 16');
    await code.tab('Solution 5').waitFor();
  });

  test('d lays another solution beside, and Alt+Left leads back to the page', async () => {
    await code.page.keyboard.press('d');
    await code.page.locator('.monaco-diff-editor .monaco-editor.focused').first().waitFor();
    await code.page.keyboard.press('Alt+ArrowLeft');
    await code.page.locator('.monaco-diff-editor').first().waitFor({ state: 'detached' });
    await code.frameWith('solution-page token-text');
    await code.tab('Solution 5').waitFor();
  });

  /** Ctrl+F in a page opens the editor's own find, and what it finds is selected in the page. */
  async function findOnPage(words: string): Promise<void> {
    const solution = await code.frameWith('solution-page token-text');
    await solution.locator('.facts').click();
    await code.page.keyboard.press('Control+F');
    const find = code.page.locator('.simple-find-part.visible input').first();
    await find.fill(words);
    await code.page.keyboard.press('Enter');
    await expect.poll(() => solution.evaluate<string>('getSelection().toString()')).toBe(words);
    await code.page.keyboard.press('Escape');
  }

  test('Ctrl+F finds in a page', () => findOnPage('gold'));

  test('a reloaded window shows the run going on, with every step once', async () => {
    const before = state().step;
    await code.reload();
    await until('the run goes on', () => state().step > before, 240_000);
    expect(state().state).toBe('running');
    const steps = metric('reward/mean').map((m) => m.step);
    expect(steps).toEqual(Array.from({ length: steps.length }, (_, i) => i + 1));
    await findOnPage('gold');
  });

  test('a killed trainer is reported, and resumes to the end with every step once', async () => {
    // A run of its own, of small steps: it is killed at its first checkpoint, long before its end, and need not train for minutes after.
    code.cli('stop', run);
    writeFileSync(join(code.workspace, 'short-grpo.experiment.yaml'), short);
    await code.openFile('short-grpo.experiment.yaml');
    await code.command('GRPO Lab: Launch Experiment');
    const runs = join(code.workspace, '.grpo-lab', 'runs');
    let directory = '';
    await until('the run is there', () => (directory = readdirSync(runs).find((id) => id.startsWith('short-grpo')) ?? '') !== '');
    directory = join(runs, directory);
    await until('there is a checkpoint', () => existsSync(join(directory, 'checkpoints', 'step-000010.ckpt')), 1_500_000);
    const { trainer } = JSON.parse(readFileSync(join(directory, 'process.json'), 'utf8')) as { trainer: { pid: number } };
    process.kill(trainer.pid, 'SIGKILL');
    const notification = code.page.locator('.notification-toast').filter({ hasText: 'short-grpo-1 ended' }).first();
    await notification.waitFor();
    await code.screenshot('killed');
    expect(state('short-grpo').state).toBe('died');
    await notification.getByRole('button', { name: 'Resume' }).click();
    await until('the run has finished', () => state('short-grpo').state === 'finished', 1_500_000);
    const { id } = state('short-grpo');
    const steps = Array.from({ length: 60 }, (_, i) => i + 1);
    expect(metric('reward/mean', id).map((m) => m.step)).toEqual(steps);
    expect(metric('accuracy/held_out', id).map((m) => m.step)).toEqual([0, 30, 60]);
  });

  test('the explorer lists experiments, runs and what they made', async () => {
    await code.command('View: Show GRPO Lab');
    const tree = code.page.locator('.tree-explorer-viewlet-tree-view').first();
    await tree.getByText('arith-grpo', { exact: true }).first().waitFor();
    await tree.getByText('arith-sft', { exact: true }).first().waitFor();
    // Its run, and what the run has made.
    for (const name of [/^run 1 of arith-grpo/, /^Checkpoints/]) {
      await tree.getByRole('treeitem', { name }).first().locator('.monaco-tl-twistie').click();
    }
    await tree.getByText(`step ${state().step}`).first().waitFor();
    await code.screenshotsInAllThemes('explorer');
  });
});
