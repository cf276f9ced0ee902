/** Writes solutions, with their whole texts, group by group. */
import { append } from '../core/extremes.js';
import type { FoundSolution } from '../store/views.js';
import type { StoreClientQueries, StoreQueries } from '../store/questions.js';
import type { ExportedGroup, ExportedSolution } from '../store/views.js';
import type { ExportFormat, ExportSummary } from './exportFormat.js';
import { pairFile } from './pairFile.js';
import { pairsOf } from './pairs.js';
import type { Write } from './rowFile.js';
import { solutionFile, type GroupPlaceOfRun } from './solutionFile.js';

type Ask = Pick<StoreQueries, 'exported'> | Pick<StoreClientQueries, 'exported'>;
type Place = FoundSolution['address'];

/** Solutions that are asked for at once. */
const atOnce = 1000;

/**
 * @param places where the solutions stand, in lists of any length; those of a group come behind each other
 * @param write takes the file, piece by piece
 */
export async function exportSolutions(
  ask: Ask,
  places: AsyncIterable<readonly Place[]>,
  format: ExportFormat,
  write: Write,
): Promise<ExportSummary> {
  const summary: ExportSummary = { written: 0, solutions: 0, groups: 0, withoutPair: 0, unknown: 0, same: 0, gone: 0 };
  await (format.as === 'pairs' ? exportPairs(format) : exportEach(format.as));
  return summary;

  async function exportEach(as: 'jsonl' | 'csv' | 'parquet'): Promise<void> {
    const file = await solutionFile(as, write);
    for await (const { place, indices } of byGroup(places)) {
      summary.groups++;
      for await (const { solutions, ...of } of partsOf(place, indices)) {
        await file.add(solutions.map((solution) => ({ place, of, solution })));
        summary.written += solutions.length;
      }
    }
    await file.end();
  }

  async function exportPairs({ rule, file: kind }: ExportFormat & { as: 'pairs' }): Promise<void> {
    const file = await pairFile(kind, write);
    for await (const { place, indices } of byGroup(places)) {
      summary.groups++;
      // Pairs need the group's solutions beside each other.
      const together: ExportedSolution[] = [];
      let group: ExportedGroup | undefined;
      for await (const part of partsOf(place, indices)) {
        group = part;
        append(together, part.solutions);
      }
      const { pairs, unknown, same } = pairsOf(together, rule);
      if (group !== undefined) {
        const of = group;
        await file.add(pairs.map((pair) => ({ place, of, pair, rule })));
      }
      summary.written += pairs.length;
      summary.unknown += unknown;
      summary.same += same;
      if (pairs.length === 0) summary.withoutPair++;
    }
    await file.end();
  }

  async function* partsOf({ run, step, group }: GroupPlaceOfRun, indices: readonly number[]): AsyncGenerator<ExportedGroup> {
    let there = 0;
    for (let at = 0; at < indices.length;) {
      const some = indices.slice(at, at + atOnce);
      const part = await ask.exported(run, step, group, some);
      if (part !== null) {
        there += part.solutions.length;
        summary.solutions += part.solutions.length;
        yield part;
      }
      at += part?.next ?? some.length;
    }
    summary.gone += indices.length - there;
  }
}

/** Places behind each other that are in one group. */
async function* byGroup(lists: AsyncIterable<readonly Place[]>): AsyncGenerator<{ place: GroupPlaceOfRun; indices: number[] }> {
  let open: { place: GroupPlaceOfRun; indices: number[] } | undefined;
  for await (const list of lists)
    for (const { run, step, group, solution } of list) {
      if (open?.place.run === run && open.place.step === step && open.place.group === group) {
        open.indices.push(solution);
        continue;
      }
      if (open !== undefined) yield open;
      open = { place: { run, step, group }, indices: [solution] };
    }
  if (open !== undefined) yield open;
}

/** Solutions that were picked one by one, so that those of a group stand behind each other. */
export function inGroups(places: readonly Place[]): Place[] {
  const groups = Map.groupBy(places, ({ run, step, group }) => `${run} ${step} ${group}`);
  return [...groups.values()].flatMap((places) => places.toSorted((a, b) => a.solution - b.solution));
}
