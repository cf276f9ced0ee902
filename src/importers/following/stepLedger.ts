import { hash64 } from '../../core/hash.js';
import { halvesOf, Numbering } from '../compact/numbering.js';
import { NumberTable } from '../compact/numberTable.js';

/** 64 bits of a digest of what was told. */
export type Digest = readonly [number, number];

/** Columns of a group: its digest, how often another one was told in its place, and the replay in which it was told last. */
const groupColumns = { a: 0, b: 1, times: 2, replay: 3 };

/**
 * What has been told of one step: some tens of bytes a thing, outside the collector's heap, for a follower may tell ten million
 * traces.
 */
export class StepLedger {
  private groupRows: Numbering | null = null;
  private groups: NumberTable | null = null;
  private rows: Numbering | null = null;
  private digests: NumberTable | null = null;

  /** Of anything that is no group. @returns whether it is new, or another one than before */
  put(key: string, [a, b]: Digest): boolean {
    const rows = (this.rows ??= new Numbering());
    const digests = (this.digests ??= new NumberTable(Uint32Array, 2));
    const count = rows.size;
    const row = rows.add(...hash64(key));
    if (row === count) digests.add();
    else if (digests.get(row, 0) === a && digests.get(row, 1) === b) return false;
    digests.set(row, 0, a);
    digests.set(row, 1, b);
    return true;
  }

  putGroup(group: number, [a, b]: Digest, replay: number): boolean {
    const rows = (this.groupRows ??= new Numbering());
    const groups = (this.groups ??= new NumberTable(Uint32Array, Object.keys(groupColumns).length));
    const count = rows.size;
    const row = rows.add(...halvesOf(group));
    if (row === count) groups.add();
    groups.set(row, groupColumns.replay, replay);
    if (row < count && groups.get(row, groupColumns.a) === a && groups.get(row, groupColumns.b) === b) return false;
    groups.set(row, groupColumns.a, a);
    groups.set(row, groupColumns.b, b);
    groups.set(row, groupColumns.times, groups.get(row, groupColumns.times) + 1);
    return true;
  }

  putTrace(group: number, solution: number, digest: Digest): boolean {
    // Another group in its place: the traces told of the former one are not its traces.
    const row = this.groupRows?.get(...halvesOf(group)) ?? -1;
    const times = row < 0 ? 0 : this.groups!.get(row, groupColumns.times);
    return this.put(`t${group}/${solution}`, hash64(`${digest.join()} ${times}`));
  }

  /** How many groups there are, and how many of them were told in this replay. */
  countIn(replay: number): { groups: number; again: number } {
    const groups = this.groupRows?.size ?? 0;
    let again = 0;
    for (let row = 0; row < groups; row++) again += Number(this.groups!.get(row, groupColumns.replay) === replay);
    return { groups, again };
  }
}
