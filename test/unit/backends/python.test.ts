import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pythonTrainer, trainCommand } from '../../../src/backends/python.js';
import { experimentSchema } from '../../../src/experiment/schema.js';

const experiment = (launch = {}) =>
  experimentSchema.parse({
    name: 'e',
    backend: 'python',
    policy: { preset: 'nano-2l' },
    method: { name: 'sft' },
    data: { generator: 'arithmetic' },
    steps: 1,
    launch,
  });
const here = { directory: '/runs/e-1', of: (path: string) => path };

test('several processes are started by the launcher of the target', () => {
  const train = ['-m', 'grpo_lab.train', '--run', '/runs/e-1'];
  expect(trainCommand(experiment(), '/usr/bin/python3', '/runs/e-1')).toEqual(['/usr/bin/python3', ...train]);
  const two = experiment({
    target: { name: 'local', processes: 2, launcher: 'accelerate', launcher_args: ['--config_file', 'fsdp.yaml'] },
  });
  const command = trainCommand(two, '/usr/bin/python3', '/runs/e-1');
  expect(command).toEqual(expect.arrayContaining(['accelerate.commands.launch', '--num_processes=2', '--config_file', 'fsdp.yaml']));
  expect(command.slice(-train.length)).toEqual(train);
});

test('an interpreter that is none is named, and where to choose another', async () => {
  const options = { distFolder: '/ext/dist', python: '/no/such/python' };
  await expect(pythonTrainer(options, experiment(), here)).rejects.toThrow(/"\/no\/such\/python" does not run as Python.*grpoLab\.python/);
});

test.skipIf(process.platform === 'win32')('packages that an interpreter lacks are named, with what installs them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'python-'));
  const python = join(folder, 'python3');
  // Without its site it has the standard library and no more.
  writeFileSync(python, '#!/bin/sh\nexec python3 -S "$@"\n', { mode: 0o755 });
  const lora = { ...experiment(), policy: { preset: 'nano-2l' as const, lora: { rank: 4, alpha: 8, targets: 'all-linear' } } };
  await expect(pythonTrainer({ distFolder: '/ext/dist', python }, lora, here)).rejects.toThrow(
    `${python} has no torch, transformers, trl, peft, which the python backend needs: ${python} -m pip install torch transformers trl peft`,
  );
  rmSync(folder, { recursive: true, force: true });
});
