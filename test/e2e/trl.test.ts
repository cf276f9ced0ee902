import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needs } from '../builders/needs.js';
import { Reference } from './database.js';
import { until } from './until.js';
import { VsCode, type RunRow } from './vscode.js';

/** A Python with TRL (see scripts/lib/trl.mjs, which says why when there is none). */
const python = process.env.GRPO_LAB_E2E_TRL ?? '';

describe('a real TRL training, launched from VS Code and followed live', () => {
  needs(python, process.env.GRPO_LAB_E2E_NO_TRL ?? 'There is no Python with TRL.');
  let code: VsCode;
  let db: Reference;
  let run = '';

  beforeAll(async () => {
    if (python === '') return;
    code = await VsCode.open({ workspace: 'examples/trl', settings: { 'grpoLab.python': python } });
    db = new Reference(code.workspace);
    const change = (name: string, from: string, to: string): void => {
      const file = join(code.workspace, name);
      const text = readFileSync(file, 'utf8');
      expect(text).toContain(from);
      writeFileSync(file, text.replace(from, to));
    };
    change('trl-grpo.experiment.yaml', 'steps: 60', 'steps: 16');
    // Behind its first checkpoint a reward takes until the run is to stop: what is looked at while it trains hangs on no machine's speed.
    change('train.py', 'import argparse\n', 'import argparse\nimport os\nimport time\n');
    change(
      'train.py',
      '    return [float(c[:1].isdigit()) for c in completions]\n',
      `    asked_for.append(len(completions))
    while len(asked_for) > 12 and not Path(os.environ["GRPO_LAB_RUN"], "stop.request").exists():
        time.sleep(0.1)
    return [float(c[:1].isdigit()) for c in completions]


asked_for: list[int] = []
`,
    );
  });
  afterAll(async () => {
    if (python === '') return;
    await code.screenshot('trl-last');
    code.stopRuns();
    await code.close();
  });

  const row = () => code.cli<RunRow[]>('ls').find((r) => r.id === run)!;
  const written = (folder: string): string[] => {
    const path = join(code.workspace, '.grpo-lab', 'runs', run, 'trl', folder);
    return existsSync(path) ? readdirSync(path) : [];
  };
  const count = (sql: string): number => db.all<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`)[0].n;

  test('the command is shown before it runs, then groups and curves arrive while TRL trains', async () => {
    await code.openFile('trl-grpo.experiment.yaml');
    await code.command('GRPO Lab: Launch Experiment');
    const question = code.page.locator('.monaco-dialog-box');
    await question.filter({ hasText: '--group-size=8' }).waitFor();
    await code.screenshot('trl-command');
    await question.getByRole('button', { name: 'Launch' }).click();

    const dashboard = await code.frameWith('dashboard-page h1');
    await until('the run is there', () => (run = code.cli<RunRow[]>('ls')[0]?.id ?? '') !== '');
    await until('three steps have groups', () => count('steps') >= 3 && count('groups') >= 12, 300_000);
    expect(row().state).toBe('running');
    await dashboard.locator('.tile', { hasText: 'reward' }).first().waitFor();
    await code.screenshot('trl-live');
  });

  test('its numbers are those of the files TRL wrote', () => {
    expect(written('completions').length).toBeGreaterThanOrEqual(3);
    // Four questions with eight solutions each: how many, the experiment says.
    const [{ groups, size }] = db.all<{ groups: number; size: number }>(
      'SELECT count(*) AS groups, max(size) AS size FROM groups WHERE step = (SELECT min(step) FROM groups)',
    );
    expect({ groups, size }).toEqual({ groups: 4, size: 8 });
    const [solution] = db.all<{ rewards: string; reward: number }>('SELECT rewards, reward FROM solutions LIMIT 1');
    expect(Object.keys(JSON.parse(solution.rewards) as object).sort()).toEqual(['correct', 'has_digit']);
  });

  test('while it trains every token of a solution has its numbers, of which the script knows nothing', async () => {
    await until('a trace is there', () => count('traces WHERE grp = 0') > 0);
    const [{ step, solution }] = db.all<{ step: number; solution: number }>('SELECT step, solution FROM traces WHERE grp = 0 LIMIT 1');
    await code.command('GRPO Lab: Open Run, Step or Group…');
    await code.pick(/trl-grpo-1/);
    await code.pick(new RegExp(`^${step}\\b`));
    // The rows of one list become those of the next.
    await code.page.locator('.quick-input-widget').getByText(`trl-grpo-1, step ${step}: group`).waitFor();
    await code.page
      .locator('.quick-input-list')
      .getByRole('option', { name: /All groups/ })
      .waitFor();
    await code.pick(/^1\b/);
    await (await code.frameWith('group-page .card')).locator(`.card[data-solution="${solution}"]`).click();
    const page = await code.frameWith('solution-page token-text');
    await page.locator('.heat-choice').getByText('KL', { exact: true }).click();
    await expect.poll(() => page.locator('solution-page').innerText()).toContain('untempered (T = 1)');
    await code.screenshotsInAllThemes('trl-tokens');
    expect(row().state).toBe('running');
  });

  test('it is stopped, its output kept, and resumed to the end', async () => {
    await until('it has a checkpoint', () => written('checkpoint-10').length > 0, 300_000);
    code.cli('stop', run);
    await until('it has stopped', () => row().state === 'stopped', 120_000);
    const log = readFileSync(join(code.workspace, '.grpo-lab', 'runs', run, 'stdout.log'), 'utf8');
    expect(log).toContain("'reward'");
    await code.screenshotsInAllThemes('trl-dashboard');
    code.cli('resume', run, '--python', python);
    await until('it has finished', () => row().state === 'finished', 300_000);
    expect(count('(SELECT DISTINCT step FROM groups)')).toBe(16);
  });

  test('the template trains as it stands, but for the model, the reward and the processor', async () => {
    const template = readFileSync('media/templates/trl.yaml', 'utf8')
      .replace('--reward_funcs=accuracy_reward', '--reward_funcs=train.has_digit')
      .replace('- --report_to=tensorboard', '- --report_to=tensorboard\n    - --use_cpu=true\n    - --bf16=false');
    writeFileSync(join(code.workspace, 'template.experiment.yaml'), template);
    const data = join(code.workspace, 'sums');
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, 'train.jsonl'), '{"prompt":"1+2="}\n{"prompt":"3+4="}\n'.repeat(20));
    const model = join(code.workspace, '.grpo-lab', 'runs', run, 'trl', 'model');
    const values = [`policy.model=${model}`, `data.dataset=${data}`, 'sampling.max_tokens=6', 'sampling.questions_per_step=2', 'steps=3'];
    code.cli('run', 'template.experiment.yaml', '--detach', '--python', python, ...values.flatMap((value) => ['--set', value]));
    const launched = () => code.cli<RunRow[]>('ls').find(({ id }) => id.startsWith('my-trl'))!;
    await until('it has finished', () => launched().state === 'finished', 300_000);
    const [{ steps, groups }] = db.all<{ steps: number; groups: number }>(
      'SELECT count(DISTINCT step) AS steps, count(*) AS groups FROM groups WHERE run = (SELECT key FROM runs WHERE id = ?) AND size = 8',
      launched().id,
    );
    expect({ steps, groups }).toEqual({ steps: 3, groups: 6 });
  });
});
