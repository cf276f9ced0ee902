/** What is said of near-duplicates, on pages and in the terminal alike. */
import { count, percent, signed, significant } from '../core/format.js';
import { hashes } from '../core/nearDuplicates/minHash.js';
import { nearSimilarity } from '../core/nearDuplicates/nearClusters.js';
import { shingleLength } from '../core/nearDuplicates/shingles.js';
import type { NearDuplicates, NearMember, NearRow, NearScope } from '../store/views.js';

export const nearMeaning = 'solutions that nearly repeat another one of their group; one of each cluster is not counted';

/** How near is decided, and how sure that is. */
export const nearMethod =
  `Near: of the runs of ${shingleLength} words that either text has, at least ${nearSimilarity} are in both. Estimated from ${hashes} hash values of each ` +
  `(MinHash, standard error 0.03 at ${nearSimilarity}): a pair at 0.7 counts in 1 of 350 cases, one at 0.9 is missed in 1 of 5,000.`;

/** `12 of 16 solutions (75%) nearly repeat another one, in 2 clusters`: one of each cluster is not counted. */
export function nearText({ compared, near, clusters }: NearDuplicates): string {
  if (clusters === 0) return `No two of ${count(compared, 'solution')} nearly say the same`;
  const verb = near === 1 ? 'repeats' : 'repeat';
  return `${near.toLocaleString('en-US')} of ${count(compared, 'solution')} (${percent(near / compared)}) nearly ${verb} another one, in ${count(clusters, 'cluster')}`;
}

/** What was not compared; undefined: all were. */
export const nearLeftText = ({ solutions, compared }: NearDuplicates): string | undefined =>
  compared < solutions
    ? `Only the first ${compared.toLocaleString('en-US')} of ${count(solutions, 'solution')} were read in the time there was, and are compared.`
    : undefined;

/** `5 of 8 right`; undefined: none was judged. */
export const rightText = ({ judged, right }: NearRow): string | undefined =>
  judged === 0 ? undefined : `${right.toLocaleString('en-US')} of ${judged.toLocaleString('en-US')} right`;

/** `7 solutions · 3 letter by letter · least alike 0.86 · 5 of 7 right · mean advantage +0.31`. */
export const rowFacts = (row: NearRow): string[] => [
  ...(row.equal > 0 ? [row.equal === row.size - 1 ? 'equal' : `${row.equal.toLocaleString('en-US')} repeated letter by letter`] : []),
  ...(row.equal === row.size - 1 ? [] : [`similarity to the first ≥ ${significant(row.loosest)}`]),
  ...[rightText(row) ?? []].flat(),
  ...(row.advantage === null ? [] : [`mean advantage ${signed(row.advantage)}`]),
];

/** Where a solution stands, as far as that is not clear from where one looks. */
export function memberText({ step, group, solution }: NearMember, scope: NearScope): string {
  if ('question' in scope) return `step ${step} · ${solution + 1}`;
  return scope.group === undefined ? `group ${group + 1} · ${solution + 1}` : String(solution + 1);
}
