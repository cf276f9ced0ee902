/** Which texts nearly say the same: clusters of signatures by locality-sensitive hashing. Pure. */
import { append, smallest } from '../extremes.js';
import { avalanche } from '../hash.js';
import { bands, rows, similarity, type Signature } from './minHash.js';

/** Texts whose estimated similarity is at least this are near-duplicates of each other. */
export const nearSimilarity = 0.8;

/** Places in the list of signatures, in its order; at least two. */
export interface NearCluster {
  members: number[];
  /** Smallest estimated similarity of a member to the first one: below `nearSimilarity` where others stand between them. */
  loosest: number;
}

/**
 * Clusters of texts each of which is near at least one other of its cluster (single linkage), largest first.
 *
 * What it takes for near follows from estimates: a pair of similarity 0.7 counts with a chance of 1 in 350, one of 0.9 is missed with 1 in 5000, one of
 * 0.8 is as likely either. Pairs that share no band are not compared; of those of 0.8 and above that are 1 in 1400 at most.
 * Source: Broder 1997; Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, section 3.4 (see minHash.ts).
 */
export function nearClusters(signatures: readonly Signature[]): NearCluster[] {
  const parent = Int32Array.from(signatures, (_, i) => i);
  const root = (i: number): number => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]];
    return i;
  };
  for (let band = 0; band < bands; band++)
    for (const bucket of bucketsOf(signatures, band)) {
      // What hangs together already is not compared again.
      let parts: number[][] = [];
      for (const part of groupsOf(bucket, root)) {
        const [first, ...others] = parts.filter((other) => areNear(signatures, other, part));
        if ((first as number[] | undefined) === undefined) {
          parts.push(part);
          continue;
        }
        for (const other of [...others, part]) {
          append(first, other);
          const [x, y] = [root(first[0]), root(other[0])];
          // The first of a cluster is its root.
          parent[Math.max(x, y)] = Math.min(x, y);
        }
        if (others.length > 0) parts = parts.filter((one) => !others.includes(one));
      }
    }
  return groupsOf(parent.keys(), root)
    .filter((members) => members.length > 1)
    .map((members) => ({ members, loosest: smallest(members.map((m) => similarity(signatures[members[0]], signatures[m]))) }))
    .sort((a, b) => b.members.length - a.members.length || a.members[0] - b.members[0]);
}

/** Solutions that would be left out if one of each cluster stayed. */
export const nearCount = (clusters: readonly NearCluster[]): number => clusters.reduce((n, { members }) => n + members.length - 1, 0);

function groupsOf(places: Iterable<number>, keyOf: (place: number) => number): number[][] {
  const groups = new Map<number, number[]>();
  for (const place of places) {
    const key = keyOf(place);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [place]);
    else group.push(place);
  }
  return [...groups.values()];
}

/** Signatures with the same rows of a band; two that only share the hash of it are told apart when they are compared. */
function bucketsOf(signatures: readonly Signature[], band: number): number[][] {
  const keyOf = (place: number): number => {
    let key = 0;
    for (let row = band * rows; row < (band + 1) * rows; row++) key = avalanche(Math.imul(key, 31) ^ signatures[place][row]);
    return key;
  };
  return groupsOf(signatures.keys(), keyOf).filter((bucket) => bucket.length > 1);
}

const areNear = (signatures: readonly Signature[], as: readonly number[], bs: readonly number[]): boolean =>
  as.some((a) => bs.some((b) => similarity(signatures[a], signatures[b]) >= nearSimilarity));
