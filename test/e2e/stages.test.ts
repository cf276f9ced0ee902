import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Reference } from './database.js';
import { VsCode, type RunRow } from './vscode.js';

/** Small enough that all four are trained within seconds: what they learn does not matter here, that they are real does. */
const experiments: Record<string, string> = {
  read: `
policy: { preset: nano-2l }
method: { name: pretrain, batch_tokens: 1024 }
data:
  context_length: 128
  mixture: [{ source: math-web, share: 0.56 }, { source: algebra, share: 0.24 }, { source: code, share: 0.2 }]
benchmarks: [{ suite: held-out, size: 4, every: 10 }]
steps: 30
`,
  answer: `
policy: { from: read }
method: { name: sft, batch_size: 32 }
data: { generator: arithmetic, levels: [1] }
sampling: { max_tokens: 32 }
optimiser: { learning_rate: 4e-3 }
benchmarks: []
steps: 250
`,
  judge: `
policy: { from: answer }
method: { name: outcome-reward, group_size: 8 }
data: { generator: arithmetic, levels: [1] }
sampling: { questions_per_step: 16, max_tokens: 32 }
benchmarks: [{ suite: held-out, size: 20, every: 2 }]
steps: 8
`,
  reinforce: `
policy: { from: answer }
method: { name: grpo, group_size: 8 }
data: { generator: arithmetic, levels: [1] }
reward: [{ term: correct }, { term: reward_model, from: judge, weight: 0.5 }]
sampling: { questions_per_step: 16, max_tokens: 32 }
benchmarks: []
steps: 4
`,
};

