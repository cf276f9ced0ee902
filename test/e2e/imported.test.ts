import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Reference } from './database.js';
import { until } from './until.js';
import { VsCode } from './vscode.js';

/** Ten questions with four samples; the label of the last sample of each third question is wrong. */
function rollouts(): string {
  const line = (q: number): string => {
    const samples = [0, 1, 2, 3].map((i) => ({
      text: `${q} + ${q} makes something.\n\nThe answer is $\\boxed{${i < 2 ? `\\frac{${4 * q}}{2}` : 2 * q + i}}$.`,
      is_correct: i < 2 || (i === 3 && q % 3 === 0),
    }));
    return JSON.stringify({ question: `What is $${q} + ${q}$?`, gold: String(2 * q), samples });
  };
  return Array.from({ length: 10 }, (_, q) => `${line(q + 1)}\n`).join('');
}

/** A table whose columns have names that say nothing: two questions, three answers each, at two steps. */
function table(): string {
  const rows = [1, 2].flatMap((round) =>
    ['3 * 7', '5 + 8'].flatMap((sum) => [1, 0.5, 0].map((points, i) => `${round},What is ${sum}?,It makes ${i + 20}.,${points}`)),
  );
  return `${['round,asked,said,points', ...rows].join('\n')}\n`;
}

const fixtures = resolve('test/fixtures/importers');

/** Trackio's own database, in which the same training has been run again since, half as long. */
function severalRuns(path: string): void {
  copyFileSync(join(fixtures, 'trackio', 'sums.db'), path);
  const db = new Database(path);
  const again = (table: string, columns: string, where = '') =>
    db.exec(`INSERT INTO ${table} (run_id, run_name, ${columns}) SELECT 'again', 'rloo-again', ${columns} FROM ${table} ${where}`);
  again('metrics', 'timestamp, step, metrics', 'WHERE step <= 4');
  again('configs', 'config, created_at');
  db.close();
}

/** One step in the shape that NeMo-RL writes: ids and numbers of the tokens, and no text of theirs. */
function withoutTokenTexts(): string {
  const promptLength = 4;
  const line = (answer: number, i: number): string => {
    const solutionText = `Half of 48 clips is 24 clips in May, and 48 and 24 are ${answer} together. The answer is ${answer}.`;
    const length = promptLength + solutionText.split(' ').length;
    const each = (value: (t: number) => number) => [
      Array.from({ length: length + 1 }, (_, t) => (t < promptLength || t === length ? 0 : value(t))),
    ];
    return JSON.stringify({
      content: [['48 clips in April, half as many in May: how many together?', solutionText]],
      rewards: [answer === 72 ? 1 : 0],
      input_lengths: [length],
      token_ids: each((t) => 100 + ((37 * t) % 900)),
      token_loss_mask: each(() => 1),
      sample_loss_mask: [1],
      advantages: each(() => (answer === 72 ? 0.7 : -0.7)),
      generation_logprobs: each((t) => -0.02 - Math.abs(Math.sin(t * (i + 1)))),
      prev_logprobs: each((t) => -0.02 - 1.1 * Math.abs(Math.sin(t * (i + 1)))),
      idx: 0,
    });
  };
  return `${[72, 62, 72, 82].map(line).join('\n')}\n`;
}

/** Samples of GSM8K where they lie beside the project, otherwise a few of our own like them: how many groups, and how many without signal. */
const published = '../shared/data/rollouts/gsm8k_example_groups.jsonl';
const samples = existsSync(published)
  ? { path: published, groups: 1319, all: /^all 1,?319$/, withoutSignal: /^no signal 588$/ }
  : { path: 'test/fixtures/rollouts/stories.jsonl', groups: 12, all: /^all 12$/, withoutSignal: /^no signal 4$/ };

