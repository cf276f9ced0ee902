import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAlive, killTree } from '../../src/launch/targets/local/processes.js';
import { readLocalRecord } from '../../src/launch/targets/local/localRecord.js';
import type { GroupDetail, RunDetail, RunSummary, SolutionDetail, StepSummary, Trace } from '../../src/store/views.js';
import { untilEnded, untilStep } from './launchWorld.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grpo-lab-cli-'));
});
afterAll(async () => {
  const runs = join(folder, '.grpo-lab', 'runs');
  for (const id of await readdir(runs)) {
    const state = readLocalRecord(join(runs, id));
    for (const p of [state?.watcher, state?.trainer]) if (p && (await isAlive(p))) await killTree(p.pid);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

interface Finished {
  code: number | null;
  out: string;
  err: string;
}

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [resolve('dist/cli.cjs'), ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function finish(child: ChildProcess): Promise<Finished> {
  const text = { out: '', err: '' };
  child.stdout!.setEncoding('utf8').on('data', (piece: string) => (text.out += piece));
  child.stderr!.setEncoding('utf8').on('data', (piece: string) => (text.err += piece));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...text };
}

const cli = (...args: string[]): Promise<Finished> => finish(start(...args));

/** The value of a command that must succeed. */
async function json<T>(...args: string[]): Promise<T> {
  const { code, out, err } = await cli(...args, '--json');
  expect(err).toBe('');
  expect(code).toBe(0);
  return JSON.parse(out) as T;
}

async function experiment(name: string, lines: string[]): Promise<string> {
  const file = `${name}.experiment.yaml`;
  const common = [
    'data: { generator: arithmetic, levels: [1] }',
    'launch: { threads: 1 }',
    'benchmarks: [{ suite: held-out, size: 8, every: 2 }]',
  ];
  await writeFile(join(folder, file), [`name: ${name}`, ...common, ...lines, ''].join('\n'));
  return file;
}
const sft = (name: string, steps: number): Promise<string> =>
  experiment(name, [
    'policy: { preset: tiny-2l }',
    'method: { name: sft, batch_size: 4 }',
    'sampling: { max_tokens: 24 }',
    `steps: ${steps}`,
  ]);

const directoryOf = (id: string): string => join(folder, '.grpo-lab', 'runs', id);

test('before anything was launched there is nothing, and nothing is made', async () => {
  expect(await json('ls')).toEqual([]);
  expect((await cli('ls')).out).toContain('Start one with: grpo-lab run FILE');
  const shown = await cli('show', 'last');
  expect(shown).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/^There are no runs in .*\n$/) as string });
  expect(existsSync(join(folder, '.grpo-lab'))).toBe(false);
});

test('docs/command-line.md has every command', async () => {
  const { out } = await cli('--help');
  const commands = [...out.slice(out.indexOf('Commands:')).matchAll(/^ {2}(\w+) /gm)]
    .map(([, name]) => name)
    .filter((name) => name !== 'help');
  expect(commands).toContain('rebuild');
  const page = readFileSync(resolve('docs/command-line.md'), 'utf8');
  expect(commands.filter((name) => !page.includes(`\`grpo-lab ${name}`))).toEqual([]);
});

