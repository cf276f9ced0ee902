/** What `launch.target` says together with the rest of the file. */
import type { SchemaFinding } from './findings.js';
import { pythonCommand } from './pythonCommand.js';
import type { Experiment } from './schema.js';
import { ownOptions } from './targets/slurm.js';
import { nodesOf } from './targets/targets.js';

export function checkTarget({ backend, command, launch: { target, env } }: Experiment): SchemaFinding[] {
  const findings: SchemaFinding[] = [];
  const key = target.processes > 1 ? 'processes' : nodesOf(target) > 1 ? 'nodes' : undefined;
  if (key !== undefined && backend === 'embedded')
    findings.push({
      path: ['launch', 'target', key],
      at: 'value',
      message: 'The embedded trainer is one process on one machine: leave this out, or train with the backend python or command.',
    });
  if (key !== undefined && backend === 'command' && command && !pythonCommand(command.run))
    findings.push({
      path: ['launch', 'target', key],
      at: 'value',
      message: `${target.launcher} starts a script or module of Python: write command.run as [\${python}, train.py, …], or start several processes in the command itself and leave this out.`,
    });
  if (target.launcher === 'accelerate' && nodesOf(target) > 1)
    findings.push({
      path: ['launch', 'target', 'launcher'],
      at: 'value',
      message: 'accelerate starts processes on one node here: use torchrun for several.',
    });
  if (target.name === 'slurm')
    for (const option of Object.keys(target.options).filter((name) => ownOptions.has(name)))
      findings.push({
        path: ['launch', 'target', 'options', option],
        at: 'key',
        message: `--${option} of sbatch is set by GRPO Lab, from the other keys of launch.target: leave it out here.`,
      });
  if (target.name === 'ssh' && backend !== 'command')
    findings.push({
      path: ['launch', 'target', 'name'],
      at: 'value',
      message: `The backend ${backend} needs Node and GRPO Lab's own programs, and nothing of them is on a machine that ssh reaches: take the backend command.`,
    });
  if (target.name === 'ssh' && command && command.watch.length > 0)
    findings.push({
      path: ['command', 'watch'],
      at: 'key',
      message:
        'Files of a trainer are not followed over ssh: leave this out. Capture sees a training of TRL there; a loop of your own writes its run with grpo_lab.events.',
    });
  if ('gpus' in target && Array.isArray(target.gpus) && 'CUDA_VISIBLE_DEVICES' in env)
    findings.push({
      path: ['launch', 'env', 'CUDA_VISIBLE_DEVICES'],
      at: 'key',
      message: 'launch.target.gpus says which GPUs are seen: keep one of the two.',
    });
  return findings;
}
