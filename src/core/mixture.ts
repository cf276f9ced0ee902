/** One source of a data mixture. */
export interface MixtureSource {
  name: string;
  /** Its part of the tokens; the shares of a mixture sum to 1. */
  share: number;
}

/** The mixture of DeepSeekMath's continued pre-training, 500B tokens. Source: DeepSeekMath, section 2.3. */
export const paperMixture: readonly MixtureSource[] = [
  { name: 'DeepSeekMath Corpus', share: 0.56 },
  { name: 'AlgebraicStack', share: 0.04 },
  { name: 'arXiv', share: 0.1 },
  { name: 'GitHub code', share: 0.2 },
  { name: 'Natural language', share: 0.1 },
];

/**
 * Which source the next document comes from, so that after every document each source's tokens are within one document of its share:
 * share_i · T − longest ≤ tokens_i ≤ share_i · T + longest, with T the tokens so far. Nothing is random, and `tokens` is the whole state.
 *
 * Of the sources that are not ahead of their share, the one that would first fall a document behind. (Taking the largest deficit
 * instead can leave a source 1.7 documents behind.)
 * @param shares of the tokens, one per source, summing to 1; a source with share 0 is never drawn
 * @param tokens drawn so far, one per source
 * @param longest no document has more tokens than this
 * @returns index of the source
 * Source: Bennett and Zhang, WF²Q (INFOCOM 1996): packets of weighted flows, none a packet ahead of or behind its fluid share.
 */
export function nextSource(shares: readonly number[], tokens: readonly number[], longest: number): number {
  const total = tokens.reduce((sum, n) => sum + n, 0);
  const drawn = shares.map((_, i) => i).filter((i) => shares[i] > 0);
  if (drawn.length === 0) throw new RangeError('No source of the mixture has a share above 0.');
  // Rounding of the shares may leave nobody behind at all.
  const slack = total * 1e-9;
  const due = drawn.filter((i) => tokens[i] <= shares[i] * total + slack);
  /** T at which the source's deficit reaches one document. */
  const deadline = (i: number): number => (tokens[i] + longest) / shares[i];
  return (due.length > 0 ? due : drawn).reduce((first, i) => (deadline(i) < deadline(first) ? i : first));
}