describe('the main job', () => {
  let runs: (RunDetail & { directory: string })[];

  test('run launches the chain, follows it to its end and sums it up', async () => {
    await sft('sft', 4);
    const file = await experiment('rl', [
      'policy: { from: sft }',
      'method: { name: grpo, group_size: 4 }',
      'sampling: { questions_per_step: 3, max_tokens: 24 }',
      'steps: 3',
    ]);
    runs = await json('run', file, '--set', 'seed=7');
    expect(runs.map((r) => [r.experiment, r.state, r.step, r.seed])).toEqual([
      ['sft', 'finished', 4, 1],
      ['rl', 'finished', 3, 7],
    ]);
    expect(runs[1].parent).toMatchObject({ run: runs[0].id, step: 4 });
    expect(existsSync(join(runs[1].directory, 'run.json'))).toBe(true);
  });

  test('ls lists the newest first', async () => {
    const listed = await json<RunSummary[]>('ls');
    expect(listed.map((r) => r.id)).toEqual([runs[1].id, runs[0].id]);
    const text = (await cli('ls')).out.split('\n');
    expect(text[0]).toMatch(/^run +state +step +reward .*range +when/);
    expect(text[1]).toMatch(new RegExp(`^${runs[1].id} +finished +3/3.* reward (constant )?[\\d.−]+`));
    expect(await json<RunSummary[]>('ls', '--limit', '1')).toHaveLength(1);
  });

  test('show leads from the run to the tokens of one solution', async () => {
    const shown = await json<RunDetail & { checkpoints: { step: number }[]; series: { metric: string }[] }>('show', 'rl-1');
    expect(shown.id).toBe(runs[1].id);
    expect(shown.checkpoints.map((c) => c.step)).toContain(3);
    expect(shown.series.map((s) => s.metric)).toContain('reward/mean');

    const groups = await json<{ group: number; path: string }[]>('show', 'last', '--step', 'last');
    expect(groups.map((g) => g.path)).toEqual([1, 2, 3].map((n) => `/runs/${shown.id}/step 3/group ${n}`));
    const group = await json<GroupDetail>('show', 'last', '--step', '3', '--group', '2');
    expect(group).toMatchObject({ group: 1, size: 4 });
    const solution = await json<SolutionDetail & { trace: Trace }>('show', 'last', '--step', '3', '--group', '2', '--solution', '4');
    expect(solution.text.startsWith(group.solutions[3].preview)).toBe(true);
    expect(solution.trace.ends).toHaveLength(solution.tokens);

    const text = (await cli('show', 'last', '--step', '3', '--group', '2', '--solution', '4')).out;
    expect(text).toMatch(new RegExp(`^ +gold +${solution.gold}$`, 'm'));
    expect(text.split('\n').filter((line) => /^ *\d+ {2}"/.test(line))).toHaveLength(solution.tokens);
  });

  test('what is not there is told with what is', async () => {
    expect(await cli('show', 'nothing')).toMatchObject({ code: 2, err: expect.stringContaining('did you mean') as string });
    expect(await cli('show', 'last', '--step', '99')).toMatchObject({ code: 2, err: expect.stringContaining('the newest is 3') as string });
    expect(await cli('show', 'last', '--step', '3', '--group', '9')).toMatchObject({
      code: 2,
      err: expect.stringContaining('has 3 groups') as string,
    });
    expect(await cli('show', 'last', '--group', '1')).toMatchObject({ code: 2, err: '--group needs --step N (or --step last).\n' });
  });

  test('a reader that has seen enough is no error', async () => {
    const child = start('show', 'last', '--json');
    child.stdout!.once('data', () => child.stdout!.destroy());
    let err = '';
    child.stderr!.on('data', (piece: Buffer) => (err += piece.toString()));
    const [code] = (await once(child, 'exit')) as [number];
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  test('what was changed since the run before is told', async () => {
    const [again] = await json<RunDetail[]>('run', 'sft.experiment.yaml', '--set', 'steps=2', '--set', 'method.batch_size=');
    expect(await json('show', again.id)).toMatchObject({
      previous: runs[0].id,
      changes: [
        { key: 'method.batch_size', before: 4, after: 32 },
        { key: 'steps', before: 4, after: 2 },
      ],
    });
    expect((await cli('show', again.id)).out).toMatch(/since sft-1 +method\.batch_size 4 → 32, steps 4 → 2/);
  });

  test('logs show what the trainer said', async () => {
    const logs = await json<{ lines: { message: string }[] }>('logs', 'rl');
    expect(logs.lines.map((l) => l.message).join('\n')).toContain('seed 7');
    expect((await cli('logs', 'rl', '--stdout', '--follow')).code).toBe(0);
  });

  test('eval measures a checkpoint and keeps what the model wrote', async () => {
    const evaluation = await cli('eval', 'rl-1', '--suite', 'held-out', '--suite', 'gsm', '--size', '5', '--samples', '2');
    expect(evaluation).toMatchObject({ code: 0, err: '' });
    const modes = ['greedy', 'maj@1', 'maj@2', 'pass@1', 'pass@2'];
    for (const mode of modes) expect(evaluation.out).toMatch(new RegExp(`^gsm +${mode} +\\d+\\.\\d % \\(.*\\), n 5$`, 'm'));

    const shown = await json<RunDetail & { benchmarks: { suite: string; mode: string; n: number; value: number }[] }>('show', 'rl-eval-1');
    expect(shown).toMatchObject({ method: 'evaluate', state: 'finished', parent: { run: runs[1].id, step: 3 } });
    expect(shown.benchmarks.map((b) => `${b.suite} ${b.mode} ${b.n}`).sort()).toEqual(
      ['gsm', 'held-out'].flatMap((suite) => modes.map((mode) => `${suite} ${mode} 5`)),
    );
    const groups = await json<{ correct: number; size: number }[]>('show', 'rl-eval-1', '--step', '1');
    expect(groups.map((g) => g.size)).toEqual([2, 2, 2, 2, 2]);
    const pass = shown.benchmarks.find((b) => b.suite === 'held-out' && b.mode === 'pass@2')!;
    expect(groups.filter((g) => g.correct > 0).length / 5).toBe(pass.value);

    expect(await cli('eval', 'rl-1@2')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/has no checkpoint of step 2: it has those of .*3/) as string,
    });
    expect(await cli('eval', 'rl-1', '--suite', 'gsm8k')).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is no benchmark "gsm8k", nor a file. There are held-out,') as string,
    });
  });

  test('rebuild makes the database anew, equal to the one before', async () => {
    const before = [await json<RunSummary[]>('ls'), await json<StepSummary[]>('show', 'rl', '--step', '2')];
    expect(await json('rebuild')).toMatchObject({ runs: 4, failures: [] });
    expect([await json('ls'), await json('show', 'rl', '--step', '2')]).toEqual(before);
  });
});

