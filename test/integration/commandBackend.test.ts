import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Reference } from '../e2e/database.js';

const exec = promisify(execFile);
/** Processes start processes here: on a busy machine each takes seconds. */
const patience = { timeout: 240_000, interval: 100 };

interface RunRow {
  id: string;
  state: string;
  step: number;
  message: string | null;
}

/** A trainer as others write them: it knows nothing of run directories, only of its own file. */
const trainer = `
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
const [, , out, steps, size, ...rest] = process.argv;
mkdirSync(out, { recursive: true });
const file = join(out, 'groups.jsonl');
const begun = existsSync(file) ? readFileSync(file, 'utf8').split('\\n').length - 1 : 0;
console.log('begins at', begun, rest.join(' '), process.env.COLOUR ?? '');
for (let step = begun + 1; step <= Number(steps); step++) {
  // Long enough to be stopped, however slow the machine is.
  if (step > 20 && rest.includes('--hold') && !rest.includes('--again')) await new Promise(() => setInterval(() => {}, 1000));
  const samples = Array.from({ length: Number(size) }, (_, i) => ({ text: 'A: ' + i, is_correct: i === step % Number(size), reward: i === 1 ? 1 : 0 }));
  appendFileSync(file, JSON.stringify({ question: 'What is ' + step + '?', gold: String(step), samples, step }) + '\\n');
  await new Promise((done) => setTimeout(done, 60));
}
if (rest.includes('--fail')) { console.error('CUDA out of memory'); process.exit(3); }
`;

const experiment = (steps: number, ...more: string[]) => `name: foreign
backend: command
command:
  run: ['${process.execPath}', trainer.mjs, '\${run_dir}/out', '\${steps}', '\${method.group_size}'${more.map((m) => `, ${m}`).join('')}]
  resume: [--again]
  watch: [{ path: '\${run_dir}/out', format: groups }]
  stop_grace: 0.2
policy: { model: none }
data: { dataset: none }
method: { name: grpo, group_size: 4 }
launch: { env: { COLOUR: 'green \${seed}' } }
steps: ${steps}
seed: 7
`;

