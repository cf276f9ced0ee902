/**
 * Floating-point operations that a decoder-only transformer needs for a token, and how much of a device's peak they are. What is
 * computed again to save memory, and padding, count for nothing: that is what makes it model-FLOPs utilisation.
 */

/** Of the policy. */
export interface ModelSize {
  /** N. */
  parameters: number;
  /** Of these, the learned ones. */
  trained: number;
  /** L · H · Q: layers times the width of their heads together; null where it is not known. */
  attention: number | null;
}

/**
 * Forward and backward pass: 6N + 12·L·H·Q·T. Of the 6N, 2N are the forward pass, 2N the gradients of the activations and 2N those of
 * the weights, which weights that are not learned do not need: 4N + 2·N_learned.
 * Source: PaLM (arXiv 2204.02311), appendix B.
 * @param length T, the mean length of the sequences; null where it is not known: attention is left out then
 */
export const trainingFlops = ({ parameters, trained, attention }: ModelSize, length: number | null): number =>
  4 * parameters + 2 * trained + (attention === null || length === null ? 0 : 12 * attention * length);

/**
 * Forward pass of a token that is sampled: 2N. Attention to what stands before it (2·L·T·H·Q) is left out: how much that is, a run does
 * not tell.
 * Source: Kaplan et al. (arXiv 2001.08361), section 2.1.
 */
export const samplingFlops = ({ parameters }: Pick<ModelSize, 'parameters'>): number => 2 * parameters;

/**
 * Share of the peak that the work comes to.
 * @param flops of a token
 * @param tokensPerSecond of all devices together
 * @param peak FLOP/s of one device
 */
export const utilisation = (flops: number, tokensPerSecond: number, peak: number, devices: number): number =>
  (flops * tokensPerSecond) / (peak * devices);
