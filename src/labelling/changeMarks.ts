/** Gives labels and notes to things of a run, or takes them away: lines in a file of the author's own, beside the run. */
import { mkdirSync } from 'node:fs';
import type { RunAddress } from '../protocol/address.js';
import { labelsSidecar, nameOfLabels, type LabelLine } from '../protocol/labels.js';
import { sidecarFile, sidecarFolder } from '../protocol/sidecar.js';
import { SidecarWriter } from '../protocol/sidecarWriter.js';
import type { StoreClientQueries, StoreQueries } from '../store/questions.js';
import { mostTargets } from '../store/questions/labels.js';
import { withLock } from '../launch/targets/local/lock.js';
import { thisMachine } from '../launch/targets/local/machine.js';

export interface MarkChange {
  /** Names of labels, as `labelOf` makes them. */
  add: readonly string[];
  remove: readonly string[];
  /** Of the author, in the place of the one before; null takes it away; undefined leaves it. */
  note?: string | null;
}

export interface MarkedThings {
  /** Things that were written about, and those that are not there (any more). */
  marked: number;
  absent: number;
  file: string;
}

type Queries = Pick<StoreQueries, 'markTargets'> | Pick<StoreClientQueries, 'markTargets'>;

/** The last moment that ISO 8601 writes with four digits. */
const lastMoment = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * @param directory of the run
 * @param targets of this run, any number
 * @throws when the file cannot be written, or another process does not let go of it; what was written before stays
 */
export async function changeMarks(
  store: Queries,
  {
    run,
    directory,
    author,
    targets,
    change,
  }: { run: string; directory: string; author: string; targets: readonly RunAddress[]; change: MarkChange },
): Promise<MarkedThings> {
  const host = thisMachine();
  const name = nameOfLabels(author, host);
  const file = sidecarFile(labelsSidecar, directory, name);
  const done: MarkedThings = { marked: 0, absent: 0, file };
  mkdirSync(sidecarFolder(labelsSidecar, directory), { recursive: true });
  await withLock(`${file}.lock`, async () => {
    const writer = new SidecarWriter(labelsSidecar, directory, name, { author, host });
    try {
      for (let i = 0; i < targets.length; i += mostTargets) {
        const part = targets.slice(i, i + mostTargets);
        const { seqs, newest } = await store.markTargets(
          run,
          part.map(({ step, group, solution }) => ({ step, group, solution })),
        );
        // The last word counts, also where the clock of whoever had it before is ahead of this one.
        const time = new Date(Math.min(lastMoment, Math.max(Date.now(), (newest ?? 0) + 1))).toISOString();
        writer.append(part.flatMap((target, k) => linesOf(target, seqs[k], time, change)));
        const there = seqs.filter((seq) => seq !== undefined).length;
        done.marked += there;
        done.absent += part.length - there;
      }
    } finally {
      writer.close();
    }
  });
  return done;
}

function linesOf(target: RunAddress, seq: number | null | undefined, time: string, { add, remove, note }: MarkChange): LabelLine[] {
  if (seq === undefined) return [];
  const { step, group, solution } = target;
  const about = {
    ...{ v: 1 as const, time },
    ...(step !== undefined && { step }),
    ...(group !== undefined && { group }),
    ...(solution !== undefined && { solution }),
    ...(seq !== null && { seq }),
  };
  return [
    ...add.map((label) => ({ ...about, label })),
    ...remove.map((label) => ({ ...about, label, removed: true as const })),
    ...(note === undefined ? [] : [{ ...about, note }]),
  ];
}
