/** Files of JSON lines. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  episodeLine,
  evaluationLine,
  groupLine,
  gymLine,
  lmEvalLine,
  logTree,
  nemoLine,
  qwenMathLine,
  summaryLine,
  verifiersLine,
  verlLine,
} from '../lines.js';
import { BATCH, GROUP, mapping, rowOf, shortOf } from '../rows.js';
import { decodeLines, plain, within, withTokens, stepsOf, writeLines, writePieces, type Kind } from './kind.js';

/** A file of a line for each `per` rows. */
const lines = (format: string, name: string, bytes: number, per: number, line: (first: number) => unknown): Kind => ({
  format,
  bytes,
  make: (rows, folder) => writeLines(join(folder, name), rows, per, line),
  decode: (folder, each) => decodeLines(join(folder, name), each),
});

/** A file of a line a row for each step. */
const dumps = (
  format: string,
  name: (step: number) => string,
  bytes: number,
  line: (step: number, i: number) => unknown,
  perStep = BATCH,
): Kind => ({
  format,
  bytes,
  make(rows, folder) {
    for (const { step, count } of stepsOf(rows, perStep)) writeLines(join(folder, name(step)), count, 1, (i) => line(step, i));
  },
  async decode(folder, each) {
    for (const path of within(folder)) await decodeLines(path, each);
  },
});

const uidOf = (i: number): string => `${Math.floor(i / GROUP)}_${i % GROUP}_0`;
const verlFile = (step: number): string => `rollouts/${step}.jsonl`;

/** Of each iteration a line for each trajectory, and a tree with the texts of its first groups. */
const tinker = (bytes: number, perStep: number): Kind => ({
  format: 'tinker',
  bytes,
  make(rows, folder) {
    for (const { step, first, count } of stepsOf(rows, perStep)) {
      const own = join(folder, `iteration_${String(step).padStart(6, '0')}`);
      writeLines(join(own, 'train_rollout_summaries.jsonl'), count, 1, (i) => summaryLine(first + i, step, i));
      writePieces(join(own, 'train_logtree.json'), 1, 1, () => JSON.stringify(logTree(first, Math.min(count, BATCH / GROUP))));
    }
  },
  async decode(folder, each) {
    for (const path of within(folder))
      if (path.endsWith('.jsonl')) await decodeLines(path, each);
      else each(JSON.parse(readFileSync(path, 'utf8')));
  },
});

const evaluation = (perStep?: number): Kind =>
  dumps(
    'skyrl',
    (step) => `global_step_${step}_evals/sums.jsonl`,
    plain,
    (step, i) => evaluationLine(step * BATCH + i),
    perStep,
  );

export const jsonl: Record<string, Kind> = {
  groups: lines('groups', 'groups.jsonl', plain, GROUP, groupLine),
  rows: { ...lines('generic', 'rows.jsonl', plain, 1, rowOf), mapping },
  verl: dumps('verl', verlFile, plain, (step, i) => verlLine(step * BATCH + i, step, uidOf(i))),
  // Its batches were balanced: groups stand among each other.
  'verl, former trainer': dumps('verl', verlFile, plain, (step, i) => verlLine(step * BATCH + ((i * 1021) % BATCH), step)),
  'prime-rl': lines('prime-rl', 'rollouts/step_1/train/all/traces.jsonl', withTokens, 1, episodeLine),
  'nemo-rl': lines('nemo-rl', 'train_data_step1.jsonl', withTokens, 1, nemoLine),
  verifiers: lines('verifiers', 'results.jsonl', plain + 400, 1, verifiersLine),
  'nemo-gym': lines('nemo-gym', 'rollouts.jsonl', plain + 700, 1, gymLine),
  'qwen-math': lines('qwen-math', 'test_seed0.jsonl', plain, GROUP, qwenMathLine),
  'lm-eval': lines('lm-eval', 'samples_sums_2026-11-24T02-08-34.954618.jsonl', plain + 80, GROUP, lmEvalLine),
  tinker: tinker(3 * plain, BATCH / GROUP),
  'skyrl, evaluations': evaluation(),
};

/** All of it in one file; and so many short rows that what is remembered of each tells. */
export const largeJsonl: Record<string, Kind> = {
  'a SkyRL evaluation': evaluation(Infinity),
  'a tinker iteration': tinker(350, Infinity),
  'short groups': lines('groups', 'groups.jsonl', 65, GROUP, (first) => groupLine(first, shortOf)),
  'short rows': { ...lines('generic', 'rows.jsonl', 105, 1, (row) => rowOf(row, shortOf(row))), mapping },
  'a verl step of short rows': dumps('verl', verlFile, 130, (step, i) => verlLine(i, step, uidOf(i), shortOf(i)), Infinity),
};
