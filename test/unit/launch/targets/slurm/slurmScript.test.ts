import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slurm } from '../../../../../src/experiment/targets/slurm.js';
import { parseRunnerArguments } from '../../../../../src/launch/targets/local/runnerArguments.js';
import { slurmScript } from '../../../../../src/launch/targets/slurm/slurmScript.js';

const programs = { executable: '/opt/node', folder: '/opt/lab' };
const work = { argv: ['/opt/node', 'engine.cjs'], env: {}, cwd: '/home/me', files: [], resources: { threads: null }, resume: ['--resume'] };
const settings = (more: object) => slurm.parse({ name: 'slurm', ...more });
const options = (script: string) => script.split('\n').filter((line) => line.startsWith('#SBATCH'));

test('what is asked for is asked of sbatch, a line each; what is not asked for is left to the cluster', () => {
  const asked = {
    nodes: 2,
    gpus_per_node: 4,
    gpu_type: 'h100',
    cpus: 8,
    memory: '64G',
    time: '04:00:00',
    partition: 'gpu',
    requeue: false,
  };
  const script = slurmScript('/runs/a-1', work, settings({ ...asked, options: { exclusive: '' }, setup: ['module load cuda'] }), programs);
  expect(options(script)).toEqual([
    '#SBATCH --job-name=a-1',
    '#SBATCH --output=/runs/a-1/runner.log',
    '#SBATCH --open-mode=append',
    '#SBATCH --chdir=/home/me',
    '#SBATCH --nodes=2',
    '#SBATCH --ntasks-per-node=1',
    '#SBATCH --cpus-per-task=8',
    '#SBATCH --mem=64G',
    '#SBATCH --gpus-per-node=h100:4',
    '#SBATCH --time=04:00:00',
    '#SBATCH --partition=gpu',
    '#SBATCH --signal=B:USR2@120',
    '#SBATCH --no-requeue',
    '#SBATCH --exclusive',
  ]);
  expect(script).toContain('\nmodule load cuda\nexport SRUN_CPUS_PER_TASK');
  expect(options(slurmScript('/runs/a-1', work, settings({}), programs))).toHaveLength(8);
});

test('a path that a shell or SLURM would read otherwise is quoted; one that no line can hold is refused', () => {
  const [, output] = options(slurmScript('/my "runs"/50% #1', work, settings({}), programs));
  expect(output).toBe('#SBATCH --output="/my \\"runs\\"/50%% #1/runner.log"');
  expect(() => slurmScript('/runs/a\n#SBATCH --uid=0', work, settings({}), programs)).toThrow(/line break/);
  expect(() => slurmScript('/runs/a', { ...work, env: { 'A=1; rm': '' } }, settings({}), programs)).toThrow(/no variable/);
  expect(slurm.safeParse({ name: 'slurm', account: 'a\nb' }).success).toBe(false);
  expect(slurm.safeParse({ name: 'slurm', options: { x: 'a\rb' } }).success).toBe(false);
});

test.skipIf(process.platform === 'win32')('the watcher gets the arguments and variables that they are, whatever is in them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-script-'));
  const node = join(folder, "no'de");
  writeFileSync(node, '#!/bin/sh\nprintf "%s\\0" "$V" "$@"\n', { mode: 0o755 });
  const word = fc.string({
    unit: fc.constantFrom('a', ' ', "'", '"', '$', '`', '\\', '\n', '*', '#', '--', 'é', '$(touch x)'),
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), word, word, (argv, value, again) => {
      const script = slurmScript('/runs/a b', { ...work, argv, env: { V: value }, resume: [again] }, settings({}), {
        ...programs,
        executable: node,
      });
      const env = { PATH: process.env.PATH, SLURM_JOB_ID: '12', SLURM_RESTART_COUNT: '3' };
      const [v, , ...seen] = execFileSync('bash', ['--norc', '-c', script], { env, encoding: 'utf8' }).split('\0').slice(0, -1);
      expect(v).toBe(value);
      expect(parseRunnerArguments(seen)).toMatchObject({ run: '/runs/a b', target: 'slurm', job: '12.3', resume: [again], argv });
    }),
    { numRuns: 20 },
  );
  rmSync(folder, { recursive: true });
});
