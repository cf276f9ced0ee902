/**
 * Checkpoints: one file each, `checkpoints/step-000040.ckpt`. A magic line, a JSON header line, the float32 sections
 * one after the other (little-endian), and the SHA-256 of all that. Written beside, synced and renamed: a checkpoint
 * that has its name is complete.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isMissing } from '../core/files/fileErrors.js';
import { readAt } from '../core/files/readAt.js';
import { replaceFile } from '../core/files/replaceFile.js';
import { count } from '../protocol/count.js';
import { layout } from '../protocol/layout.js';
import { withFile } from '../core/files/regularFile.js';
import { WriteError } from '../protocol/runWriter.js';
import { corpusState } from './corpus/corpus.js';

const magic = 'grpo-lab checkpoint 1\n';
const digestBytes = 32;

const word = count.max(2 ** 32 - 1);
const stream = z.tuple([word, word, word, word]);

const sequence = z.tuple([z.array(count), z.array(count)]);

const header = z.object({
  /** Finished steps. */
  step: count,
  /** Adam's t. */
  updates: count,
  /** Response tokens trained on so far. */
  tokens: count,
  seed: count,
  /** Results are bitwise the same only with the same number of threads. */
  threads: z.number().int().min(1),
  model: z.object({ vocabulary: count, width: count, layers: count, heads: count, hidden: count }),
  /** The same of the other models that learn. */
  model_updates: z.partialRecord(z.enum(['critic', 'reward_model']), count).default({}),
  /** What a reward model is beside its parameters, with the pairs it has learned from: prompt and response of the right and the wrong side. */
  reward_model: z
    .object({
      kind: z.enum(['outcome', 'process']),
      calibration: z.object({ a: z.number(), b: z.number() }),
      history: z.array(z.tuple([sequence, sequence])),
    })
    .optional(),
  /** States of the random streams, by purpose. */
  random: z.object({ data: stream, sample: stream }),
  /** How far the documents of a mixture have been read. */
  corpus: corpusState.optional(),
  /** The arrays that follow: name and number of elements. */
  sections: z.array(z.tuple([z.string(), count])),
});

type StateName<M extends string> = M | `${M}.m` | `${M}.v`;

/** The policy's `parameters` and Adam's `m` and `v`, `reference` (π_ref), and the same three of other models that the method has. */
export type Section = 'parameters' | 'm' | 'v' | 'reference' | StateName<'critic'> | StateName<'reward_model'>;

export interface Checkpoint extends Omit<z.output<typeof header>, 'sections'> {
  arrays: Partial<Record<Section, Float32Array>>;
}

/** A checkpoint cannot be used. The message says which file, why, and what to do. */
export class CheckpointError extends Error {
  constructor(file: string, reason: string, cause?: unknown) {
    super(`The checkpoint ${file} cannot be used: ${reason}`, { cause });
    this.name = 'CheckpointError';
  }
}

/** Relative to the run directory, with forward slashes. */
export const checkpointPath = (step: number): string => `${layout.checkpoints}/step-${String(step).padStart(6, '0')}.ckpt`;

/**
 * @returns its path relative to the run directory, and its size
 * @throws WriteError; no file of the checkpoint's name then exists that did not before
 */
export function writeCheckpoint(runDir: string, checkpoint: Checkpoint): { path: string; bytes: number } {
  const { arrays, ...rest } = checkpoint;
  const sections = Object.entries(arrays);
  const head = JSON.stringify({ ...rest, sections: sections.map(([name, a]) => [name, a.length]) });
  const parts = [Buffer.from(`${magic}${head}\n`), ...sections.map(([, a]) => Buffer.from(a.buffer, a.byteOffset, a.byteLength))];
  const body = Buffer.concat(parts);
  const path = checkpointPath(checkpoint.step);
  const file = join(runDir, path);
  try {
    mkdirSync(join(runDir, layout.checkpoints), { recursive: true });
    replaceFile(file, Buffer.concat([body, digest(body)]));
  } catch (error) {
    throw new WriteError(file, error, 'the checkpoint');
  }
  return { path, bytes: body.length + digestBytes };
}

/** @throws CheckpointError when the file is missing, damaged or of another version */
export function readCheckpoint(file: string): Checkpoint {
  let bytes: Buffer;
  try {
    bytes = withFile(file, (fd, size) => readAt(fd, 0, size));
  } catch (error) {
    const reason = isMissing(error)
      ? 'it is not there. It may have been removed to make room: choose another checkpoint, or launch without one.'
      : String(error);
    throw new CheckpointError(file, reason, error);
  }
  const damaged = (cause?: unknown) => new CheckpointError(file, 'it is damaged. Delete it to go on from the checkpoint before it.', cause);
  if (bytes.subarray(0, magic.length).toString('latin1') !== magic) {
    throw new CheckpointError(file, `it does not begin with "${magic.trim()}": another version wrote it, or it is not a checkpoint.`);
  }
  const body = bytes.subarray(0, bytes.length - digestBytes);
  if (!digest(body).equals(bytes.subarray(body.length))) throw damaged();
  const end = body.indexOf('\n', magic.length);
  try {
    const { sections, ...rest } = header.parse(JSON.parse(body.subarray(magic.length, end).toString()));
    return { ...rest, arrays: readSections(body.subarray(end + 1), sections) };
  } catch (error) {
    throw damaged(error);
  }
}

/** Steps that have a checkpoint in the run directory, oldest first. */
export function checkpointSteps(runDir: string): number[] {
  let names: string[];
  try {
    names = readdirSync(join(runDir, layout.checkpoints));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  return names
    .flatMap((name) => /^step-(\d+)\.ckpt$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** Harmless when it is gone already. */
export const removeCheckpoint = (runDir: string, step: number): void => rmSync(join(runDir, checkpointPath(step)), { force: true });

const digest = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

function readSections(bytes: Buffer, sections: readonly [string, number][]): Checkpoint['arrays'] {
  let at = 0;
  return Object.fromEntries(
    sections.map(([name, length]) => {
      // A copy: the section may not begin at a multiple of four bytes.
      const copy = Uint8Array.from(bytes.subarray(at, (at += 4 * length)));
      return [name, new Float32Array(copy.buffer, 0, length)];
    }),
  );
}