describe('from base model to RL with a reward model: the line of stages, what was read, and whether the model can be trusted', () => {
  let folder: string;
  let code: VsCode;
  let db: Reference;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'grpo-lab-stages-'));
    for (const [name, text] of Object.entries(experiments))
      writeFileSync(join(folder, `${name}.experiment.yaml`), `name: ${name}${text}checkpoints: { every: 100 }\nseed: 5\n`);
    code = await VsCode.open({ workspace: folder });
    db = new Reference(code.workspace);
    code.cli('run', 'reinforce.experiment.yaml');
    code.cli('eval', 'reinforce-1', '--suite', 'held-out', '--size', '20');
  });
  afterAll(async () => {
    await code.screenshot('stages-last');
    code.stopRuns();
    await code.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const runs = () => code.cli<RunRow[]>('ls');
  const idOf = (name: string) => runs().find((r) => r.name === name)!.id;
  const tree = () => code.page.locator('.tree-explorer-viewlet-tree-view').first();
  const row = (name: RegExp) => tree().getByRole('treeitem', { name }).first();
  const newest = (run: string, metric: string): number =>
    db.all<{ value: number }>(
      `SELECT m.value FROM metrics m JOIN metric_names n ON n.id = m.metric JOIN runs r ON r.key = n.run
       WHERE r.id = ? AND n.name = ? ORDER BY m.step DESC LIMIT 1`,
      idOf(run),
      metric,
    )[0].value;

  async function openRun(name: RegExp, heading: string) {
    await row(name).click();
    const dashboard = await code.frameWith('dashboard-page h1', heading);
    return dashboard;
  }

  test('launching the last experiment has trained what it builds on', () => {
    expect(
      runs()
        .map((r) => `${r.name} ${r.state}`)
        .sort(),
    ).toEqual(['answer-1', 'judge-1', 'read-1', 'reinforce-1', 'reinforce-eval-1'].map((name) => `${name} finished`));
  });

  test('a run says in the explorer where its weights come from', async () => {
    await code.command('View: Show GRPO Lab');
    // A row that is drawn anew, with what the doctor found, loses its hover: a person moves the mouse again.
    const said = async (): Promise<string> => {
      await tree().hover({ position: { x: 5, y: 1 } });
      await row(/^run 1 of reinforce,/).hover();
      await code.page.waitForTimeout(3000);
      return (await code.page.locator('.monaco-hover').allInnerTexts()).join();
    };
    const whole = /from read-1@30 → answer-1@250[^]*reward model of judge-1@8/;
    await expect.poll(said).toMatch(whole);
    await code.screenshot('stages-explorer');
  });

  test('the dashboard has the stages as a row to walk on, and the mixture as it was read', async () => {
    const dashboard = await openRun(/^run 1 of reinforce,/, 'reinforce-1');
    const stages = dashboard.locator('nav.stages');
    await expect
      .poll(async () => (await stages.locator('.stage-run').allInnerTexts()).join(' → '))
      .toBe('nano-2l → read-1 → answer-1 → reinforce-1');
    expect(await stages.locator('[aria-current]').innerText()).toContain('GRPO');
    await stages.getByRole('button', { name: /read-1/ }).click();
    await expect.poll(() => dashboard.locator('h1').innerText()).toBe('read-1');
    // Of several runs that were made from one the newest: GRPO, which came after the reward model.
    await expect.poll(() => stages.locator('.stage-run').last().innerText()).toBe('reinforce-1');

    const mixture = dashboard.locator('doughnut-chart');
    for (const [source, target] of [
      ['math-web', '56.0%'],
      ['algebra', '24.0%'],
      ['code', '20.0%'],
    ]) {
      const share = `${(100 * newest('read-1', `mixture/${source}`)).toFixed(1)}%`;
      expect(await mixture.locator('tbody tr', { hasText: source }).locator('td').allInnerTexts()).toEqual([share, target]);
    }
    await code.command('Notifications: Clear All Notifications');
    await code.screenshotsInAllThemes('stages');
  });

  test('an evaluation is no stage: it says which step of the last it tests', async () => {
    await code.command('GRPO Lab: Open Run, Step or Group…');
    await code.pick(/reinforce-eval-1/);
    await code.pick(/Dashboard/);
    const dashboard = await code.frameWith('dashboard-page .tested');
    expect(await dashboard.locator('.stage-run').allInnerTexts()).toEqual(['nano-2l', 'read-1', 'answer-1', 'reinforce-1']);
    expect(await dashboard.locator('.tested').innerText()).toContain('step 4 is evaluated here');
    await code.screenshotsInAllThemes('stages-evaluation');
  });

  test('the reward model page counts what the database holds, and leads to curve and solution', async () => {
    const judge = await openRun(/^run 1 of judge,/, 'judge-1');
    await judge.locator('summary[title="More"]').click();
    await judge.getByRole('button', { name: 'Reward model: how far to trust it' }).click();
    const page = await code.frameWith('reward-model-page .calibration');
    await code.tab('Reward model').waitFor();
    const [{ n, right }] = db.all<{ n: number; right: number }>(
      `SELECT count(*) AS n, sum(s.correct) AS right FROM solutions s JOIN groups g ON s.id / 65536 = g.id JOIN runs r ON r.key = g.run
       WHERE r.id = ?`,
      idOf('judge-1'),
    );
    expect(n).toBe(8 * 16 * 8);
    const facts = await page.locator('.answers').innerText();
    expect(facts).toContain(n.toLocaleString('en-US'));
    expect(right).toBeGreaterThan(0);
    await code.screenshotsInAllThemes('reward-model');

    await page.getByRole('button', { name: 'Its loss and accuracy over the steps' }).click();
    const dashboard = await code.frameWith('dashboard-page #chart-reward-model canvas');
    const focused = () => dashboard.evaluate(`document.activeElement?.closest('.chart-slot')?.id ?? ''`);
    await expect.poll(focused).toBe('chart-reward-model');
    await code.screenshot('reward-model-curve');

    await code.tab('Reward model').click();
    const again = await code.frameWith('reward-model-page ol li button');
    await again.locator('ol li button').first().click();
    const solution = await code.frameWith('solution-page token-text');
    await expect.poll(() => solution.locator('header').innerText()).toContain('of 8');
  });

  test('on a solution l and h go to the groups beside it, as the sheet of keys says', async () => {
    await code.command('GRPO Lab: Open Run, Step or Group…');
    await code.pick(/reinforce-1/);
    await code.pick(/^4\b/);
    // The rows of one list become those of the next.
    await code.page.locator('.quick-input-widget').getByText('reinforce-1, step 4: group').waitFor();
    await code.page
      .locator('.quick-input-list')
      .getByRole('option', { name: /All groups/ })
      .waitFor();
    await code.pick(/^1\b/);
    await (await code.frameWith('group-page .card')).locator('.card[data-solution="2"]').click();
    const solution = await code.frameWith('solution-page token-text');
    const trail = () => solution.locator('header').innerText();
    await expect.poll(trail).toMatch(/reinforce-1.*step 4.*group 1.*Solution 3 of 8/s);
    await solution.locator('.facts').click();
    await code.page.keyboard.press('l');
    await expect.poll(trail).toContain('group 2');
    await code.page.keyboard.press('l');
    await expect.poll(trail).toContain('group 3');
    await code.page.keyboard.press('h');
    await expect.poll(trail).toContain('group 2');
    expect(await trail()).toContain('Solution 3 of 8');
    await code.page.keyboard.press('Shift+/');
    const sheet = solution.locator('dialog.help');
    await sheet.waitFor();
    for (const [key, label] of [
      ['l', 'Next group of this step'],
      ['h', 'Previous group of this step'],
    ])
      expect(
        await sheet
          .locator('dt', { hasText: new RegExp(`^${key}$`) })
          .locator('xpath=following-sibling::dd[1]')
          .innerText(),
      ).toBe(label);
    await code.screenshot('solution-keys');
  });

  test('from a run’s page to its timeline: what its time went into, by the spans that its trainer wrote', async () => {
    const dashboard = await openRun(/^run 1 of reinforce,/, 'reinforce-1');
    await dashboard.locator('summary[title="More"]').click();
    await dashboard.getByRole('button', { name: /^Timeline/ }).click();
    const timeline = await code.frameWith('timeline-page time-tracks');
    await code.tab(/Timeline/).waitFor();
    const phases = timeline.locator('table.phases tbody');
    for (const phase of ['sampling', 'training']) await expect.poll(() => phases.innerText()).toContain(phase);
    await code.screenshotsInAllThemes('timeline-example');
  });
});
