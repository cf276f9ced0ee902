import { expect, test } from 'vitest';
import { inProcesses } from '../../../src/backends/command/severalProcesses.js';
import { resolveCommand } from '../../../src/backends/command/resolveCommand.js';
import { parseExperiment } from '../../../src/experiment/parse.js';
import type { SettingsOfTarget } from '../../../src/experiment/targets/targets.js';

const target = (settings: Partial<SettingsOfTarget<'local'>>): SettingsOfTarget<'local'> => ({
  name: 'local',
  processes: 2,
  launcher: 'torchrun',
  launcher_args: [],
  ...settings,
});

test('one process is the command as it stands, whatever it is', () => {
  expect(inProcesses(['./train.sh', '-x'], target({ processes: 1 }))).toEqual(['./train.sh', '-x']);
});

test('a launcher of the same interpreter comes before the program', () => {
  expect(inProcesses(['python', '-u', 'train.py', '--a'], target({}))).toEqual(
    'python -u -m torch.distributed.run --standalone --nproc_per_node=2 train.py --a'.split(' '),
  );
  const own = target({ launcher: 'accelerate', launcher_args: ['--config_file', 'f.yaml'] });
  expect(inProcesses(['python', '-m', 'mine'], own)).toEqual(
    'python -m accelerate.commands.launch --num_processes=2 --num_machines=1 --config_file f.yaml -m mine'.split(' '),
  );
});

test('chosen GPUs are in the environment that is shown and used, beside one’s own', () => {
  const { experiment } = parseExperiment(`name: mine
backend: command
policy: { model: m }
data: { dataset: d }
method: { name: grpo }
steps: 3
command: { run: ['\${python}', train.py], resume: [--again] }
launch: { env: { SEED: '\${seed}' }, target: { name: local, gpus: [2, 0], processes: 2 } }
`);
  const { env, argv, stopGrace } = resolveCommand(experiment!, '/work', '/runs/a', '/venv/bin/python');
  expect(env).toEqual({ CUDA_VISIBLE_DEVICES: '2,0', SEED: '1' });
  expect(argv[0]).toBe('/venv/bin/python');
  expect(argv).toContain('--nproc_per_node=2');
  expect(stopGrace).toBe(30);
});
