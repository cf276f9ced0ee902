/** Which findings somebody should hear of at once. */
import type { Sick } from './judgement.js';

/** Of what has been sampled since the onset. Ours. */
const seriousShare = 0.1;

/**
 * It goes on, and what it cost is a tenth or more of what the run has done since it began: of a failure of the last ten steps in a
 * thousand the share of the whole run says too little.
 * @param upTo the last step that was seen
 */
export function isSerious({ onset, until, cost }: Pick<Sick, 'onset' | 'until' | 'cost'>, upTo: number | null): boolean {
  if (until !== null) return false;
  const last = Math.max(upTo ?? onset, onset);
  const shareSince = (cost.share * Math.max(1, last)) / (last - onset + 1);
  return shareSince >= seriousShare;
}