describe('rollouts of another program are imported, looked at and graded again', () => {
  let folder: string;
  let code: VsCode;
  let db: Reference;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'grpo-lab-rollouts-'));
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'rollouts.jsonl'), rollouts());
    writeFileSync(join(folder, 'data', 'answers.csv'), table());
    writeFileSync(join(folder, 'data', 'dropped.jsonl'), rollouts());
    severalRuns(join(folder, 'data', 'trackio.db'));
    for (const name of ['first', 'second', 'third'])
      cpSync(join(fixtures, 'trl', 'grpo'), join(folder, 'data', 'outputs', name), { recursive: true });
    rmSync(join(folder, 'data', 'outputs', 'second', 'completions', 'completions_00003.parquet'));
    mkdirSync(join(folder, 'data', 'nemo'));
    writeFileSync(join(folder, 'data', 'nemo', 'train_data_step1.jsonl'), withoutTokenTexts());
    copyFileSync(samples.path, join(folder, 'data', 'gsm8k.jsonl'));
    code = await VsCode.open({ workspace: folder });
    db = new Reference(code.workspace);
  });
  afterAll(async () => {
    await code.screenshot('imported-last');
    await code.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const count = (sql: string): number => db.all<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`)[0].n;

  /** Groups, and solutions, of the run imported last. */
  const newest = (): { id: string; groups: number; solutions: number } =>
    db.all<{ id: string; groups: number; solutions: number }>(
      `SELECT r.id, count(*) AS groups, sum(g.size) AS solutions FROM runs r JOIN groups g ON g.run = r.key
       WHERE r.key = (SELECT max(key) FROM runs WHERE gone = 0) GROUP BY r.id`,
    )[0] ?? { id: '', groups: 0, solutions: 0 };
  const file = (name: string) => code.page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: name }).first();
  /** Presses the one button of the form, which is there when nothing is left to ask. */
  const importIt = async (): Promise<void> => {
    const page = await code.frameWith('import-page vscode-button.import:not([disabled])');
    await page.locator('vscode-button.import').click();
  };
  const openDashboard = async (): Promise<void> => {
    const done = await code.frameWith('import-page .done .open');
    await done.locator('.done .open').click();
  };

  test('"Open as Run" on a file makes a run of it', async () => {
    await file('data').click();
    await code.menu(file('rollouts.jsonl'), 'Open as Run');
    const page = await code.frameWith('import-page .formats');
    await page.locator('label', { hasText: 'Groups in JSONL' }).getByRole('radio').and(page.locator(':checked')).waitFor();
    await code.screenshotsInAllThemes('import-detected');
    await importIt();
    const done = await code.frameWith('import-page .done');
    await until('all groups are there', () => count('groups') === 10 && count('solutions') === 40);
    expect(await done.locator('.counts').innerText()).toBe('1 step, 10 groups, 40 solutions');
    await code.screenshotsInAllThemes('import-done');
    // The button has the focus: Enter goes on.
    await done.locator('.done .open').press('Enter');
    const dashboard = await code.frameWith('dashboard-page h1');
    await dashboard.getByText('rollouts').first().waitFor();
    await code.screenshotsInAllThemes('imported-dashboard');
  });

  test('the built-in checker grades it again, and the disagreements are a page to click through', async () => {
    await code.command('GRPO Lab: Re-grade Run…');
    await code.pick(/built in/);
    const page = await code.frameWith('disagreements-page li');
    // The wrong labels of questions 3, 6 and 9.
    expect(await page.locator('disagreements-page ol.disagreements > li').count()).toBe(3);
    await code.screenshotsInAllThemes('disagreements');
    await (await code.frameWith('disagreements-page li')).locator('button.solution').first().click();
    const solution = await code.frameWith('solution-page h1, solution-page .text, solution-page pre');
    await solution.getByText('grpo-lab').first().waitFor();
    await code.screenshot('regraded-solution');
  });

  test('"Import Rollouts…" lets the fields of a table be named beside its first rows', async () => {
    await code.command('GRPO Lab: Import Rollouts…');
    await (await code.frameWith('import-page .state')).getByRole('button', { name: 'Choose File…' }).click();
    // VS Code's own file dialog, a path being typed into it.
    const path = code.page.locator('.quick-input-widget input').first();
    const accept = code.page.locator('.quick-input-action').filter({ hasText: 'Import' }).first();
    await accept.waitFor();
    // The dialog reads folders while one types: Enter counts once it has come to the file.
    await expect
      .poll(
        async () => {
          if (!(await accept.isVisible())) return false;
          await path.fill(join(code.workspace, 'data', 'answers.csv'));
          await code.page.waitForTimeout(500);
          if (await accept.isVisible()) await path.press('Enter');
          await code.page.waitForTimeout(500);
          return accept.isVisible();
        },
        { interval: 500 },
      )
      .toBe(false);
    const form = await code.frameWith('import-page .formats');
    await form.locator('label', { hasText: 'by naming its fields' }).getByRole('radio').check();
    const button = form.locator('vscode-button.import');
    // No name says what the output is, so nothing is imported before a person has.
    await form.getByText('Without the model’s outputs there are no groups to make').first().waitFor();
    expect(await button.getAttribute('disabled')).not.toBe(null);
    for (const [meaning, field] of [
      ['Solution', 'said'],
      ['Question', 'asked'],
      ['Reward', 'points'],
      ['Step', 'round'],
    ] as const)
      await form.getByLabel(new RegExp(`^${meaning}`)).selectOption(field);
    // The first rows, with what was chosen in front.
    expect(await form.locator('.rows th.chosen').allInnerTexts()).toEqual([
      'step\nround',
      'question\nasked',
      'solution\nsaid',
      'reward\npoints',
    ]);
    await form.locator('.rows td', { hasText: 'It makes 20.' }).first().waitFor();
    await code.screenshotsInAllThemes('import-mapping');
    await importIt();
    await until('the table is a run', () => newest().id.startsWith('answers'));
    expect(newest()).toMatchObject({ groups: 4, solutions: 12 });
    const done = await code.frameWith('import-page .done');
    expect(await done.locator('.counts').innerText()).toBe('12 rows → 2 steps, 4 groups, 12 solutions');
    await done.getByText('Groups: rows one after the other with equal questions').waitFor();
    await openDashboard();
    const dashboard = await code.frameWith('dashboard-page section.import');
    await dashboard.getByText('Groups: rows one after the other with equal questions').waitFor();
    await code.screenshot('import-mapped-dashboard');
  });

  test('a file that is dropped on the experiments is imported', async () => {
    await code.page.locator('.activitybar [aria-label^="GRPO Lab"]').first().click();
    const tree = code.page
      .locator('.pane')
      .filter({ hasText: /experiments/i })
      .locator('.monaco-list-row')
      .first();
    await tree.waitFor();
    // As VS Code's own explorer names a file of the machine that its server runs on.
    const data = await code.page.evaluateHandle(
      (path) => {
        const transfer = new DataTransfer();
        transfer.setData('text/uri-list', `vscode-remote://${location.host}${path}`);
        return transfer;
      },
      pathToFileURL(join(code.workspace, 'data', 'dropped.jsonl')).pathname,
    );
    for (const event of ['dragenter', 'dragover', 'drop']) await tree.dispatchEvent(event, { dataTransfer: data });
    await (await code.frameWith('import-page h1')).getByRole('heading', { name: 'Import dropped.jsonl' }).waitFor();
    await importIt();
    await until('the dropped file is a run', () => newest().id.startsWith('dropped'));
    expect(newest()).toMatchObject({ groups: 10, solutions: 40 });
  });

  test('of a database with several runs it asks which, the newest first', async () => {
    await code.command('View: Show Explorer');
    await code.menu(file('trackio.db'), 'Open as Run');
    const page = await code.frameWith('import-page .runs');
    await page.getByText('2 runs are in it; which?').waitFor();
    const runs = page.locator('.runs .list label');
    expect(await runs.first().innerText()).toMatch(/rloo-again.*steps? \d/s);
    await page.getByText('Choose which runs.').waitFor();
    await code.screenshot('import-several-runs');
    await runs.nth(1).getByRole('checkbox').check();
    await importIt();
    await openDashboard();
    await code.frameWith('dashboard-page h1', /^rloo-tiny/);
    await code.screenshot('import-chosen-run');
  });

  test('of a folder with three runs those that are chosen become a run each', async () => {
    await code.command('View: Show Explorer');
    await code.menu(file('outputs'), 'Open as Run');
    const page = await code.frameWith('import-page .runs');
    await page.getByText('3 runs are in it; which?').waitFor();
    const runs = page.locator('.runs .list label');
    expect(await runs.filter({ hasText: 'second' }).innerText()).toMatch(/steps 1 to 3.*16 solutions.*reward\/mean/s);
    for (const name of ['second', 'third']) await runs.filter({ hasText: name }).getByRole('checkbox').check();
    await code.screenshotsInAllThemes('import-three-runs');
    const before = count('runs WHERE gone = 0');
    await importIt();
    const done = await code.frameWith('import-page .done');
    expect(await done.locator('.done h2').allInnerTexts()).toEqual([
      expect.stringContaining('Imported as second-1'),
      expect.stringContaining('Imported as third-1'),
    ]);
    expect(count('runs WHERE gone = 0')).toBe(before + 2);
    await code.screenshot('import-three-runs-done');
    await done.locator('.done .open').first().click();
    await code.frameWith('dashboard-page h1', 'second-1');
  });

  test('tokens whose place in the text nobody knows are shown by number beneath it', async () => {
    await code.command('View: Show Explorer');
    await code.menu(file('nemo'), 'Open as Run');
    await importIt();
    await until('the folder is a run', () => newest().id.startsWith('nemo'));
    await openDashboard();
    const dashboard = await code.frameWith('dashboard-page h1', 'nemo-1');
    await code.tab(/^nemo-1$/).waitFor();
    await dashboard.getByRole('button', { name: 'Groups', exact: true }).first().click();
    await (await code.frameWith('groups-page [data-group="0"]')).locator('[data-group="0"]').first().click();
    await (await code.frameWith('group-page .card')).locator('.card').first().click();
    const solution = await code.frameWith('solution-page .placeless');
    await solution.getByRole('button', { name: 'log-prob' }).click();
    await solution.locator('token-chart').hover();
    await expect.poll(() => solution.locator('.readout').innerText()).toMatch(/token \d+ of \d+ · id \d+/);
    await code.screenshotsInAllThemes('placeless-tokens');
  });

  test('of labelled samples the groups without signal are counted', async () => {
    await code.command('View: Show Explorer');
    await code.menu(file('gsm8k.jsonl'), 'Open as Run');
    await importIt();
    await until('all groups are there', () => newest().groups === samples.groups);
    await openDashboard();
    const dashboard = await code.frameWith('dashboard-page h1');
    await code.screenshot('gsm8k-dashboard');
    await dashboard.getByRole('button', { name: 'Groups', exact: true }).first().click();
    const groups = await code.frameWith('groups-page tbody tr');
    await groups.getByRole('button', { name: samples.withoutSignal }).waitFor();
    await groups.getByRole('button', { name: samples.all }).waitFor();
    await code.screenshotsInAllThemes('gsm8k-groups');
  });
});
