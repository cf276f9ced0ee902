/** Per-token numbers of one solution, each of length |o|; absent where nothing is known. */
export interface TraceNumbers<Numbers extends ArrayLike<number>> {
  /** End offset of each token's text in the solution's text, in UTF-16 code units. */
  ends: Numbers;
  ids?: Numbers;
  /** Log-probability (nats) as the engine that sampled gave it. */
  logpSampler?: Numbers;
  /** log π_old, the trainer's own before its updates (nats). */
  logpOld?: Numbers;
  /** log π_ref (nats). */
  logpRef?: Numbers;
  /** log π_θ at the step's last update (nats). */
  logp?: Numbers;
  /** k3 estimate (nats). */
  kl?: Numbers;
  /** π_θ/π_old. */
  ratio?: Numbers;
  /** Nats. */
  entropy?: Numbers;
  /** 1 = most likely. */
  rank?: Numbers;
  advantage?: Numbers;
  /** 1: learned from, 0: not. */
  mask?: Numbers;
}
