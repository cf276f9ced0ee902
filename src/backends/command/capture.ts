/** Capture of a training of TRL, verl or OpenRLHF: whether a command has it, what it is told, and what it leaves in `capture/` of the run directory. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { z } from 'zod';
import { abridged } from '../../core/questionPreview.js';
import type { Experiment } from '../../experiment/schema.js';
import { readIdentity, readJson, writeIdentity } from '../../protocol/identity.js';
import { sampling, setup } from '../../protocol/runFiles.js';

/** The part of the run directory that is the capturing process's own, a run directory in itself. */
export const captureFolder = (runDirectory: string): string => join(runDirectory, 'capture');

/** `capture.json`: written when capture has taken hold of a trainer. */
const handshake = z.object({
  v: z.literal(1),
  trainer: z.string(),
  versions: z.record(z.string(), z.string()),
  sampling,
  setup: setup.optional(),
  /** Set when something in capture failed: from this step on nothing is captured. */
  ended: z.object({ step: z.number().int(), why: z.string() }).nullable(),
});
export type Handshake = z.output<typeof handshake>;

/** @returns undefined while there is none; what cannot be read counts as none */
export function readHandshake(folder: string): Handshake | undefined {
  try {
    return readJson(join(folder, 'capture.json'), handshake);
  } catch {
    return undefined;
  }
}

/** Of which groups and steps token arrays are written, as the hook reads it from its environment. */
export const traceSettings = ({ traces }: Pick<Experiment, 'traces'>): Record<string, string> => ({
  GRPO_LAB_TRACES: traces.groups,
  GRPO_LAB_TRACES_EVERY: String(traces.every),
});

/**
 * Makes the folder for one life of the run, without anything of former ones.
 * @param packageFolder absolute, the one that `grpo_lab` lies in
 * @param pythonPath what stands on PYTHONPATH already
 * @returns what is added to the command's environment
 * @throws when the run directory cannot be written, or holds no run
 */
export function prepareCapture(
  runDirectory: string,
  experiment: Experiment,
  { packageFolder, pythonPath, resumed }: { packageFolder: string; pythonPath: string | undefined; resumed: boolean },
): Record<string, string> {
  const folder = captureFolder(runDirectory);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  mkdirSync(folder, { recursive: true });
  const identity = readIdentity(runDirectory);
  if (!identity) throw new Error(`${runDirectory} holds no run.`);
  writeIdentity(folder, { ...identity, id: 'capture' });
  const hook = join(packageFolder, 'grpo_lab', 'capture', 'hook');
  return {
    // Our hook runs any other sitecustomize; no other runs ours.
    PYTHONPATH: [hook, packageFolder, ...(pythonPath ? [pythonPath] : [])].join(delimiter),
    GRPO_LAB_CAPTURE: folder,
    GRPO_LAB_LAUNCH: randomUUID(),
    ...traceSettings(experiment),
    ...(resumed && { GRPO_LAB_RESUMED: '1' }),
  };
}

const calls = 'In a script or a notebook, `import grpo_lab.capture` and `grpo_lab.capture()` before `trainer.train()` do the same.';
const off = '`capture: false` under `command` leaves it alone.';

/** Whether the hook runs, and no trainer was refused yet: capture may still take hold. */
export const mayTakeHold = (folder: string): boolean =>
  existsSync(join(folder, 'seen-hook')) && !['trouble', 'trainer'].some((what) => existsSync(join(folder, `seen-${what}`)));

/** Why nothing was captured, as far as the hook's traces and the command tell, and what to do. */
export function whyNotCaptured(folder: string, argv: readonly string[]): string {
  const seen = (what: string): string | undefined => {
    const file = join(folder, `seen-${what}`);
    return existsSync(file) ? abridged(readFileSync(file, 'utf8'), 1000) : undefined;
  };
  const trouble = seen('trouble');
  if (trouble !== undefined) return `Nothing is captured: ${trouble}. ${off}`;
  const trainer = seen('trainer');
  if (trainer !== undefined)
    return `Nothing is captured: ${trainer} is no trainer that capture knows (TRL's GRPO and RLOO trainers, and what derives from them). ${off}`;
  for (const [name, title] of [
    ['verl', 'verl'],
    ['openrlhf', 'OpenRLHF'],
  ])
    if (seen(name) !== undefined)
      return `Nothing is captured: ${title} was loaded, but no process that saw the hook has begun to train. ${off}`;
  if (seen('transformers') !== undefined)
    return `Nothing is captured: transformers was loaded, but no \`train\` of its Trainer was called. ${off}`;
  if (seen('hook') !== undefined) return `Nothing is captured: Python has not loaded a trainer of transformers, verl or OpenRLHF. ${off}`;
  const script = argv.findIndex((word) => word === '-m' || word === '-c' || word.endsWith('.py'));
  const flag = argv.slice(0, script < 0 ? argv.length : script).find((word) => /^-[bBdiOqsuvxPRX]*[SEI][A-Za-z]*$/.test(word));
  const why =
    flag === undefined
      ? 'the command is no Python, or it sets PYTHONPATH anew, or puts a folder with another sitecustomize before ours, or runs Python with -S, -E or -I'
      : `Python runs with ${flag}, so that it reads neither PYTHONPATH nor sitecustomize`;
  return `Nothing is captured: the hook did not run; ${why}. ${calls} ${off}`;
}
