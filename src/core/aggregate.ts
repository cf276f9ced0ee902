/**
 * How token losses become one loss: `output` is the mean over outputs of the means over their tokens, `token` the mean over all
 * tokens alike, `constant` the sum over tokens divided by one length for all.
 */
export type Aggregation = 'output' | 'token' | 'constant';

/**
 * The weight of each token of output i, so that Σ_i Σ_t weight_i · loss_it is the loss:
 * - `output`: 1/(N·|o_i|). A token of a long output weighs less. Source: DeepSeekMath, equation 3.
 * - `token`: 1/Σ|o|. Long outputs weigh more. Source: DAPO (arXiv 2503.14476), equation 8.
 * - `constant`: 1/(N·longest). No length bias, and no dependence on the others of the batch. Source: Dr. GRPO (arXiv 2503.20783), section 3.2.
 * @param lengths |o_i| of the N outputs, tokens
 * @param longest the limit of an output's length, tokens; read by `constant` only
 * @returns length N; 0 for an output without tokens
 */
export function tokenWeights(lengths: readonly number[], how: Aggregation, longest: number): Float32Array {
  const n = lengths.length;
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const denominator = (length: number): number => {
    switch (how) {
      case 'output':
        return n * length;
      case 'token':
        return total;
      case 'constant':
        return n * longest;
    }
  };
  return Float32Array.from(lengths, (length) => (length === 0 ? 0 : 1 / denominator(length)));
}