describe('a run and its terminal', () => {
  test('a detached run is stopped with a checkpoint and resumed to its end', async () => {
    // More steps than a busy machine takes until the stop has arrived.
    const file = await sft('long', 300);
    const [launched] = await json<{ id: string; directory: string }[]>('run', file, '--detach');
    await untilStep(launched.directory, 3);
    expect(await json('stop', 'long')).toEqual([{ id: launched.id, outcome: 'stopped' }]);
    expect((await json<RunDetail>('show', 'long')).state).toBe('stopped');
    expect(await json('stop', 'long')).toEqual([{ id: launched.id, outcome: 'not running' }]);
    const resumed = await json<RunDetail[]>('resume', 'long');
    expect(resumed).toMatchObject([{ id: launched.id, state: 'finished', step: 300 }]);
    expect(await cli('resume', 'long')).toMatchObject({ code: 1, err: expect.stringContaining('has finished') as string });
  });

  test('Ctrl-C ends the following, not the run; stopping it elsewhere ends the following as interrupted', async () => {
    const file = await sft('patient', 100_000);
    const child = start('run', file);
    const following = finish(child);
    const first = await new Promise<string>((done) => child.stdout!.on('data', done).resume());
    const id = first.split(' ')[0];
    await untilStep(directoryOf(id), 2);
    child.kill('SIGINT');
    const { code, out } = await following;
    expect(code).toBe(130);
    expect(out).toContain(`${id} goes on without this terminal.`);
    expect(out).toContain(`grpo-lab stop ${id}`);
    expect(await isAlive(readLocalRecord(directoryOf(id))!.trainer!)).toBe(true);
    const again = cli('show', id, '--follow');
    expect(await json('stop', id)).toMatchObject([{ outcome: 'stopped' }]);
    expect(await again).toMatchObject({ code: 130, out: expect.stringContaining('stopped') as string });
  });

  test('a killed trainer ends the following with its last words and the way on', async () => {
    const file = await sft('unlucky', 100_000);
    const [launched] = await json<{ id: string; directory: string }[]>('run', file, '--detach');
    await untilStep(launched.directory, 2);
    const following = cli('show', 'unlucky', '--follow');
    process.kill(readLocalRecord(launched.directory)!.trainer!.pid, 'SIGKILL');
    await untilEnded(launched.directory);
    const { code, out } = await following;
    expect(code).toBe(1);
    expect(out).toContain(`grpo-lab resume ${launched.id}`);
    expect((await json<RunDetail>('show', 'unlucky')).state).toBe('died');
  });
});

