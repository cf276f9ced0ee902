/** What a group is sampled with, from whichever policy: a checkpoint of the embedded trainer, or a model behind an endpoint. */
export interface SampleRequest {
  question: string;
  /** G. */
  size: number;
  temperature: number;
  /** Longest solution. */
  maxTokens: number;
  /** The same seed gives the same solutions, as far as the sampler keeps that promise. */
  seed: number;
}

/** One solution as it was sampled; untrusted text. */
export interface SampledText {
  text: string;
  /** Length in tokens, outputs of programs included; null when the sampler does not say. */
  tokens: number | null;
  /** log π of each token that the policy wrote (of a server perhaps without the end token); null when the sampler does not say. */
  logp: number[] | null;
  /** End offset of each of them in the text (UTF-16 code units), where a server lists texts of tokens that make up the whole; else null. */
  ends: number[] | null;
  /** Entropy (nats) of the distribution each of them was drawn from; null when the sampler does not say. */
  entropy: number[] | null;
  finish: 'stop' | 'length' | 'other';
  /** What the reward model beside the policy says: the probability of being right; null where there is none. */
  model: number | null;
}

/** Hears of a group as it is written. Solutions are numbered from 0; they may be written side by side or one after the other. */
export interface SampleListener {
  text(index: number, more: string): void;
  solution(index: number, sampled: SampledText): void;
}

/**
 * Samples one group.
 * @returns what a person should know of how it was done
 * @throws with a sentence for a person; on abort, whatever `signal.throwIfAborted` throws
 */
export type Sampler = (request: SampleRequest, listener: SampleListener, signal: AbortSignal) => Promise<string[]>;
