import type { Frame, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Reference } from './database.js';
import { until } from './until.js';
import { VsCode, type RunRow } from './vscode.js';

interface ResultRow {
  suite: string;
  mode: string;
  step: number;
  value: number;
  low: number;
  high: number;
  n: number;
}

describe('a checkpoint is evaluated, and its scores lead to what the model wrote', () => {
  let code: VsCode;
  let db: Reference;
  let trained: string;
  let evaluation: string;

  beforeAll(async () => {
    code = await VsCode.open({ workspace: 'examples/arithmetic' });
    db = new Reference(code.workspace);
  });
  afterAll(async () => {
    await code.screenshot('benchmarks-last');
    code.stopRuns();
    await code.close();
  });

  const runs = () => code.cli<RunRow[]>('ls');
  const results = (run: string) =>
    db.all<ResultRow>('SELECT b.* FROM benchmarks b JOIN runs r ON r.key = b.run WHERE r.id = ? ORDER BY suite, mode, step', run);
  const points = (share: number) => (100 * share).toFixed(1);
  const tree = () => code.page.locator('.tree-explorer-viewlet-tree-view').first();

  /** Opens a row of the explorer, unless it is open. */
  async function expand(name: RegExp): Promise<void> {
    const row = tree().getByRole('treeitem', { name }).first();
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'false') await row.locator('.monaco-tl-twistie').click();
  }

  /** The cell of a column, by its suite and mode, in the row of a checkpoint. */
  function score(page: Frame, run: string, step: number, column: string): Locator {
    const row = page
      .locator('.scores tbody tr')
      .filter({ hasText: run })
      .filter({ hasText: new RegExp(`step ${step}\\b`) });
    return row.locator(`button.score[title^="${column}"]`);
  }

  test('a short chain, trained from the command line beside the window', () => {
    const short = [
      'steps=12',
      'checkpoints.every=6',
      'method.group_size=8',
      'sampling.questions_per_step=16',
      'benchmarks=[{ suite: held-out, size: 100, every: 50 }]',
    ];
    code.cli('run', 'arith-grpo.experiment.yaml', ...short.flatMap((s) => ['--set', s]));
    const run = runs().find((r) => r.name === 'arith-grpo-1')!;
    expect(run).toMatchObject({ state: 'finished', step: 12 });
    trained = run.id;
  });

  test('"Evaluate Checkpoint…" asks which checkpoint, which benchmarks, and how many samples', async () => {
    await code.command('GRPO Lab: Evaluate Checkpoint…');
    await code.pick(/arith-grpo-1/);
    await code.pick(/step 12/);
    const quickPick = code.page.locator('.quick-input-widget');
    await quickPick.getByText('Evaluate arith-grpo-1, step 12').waitFor();
    expect(
      await quickPick
        .getByRole('checkbox', { name: /^held-out/ })
        .first()
        .isChecked(),
    ).toBe(true);
    await quickPick.locator('.monaco-list-row').filter({ hasText: 'in the manner of GSM8K' }).click();
    await quickPick.getByText('2 Selected').waitFor();
    await code.screenshot('evaluate-suites');
    await code.page.keyboard.press('Enter');
    await code.pick(/up to 4/);
    const dashboard = await code.frameWith('dashboard-page h1', 'arith-grpo-eval-1');
    await until('the evaluation has finished', () => runs().find((r) => r.name === 'arith-grpo-eval-1')?.state === 'finished', 300_000);
    evaluation = runs().find((r) => r.name === 'arith-grpo-eval-1')!.id;
    const measured = results(evaluation).map((r) => `${r.suite} ${r.mode}`);
    const modes = ['greedy', 'maj@1', 'maj@2', 'maj@4', 'pass@1', 'pass@2', 'pass@4'];
    expect(measured).toEqual(['gsm', 'held-out'].flatMap((suite) => modes.map((mode) => `${suite} ${mode}`)));
    await code.command('Notifications: Clear All Notifications');
    await dashboard.locator('.evaluated section').nth(1).waitFor();
    const shown = await dashboard.locator('.evaluated').innerText();
    for (const { value } of results(evaluation)) expect(shown).toContain(points(value));
    await code.screenshotsInAllThemes('evaluation');
  });

  test('it is found beneath the run that it evaluates, not among the experiments', async () => {
    await code.command('View: Show GRPO Lab');
    await expand(/^run 1 of arith-grpo,/);
    await expand(/^Benchmarks/);
    const row = tree().getByRole('treeitem', { name: /^evaluation 1 of arith-grpo-eval, finished/ });
    await row.waitFor();
    expect(await row.getAttribute('aria-level')).toBe('4');
    expect(await tree().locator('[aria-level="1"]').count()).toBe(2);
    await code.screenshot('benchmarks-explorer');
  });

  test('the benchmarks page shows the numbers of the database', async () => {
    await code.command('GRPO Lab: Open Benchmarks');
    const page = await code.frameWith('benchmarks-page .scores');
    await code.tab('Benchmarks').waitFor();
    for (const { suite, mode, value, low, high, n } of results(evaluation)) {
      // Of Maj@k and Pass@k the largest k stands in the table; of two greedy results that of more questions, which is the evaluation's.
      if (/@[12]$/.test(mode)) continue;
      const cell = score(page, 'arith-grpo-1', 12, `${suite} (${mode})`);
      expect(await cell.locator('.value').innerText()).toBe(points(value));
      expect(await cell.locator('.interval').innerText()).toContain(`${points(low)}–${points(high)}`);
      expect(await cell.getAttribute('title')).toContain(`of ${n} questions`);
    }
    const learned = runs().find((r) => r.name === 'arith-sft-1')!;
    for (const { step, value } of results(learned.id).filter((r) => r.step === 0 || r.step === learned.step))
      expect(await score(page, learned.name, step, 'held-out (greedy)').locator('.value').innerText()).toBe(points(value));
    await code.screenshotsInAllThemes('benchmarks');
  });

  test('a score leads to the groups that were graded for it', async () => {
    const page = await code.frameWith('benchmarks-page .scores');
    await score(page, 'arith-grpo-1', 12, 'held-out (pass@4)').click();
    const groups = await code.frameWith('groups-page [data-group]');
    const [{ n, right }] = db.all<{ n: number; right: number }>(
      `SELECT count(*) AS n, sum(correct > 0) AS right FROM groups g JOIN runs r ON r.key = g.run WHERE r.id = ? AND g.step = 1`,
      evaluation,
    );
    const pass = results(evaluation).find((r) => r.suite === 'held-out' && r.mode === 'pass@4')!;
    expect([n, right / n]).toEqual([pass.n, pass.value]);
    await expect.poll(() => groups.locator('header').first().innerText()).toContain(`${n} questions`);
    expect(await groups.locator('h1').innerText()).toBe('Step 1 · held-out');
    await groups.locator('h1').click();
    await code.screenshot('benchmarks-groups');
  });

  test('"Open Methods" compares the methods on the group in front', async () => {
    await code.command('GRPO Lab: Open Run, Step or Group…');
    await code.pick(/arith-grpo-1/);
    await code.pick(/^12\b/);
    const mixed = db.all<{ grp: number }>(
      `SELECT grp FROM groups g JOIN runs r ON r.key = g.run WHERE r.id = ? AND g.step = 12 AND correct > 0 AND correct < size`,
      trained,
    )[0].grp;
    await code.page.locator('.quick-input-widget').getByText('arith-grpo-1, step 12: group').waitFor();
    await code.pick(new RegExp(`^${mixed + 1}\\b`));
    await code.frameWith('group-page .card');
    await code.command('GRPO Lab: Open Methods');
    const methods = await code.frameWith('methods-page .coefficients');
    await code.tab('Methods').waitFor();
    expect(await methods.locator('nav').innerText()).toContain(`group ${mixed + 1}`);
    expect(await methods.locator('.coefficients tbody').count()).toBe(8);
    await code.screenshotsInAllThemes('methods');
  });

  test('in a narrow column nothing is cut off', async () => {
    const dashboard = /^arith-grpo-eval-1/;
    await code.tab(dashboard).click();
    // Columns of 400 and 520 px.
    for (const width of [760, 880]) {
      await code.page.setViewportSize({ width, height: 900 });
      const controls = (await code.frameWith('dashboard-page .evaluated')).locator('.controls');
      await expect.poll(async () => (await controls.boundingBox())?.height).toBeLessThan(32);
      await code.screenshot(`evaluation-${width}`);
    }
    await code.page.setViewportSize({ width: 820, height: 900 });
    for (const [name, tab] of Object.entries({ dashboard, benchmarks: /^Benchmarks/, methods: /^Methods/ })) {
      await code.tab(tab).click();
      const page = await code.frameWith(`${name}-page`);
      expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBe(true);
      await code.screenshotsInAllThemes(`${name}-narrow`);
    }
    // What does not fit is announced on the side where it lies.
    await code.tab(/^Benchmarks/).click();
    const page = await code.frameWith('benchmarks-page .scores');
    const hints = () =>
      page.evaluate<string[]>(
        `[['.scroll', 'right'], ['.scores tbody th', 'left']]
           .filter(([selector]) => Number(getComputedStyle(document.querySelector(selector), '::after').opacity) > 0.5)
           .map(([, side]) => side)`,
      );
    await expect.poll(hints).toEqual(['right']);
    await page.evaluate(`document.querySelector('.scroll').scrollLeft = 60`);
    await expect.poll(hints).toEqual(['right', 'left']);
    await code.screenshotsInAllThemes('benchmarks-scrolled');
    await (await code.frameWith('benchmarks-page .scores')).evaluate(`document.querySelector('.scroll').scrollLeft = 10000`);
    await expect.poll(hints).toEqual(['left']);
  });
});