describe('wrong input', () => {
  test('validate tells file, line and column, for people and for programs', async () => {
    await writeFile(
      join(folder, 'bad.experiment.yaml'),
      readFileSync(join(folder, 'sft.experiment.yaml'), 'utf8').replace('steps: 4', 'stepz: 4'),
    );
    const { code, out } = await cli('validate', 'bad.experiment.yaml', 'sft.experiment.yaml');
    expect(code).toBe(2);
    expect(out).toContain('bad.experiment.yaml:8:1: Unknown key "stepz"; did you mean "steps"?\n');
    expect(out).toContain('sft.experiment.yaml: ok (sft: sft, 4 steps)\n');
    const value = JSON.parse((await cli('validate', '.', '--json')).out) as { file: string; ok: boolean; problems: object[] }[];
    expect(value.find((f) => f.file.startsWith('bad'))).toMatchObject({ ok: false, problems: [{ line: 1 }, { line: 8, column: 1 }] });
    await rm(join(folder, 'bad.experiment.yaml'));
  });

  test('validate sees in the files beside that a reward model has another size than the policy', async () => {
    const sft = readFileSync(join(folder, 'sft.experiment.yaml'), 'utf8');
    const of = (name: string, text: string) => writeFile(join(folder, `${name}.experiment.yaml`), text);
    const tail = 'data: { generator: arithmetic }\nsteps: 2\n';
    await of('other-size', sft.replace(/^name: .*$/m, 'name: other-size').replace(/preset: [\w-]+/, 'preset: tiny-4l'));
    await of('orm', `name: orm\npolicy: { from: other-size }\nmethod: { name: outcome-reward }\n${tail}`);
    await of('asks', `name: asks\npolicy: { from: sft }\nmethod: { name: grpo }\nreward: [{ term: reward_model, from: orm }]\n${tail}`);
    const { code, out } = await cli('validate', 'asks.experiment.yaml');
    expect(out).toMatch(/asks\.experiment\.yaml:4:\d+: warning: A reward model must have the size .*"orm" is a tiny-4l/);
    expect(code).toBe(0);
    for (const name of ['other-size', 'orm', 'asks']) await rm(join(folder, `${name}.experiment.yaml`));
  });

  test('run refuses what does not validate, in the same words', async () => {
    expect(await cli('run', 'sft.experiment.yaml', '--set', 'steps=0')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/^sft\.experiment\.yaml:8:8: steps is 0; it must be an integer, 1 to 1000000\.\n$/) as string,
    });
    expect(await cli('run', 'missing.yaml')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^missing\.yaml cannot be read/) as string,
    });
  });

  test('wrong usage ends with 2 and one line, help and version with 0', async () => {
    expect(await cli('frobnicate')).toMatchObject({ code: 2, err: expect.stringContaining("unknown command 'frobnicate'") as string });
    expect(await cli('ls', '--limit', 'x')).toMatchObject({ code: 2, err: expect.stringContaining('whole number') as string });
    expect((await cli('run', '--help')).out).toContain('grpo-lab run arith-grpo.experiment.yaml --detach');
    expect(await cli('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
  });
});