describe('a command of one’s own is launched, followed, stopped and resumed like the embedded trainer', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grpo-lab-command-'));
    await writeFile(join(folder, 'trainer.mjs'), trainer);
  });
  afterEach(async () => {
    if (existsSync(join(folder, '.grpo-lab'))) for (const run of await runs()) if (run.state === 'running') await cli('stop', run.id);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }, patience.timeout);

  const cli = async (...args: string[]) => (await exec(process.execPath, [resolve('dist/cli.cjs'), ...args], { cwd: folder })).stdout;
  const runs = async () => JSON.parse(await cli('ls', '--json')) as RunRow[];
  const file = async (text: string): Promise<string> => {
    const path = join(folder, 'foreign.experiment.yaml');
    await writeFile(path, text);
    return path;
  };
  const output = async (name: string) => readFile(join(folder, '.grpo-lab', 'runs', (await runs())[0].id, name), 'utf8');
  const state = async (wanted: string) => vi.waitUntil(async () => (await runs())[0]?.state === wanted, patience);
  const groups = async (): Promise<number> => (await output('out/groups.jsonl')).split('\n').filter((line) => line !== '').length;

  const stored = async () => {
    await cli('ls'); // the index looks at what is new
    const count = 'SELECT count(*) AS groups, count(DISTINCT step) AS steps, (SELECT count(*) FROM solutions) AS solutions FROM groups';
    return new Reference(folder).all(count)[0];
  };

  test('its steps and groups arrive, and its values come from the experiment', async () => {
    const shown = await cli('run', await file(experiment(6)), '--detach');
    expect(shown).toContain('trainer.mjs');
    expect(shown).toContain(' 6 4');
    await state('finished');
    expect(await output('stdout.log')).toContain('begins at 0  green 7');
    expect(await stored()).toEqual({ groups: 6, steps: 6, solutions: 24 });
  });

  test('stopped and resumed, nothing is told twice', async () => {
    await cli('run', await file(experiment(40, '--hold')), '--detach');
    await vi.waitUntil(async () => (await runs())[0]?.step > 0 || (await groups().catch(() => 0)) > 5, patience);
    const { id } = (await runs())[0];
    await cli('stop', id);
    await state('stopped');
    const before = await groups();
    expect(before).toBeLessThan(40);
    await cli('resume', id);
    await state('finished');
    expect(await output('stdout.log')).toContain('--again');
    expect(await groups()).toBe(40);
    expect(await stored()).toEqual({ groups: 40, steps: 40, solutions: 160 });
  });

  test('a request to stop in its folder ends it from any host, with all that a wrapper has started, and its last words are kept', async () => {
    // A wrapper that ends at once; what it has started writes on for a moment after it was asked to end.
    await writeFile(
      join(folder, 'wrapper.mjs'),
      `import { spawn } from 'node:child_process';
       spawn(process.execPath, ['slow.mjs', process.argv[2]], { stdio: 'inherit' });`,
    );
    await writeFile(
      join(folder, 'slow.mjs'),
      `import { appendFileSync, mkdirSync } from 'node:fs';
       mkdirSync(process.argv[2], { recursive: true });
       const say = (step) => appendFileSync(process.argv[2] + '/groups.jsonl', JSON.stringify({ question: 'q' + step, gold: '1', samples: [{ text: 'A', reward: 1 }, { text: 'B', reward: 0 }], step }) + '\\n');
       say(1);
       const alive = setInterval(() => {}, 1000);
       process.on('SIGTERM', () => setTimeout(() => { say(7); console.log('checkpoint written'); clearInterval(alive); }, 700));`,
    );
    const text = experiment(9).replace('trainer.mjs', 'wrapper.mjs').replace('group_size: 4', 'group_size: 2');
    await cli('run', await file(text), '--detach');
    await vi.waitUntil(async () => (await groups().catch(() => 0)) > 0, patience);
    const { id } = (await runs())[0];
    await writeFile(join(folder, '.grpo-lab', 'runs', id, 'stop.request'), '');
    await state('stopped');
    expect(await output('stdout.log')).toContain('checkpoint written');
    expect(await stored()).toMatchObject({ groups: 2 });
  });

  test('a loop that looks for the request ends with its checkpoint and gets no signal; one that does not look gets it after the grace', async () => {
    await writeFile(
      join(folder, 'loop.mjs'),
      `import { existsSync, writeFileSync } from 'node:fs';
       const out = process.env.GRPO_LAB_RUN;
       process.on('SIGTERM', () => { console.log('signalled'); process.exit(0); });
       console.log('training');
       setInterval(() => {
         if (process.argv[2] !== 'looks' || !existsSync(out + '/stop.request')) return;
         setTimeout(() => { console.log('checkpoint written'); process.exit(0); }, 500);
       }, 50);`,
    );
    const loop = (looks: string, grace: number) =>
      experiment(9)
        .replace(/run: \[.*\]/, `run: ['${process.execPath}', loop.mjs, ${looks}]`)
        .replace('stop_grace: 0.2', `stop_grace: ${grace}`);
    for (const [looks, grace, last] of [
      ['looks', 100, 'checkpoint written'],
      ['blind', 0.2, 'signalled'],
    ] as const) {
      await cli('run', await file(loop(looks, grace)), '--detach');
      await vi.waitUntil(async () => (await output('stdout.log').catch(() => '')).includes('training'), patience);
      await cli('stop', (await runs())[0].id);
      await state('stopped');
      expect(await output('stdout.log')).toBe(`training\n${last}\n`);
    }
  });

  test('what would run is shown, and nothing started', async () => {
    const shown = await cli('run', await file(experiment(6)), '--dry-run');
    expect(shown).toContain('trainer.mjs');
    expect(shown).toContain('Nothing was started.');
    expect(existsSync(join(folder, '.grpo-lab'))).toBe(false);
  });

  test('a trainer that fails says why; one that cannot start says so', async () => {
    await cli('run', await file(experiment(2, '--fail')), '--detach');
    await state('failed');
    const [failed] = await runs();
    expect(await cli('show', failed.id)).toContain('exit code 3');
    expect(await output('stderr.log')).toContain('CUDA out of memory');

    await cli('run', await file(experiment(2).replace(`'${process.execPath}'`, 'no-such-trainer')), '--detach');
    await vi.waitUntil(async () => (await runs()).filter((r) => r.state === 'failed').length === 2, patience);
    expect(await cli('show', (await runs())[0].id)).toContain('no-such-trainer could not be started');
  });

  test('what the machine lacks is said by check, and before the command runs', async () => {
    const path = await file(experiment(2).replace(`'${process.execPath}'`, "'${python}'"));
    const checked = (await exec(process.execPath, [resolve('dist/cli.cjs'), 'check', path, '--python', './no-python'], {
      cwd: folder,
    }).catch((error: unknown) => error)) as { code: number; stdout: string };
    expect(checked.code).toBe(1);
    expect(checked.stdout).toMatch(/^✗ interpreter: \.\/no-python cannot be used: .*ENOENT\n {2}→ /);
    expect(checked.stdout).toMatch(/^✓ disk: /m);
    expect(await runs()).toEqual([]);

    const launched = await cli('run', path, '--detach', '--python', './no-python');
    expect(launched).toContain('✗ interpreter: ./no-python cannot be used');
    expect(launched.indexOf('✗')).toBeLessThan(launched.indexOf('started'));
    await state('failed');
  });
});
