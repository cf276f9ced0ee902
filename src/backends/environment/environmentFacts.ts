/** What this machine has for a training: an interpreter and its packages, GPUs and their free memory, room on the disk. */
import { execFile } from 'node:child_process';
import { readFile, statfs } from 'node:fs/promises';
import { dirname, join, parse, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Architecture } from '../../core/architecture.js';
import { messageOf } from '../../core/messageOf.js';
import { tryJson } from '../../core/tryJson.js';
import type { Gpu } from '../../launch/targets/gpuLines.js';
import { gpusHere } from '../../launch/targets/local/gpus.js';

const run = promisify(execFile);

export interface InterpreterFacts {
  /** As it was called, e.g. `python3`. */
  command: string;
  /** null when it cannot be started. */
  found: {
    version: string;
    /** Versions of what is installed of the packages that were asked for. */
    packages: Readonly<Record<string, string>>;
  } | null;
  /** Why it cannot be started; empty when it can. */
  why: string;
}

export interface EnvironmentFacts {
  /** null when the training starts no Python that is known of. */
  interpreter: InterpreterFacts | null;
  /** Empty where there are none; null when nvidia-smi is there and fails. */
  gpus: readonly Gpu[] | null;
  /** Of the file system that the runs lie on; null when it does not tell. */
  disk: { folder: string; free: number } | null;
  /** Of the policy, from the config.json of its folder; null when there is none at hand. */
  policy: Architecture | null;
}

/** What trainers are made of, as pip names it. */
export const knownPackages = [
  'torch',
  'transformers',
  'trl',
  'accelerate',
  'datasets',
  'peft',
  'vllm',
  'deepspeed',
  'verl',
  'openrlhf',
  'unsloth',
  'math-verify',
] as const;
export type KnownPackage = (typeof knownPackages)[number];

/** Asks what pip knows: importing the packages would take ten seconds and more. */
const question = `
import json, platform, sys
from importlib import metadata
found = {}
for name in sys.argv[1:]:
    try:
        found[name] = metadata.version(name)
    except metadata.PackageNotFoundError:
        pass
print(json.dumps({"version": platform.python_version(), "packages": found}))
`;
const answer = z.object({ version: z.string(), packages: z.record(z.string(), z.string()) });

/** A path holds wherever the interpreter starts; a name is looked for on PATH. */
export const interpreter = (command: string): string => (/[\\/]/.test(command) ? resolve(command) : command);

/** @param command an interpreter: a path, or a name on PATH */
export async function interpreterFacts(command: string): Promise<InterpreterFacts> {
  try {
    // Python looks for modules where it is started: nothing of a workspace is there. What the person has installed for themselves counts.
    const options = { cwd: parse(process.execPath).root, timeout: 60_000, windowsHide: true };
    const { stdout } = await run(interpreter(command), ['-c', question, ...knownPackages], options);
    const reply = answer.safeParse(tryJson(stdout));
    return reply.success
      ? { command, found: reply.data, why: '' }
      : { command, found: null, why: 'it does not answer as Python 3.8 or newer does' };
  } catch (error) {
    return { command, found: null, why: messageOf(error).trim().split('\n').at(-1) ?? '' };
  }
}

/** The nearest folder above that is there: runs are made where nothing may be yet. */
async function diskFacts(folder: string): Promise<EnvironmentFacts['disk']> {
  const stats = await statfs(folder).catch(() => null);
  if (stats) return { folder, free: stats.bavail * stats.bsize };
  const above = dirname(folder);
  return above === folder ? null : diskFacts(above);
}

const whole = z.number().int().min(1);
const modelConfig = z.object({
  hidden_size: whole,
  num_hidden_layers: whole,
  num_attention_heads: whole,
  num_key_value_heads: whole.optional(),
  intermediate_size: whole,
  vocab_size: whole,
});

/** @param text a config.json of transformers, of any decoder of Llama's kind */
export function architectureOf(text: string): Architecture | null {
  const config = modelConfig.safeParse(tryJson(text));
  if (!config.success) return null;
  const { hidden_size: width, num_hidden_layers: layers, num_attention_heads: heads, ...rest } = config.data;
  const { num_key_value_heads: kvHeads = heads, intermediate_size: hidden, vocab_size: vocabulary } = rest;
  return { layers, width, heads, kvHeads, hidden, vocabulary, block: 'llama' };
}

/**
 * @param asks.python the interpreter that the training uses; null when none is known
 * @param asks.runsDir where the run will lie
 * @param asks.model a folder, where the policy comes from one
 */
export async function environmentFacts(asks: { python: string | null; runsDir: string; model: string | null }): Promise<EnvironmentFacts> {
  const [interpreter, gpus, disk, config] = await Promise.all([
    asks.python === null ? null : interpreterFacts(asks.python),
    gpusHere(),
    diskFacts(asks.runsDir),
    asks.model === null ? null : readFile(join(asks.model, 'config.json'), 'utf8').catch(() => null),
  ]);
  return { interpreter, gpus, disk, policy: config === null ? null : architectureOf(config) };
}
