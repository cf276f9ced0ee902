/** What of an environment stands in the way of a training, and how to mend it. Pure. */
import { parameterCount } from '../../core/architecture.js';
import { memory as bytesText } from '../../core/format.js';
import { memoryParts, peak } from '../../core/memory.js';
import { factsOf } from '../../core/methods.js';
import { largest } from '../../core/extremes.js';
import type { Experiment } from '../../experiment/schema.js';
import { gpuText } from '../../launch/targets/gpuLines.js';
import { knownPackages, type EnvironmentFacts } from './environmentFacts.js';
import { neededPackages } from './neededPackages.js';

export interface EnvironmentLine {
  subject: 'interpreter' | 'packages' | 'CUDA' | 'GPU memory' | 'disk';
  /** fails: the training will not go well. unknown: that cannot be judged here, and why is said. */
  state: 'fine' | 'fails' | 'unknown';
  /** What was found. */
  text: string;
  /** What to do about it, where it fails; else empty. */
  mend: string;
}

/** A run that cannot keep a gigabyte is not worth its start. */
const leastDisk = 2 ** 30;

/**
 * A line for each thing that was looked at; of the embedded trainer, which brings what it needs, only the disk.
 * @param machine of the machine that these lines are about
 */
export function environmentLines(experiment: Experiment, machine: EnvironmentFacts): EnvironmentLine[] {
  const { target } = experiment.launch;
  const place: string = target.name;
  if (place !== 'local') return [line('interpreter', 'unknown', `the run runs at ${place}, which is not looked at from here`)];
  const chosen = 'gpus' in target && Array.isArray(target.gpus) ? target.gpus : null;
  const facts = chosen ? { ...machine, gpus: machine.gpus?.filter(({ index }) => chosen.includes(index)) ?? null } : machine;
  const disk = diskLine(facts);
  if (experiment.backend === 'embedded') return [disk];
  return [...interpreterLines(experiment, facts), ...gpuLines(facts), memoryLine(experiment, facts), disk];
}

const line = (subject: EnvironmentLine['subject'], state: EnvironmentLine['state'], text: string, mend = ''): EnvironmentLine => ({
  subject,
  state,
  text,
  mend,
});

function interpreterLines(experiment: Experiment, { interpreter }: EnvironmentFacts): EnvironmentLine[] {
  if (!interpreter) return [line('interpreter', 'unknown', 'the command names a program of its own, whose packages are not looked at')];
  const { command, found, why } = interpreter;
  if (!found)
    return [
      line(
        'interpreter',
        'fails',
        `${command} cannot be used: ${why}`,
        'Choose another in the Python extension, or set grpoLab.python (on the command line: --python PATH).',
      ),
    ];
  const missing = neededPackages(experiment).filter((name) => !(name in found.packages));
  const there = knownPackages.filter((name) => name in found.packages).map((name) => `${name} ${found.packages[name]}`);
  return [
    line('interpreter', 'fine', `${command} is Python ${found.version}`),
    missing.length > 0
      ? line('packages', 'fails', `not installed: ${missing.join(', ')}`, `${command} -m pip install ${missing.join(' ')}`)
      : line('packages', 'fine', there.join(', ') || 'none of those that trainers are made of'),
  ];
}

function gpuLines({ gpus, interpreter }: EnvironmentFacts): EnvironmentLine[] {
  const torch = interpreter?.found?.packages.torch;
  const forCpu = torch?.includes('+cpu') ?? false;
  if (!gpus?.length) {
    const text = gpus ? 'no GPU here, or none of those chosen: what trains here trains on the processor' : 'nvidia-smi is there, and fails';
    return [line('CUDA', 'unknown', text)];
  }
  const names = gpus.map(gpuText).join('; ');
  return [
    forCpu
      ? line(
          'CUDA',
          'fails',
          `PyTorch ${torch} is built without CUDA, beside ${names}`,
          'Install a build of PyTorch with CUDA (pytorch.org).',
        )
      : line('CUDA', 'fine', names),
  ];
}

/**
 * What one device holds at least, in bytes: weights of all resident models (in bf16; in fp32 where
 * the python backend is not told otherwise), gradients and AdamW's moments, activations of one sequence
 * with recomputed layers; as the planner counts.
 * @returns null for a method that the planner does not know
 */
export function leastMemory(experiment: Experiment, policy: NonNullable<EnvironmentFacts['policy']>): number | null {
  const { method, sampling, reward, backend } = experiment;
  const dtype = backend === 'python' && !('dtype' in experiment.policy && experiment.policy.dtype === 'bfloat16') ? 'fp32' : 'bf16';
  const known = factsOf(method.name)?.memory;
  if (!known) return null;
  const parts = memoryParts({
    method: known,
    parameters: parameterCount(policy),
    architecture: policy,
    ...{ dtype, optimiser: 'adamw', masterWeights: false, zero: 0, devices: 1 },
    ...{ length: sampling.max_tokens, microBatch: 1, recomputation: 'layers', sampler: 'same', sequences: 1 },
    rewardModel: reward.some((term) => term.term === 'reward_model'),
    reference: 'beta' in method && method.beta > 0,
  });
  return peak(parts, 'perDevice');
}

function memoryLine(experiment: Experiment, { gpus, policy }: EnvironmentFacts): EnvironmentLine {
  if ('lora' in experiment.policy && experiment.policy.lora) return line('GPU memory', 'unknown', 'not estimated for LoRA');
  if (!policy) return line('GPU memory', 'unknown', "not estimated: the policy's config.json is not at hand");
  const least = leastMemory(experiment, policy);
  if (least === null) return line('GPU memory', 'unknown', `not estimated: the planner does not know ${experiment.method.name}`);
  const needed = `about ${bytesText(least)} for one device that holds everything, with AdamW and one sequence at a time`;
  if (!gpus?.length) return line('GPU memory', 'unknown', `${needed}; no GPU to compare it with`);
  const known = gpus.flatMap((gpu) => gpu.free ?? []);
  if (known.length === 0) return line('GPU memory', 'unknown', `${needed}; the devices do not tell what is free`);
  const free = largest(known, 0);
  return free >= least
    ? line('GPU memory', 'fine', `${needed}; ${bytesText(free)} are free`)
    : line(
        'GPU memory',
        'fails',
        `${needed}; the most that is free is ${bytesText(free)}`,
        'Shard it over devices (FSDP, ZeRO), train adapters (LoRA), or end what holds the memory (nvidia-smi names it). The Memory Planner shows each part.',
      );
}

function diskLine({ disk, policy }: EnvironmentFacts): EnvironmentLine {
  if (!disk) return line('disk', 'unknown', 'the file system does not tell how much is free');
  const checkpoint = policy ? 2 * parameterCount(policy) : 0;
  const text = `${bytesText(disk.free)} free in ${disk.folder}${policy ? `; a checkpoint of the weights in bf16 takes ${bytesText(checkpoint)}` : ''}`;
  return disk.free >= Math.max(leastDisk, checkpoint)
    ? line('disk', 'fine', text)
    : line('disk', 'fails', text, 'Remove runs or checkpoints that are not needed any more, or open a folder on another disk.');
}
