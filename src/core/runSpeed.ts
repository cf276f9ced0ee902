/** How fast a run samples and trains, and how much of its devices' peak that is; where it cannot be said, what is missing for it. */
import { samplingFlops, trainingFlops, utilisation } from './modelFlops.js';
import type { TrainingSetup } from './trainingSetup.js';

/** What went through a model, and in how long; null is what was not told. */
export interface Work {
  tokens: number | null;
  /** What the tokens are of. */
  sequences: number | null;
  seconds: number | null;
}

export interface Rate {
  /** Of all devices together; null where it is not known. */
  tokensPerSecond: number | null;
  /** Model-FLOPs utilisation, 0 to 1; null where it is not known. */
  utilisation: number | null;
  /** What either of them lacks, in words; empty where both are known. */
  missing: string[];
}

interface Known {
  setup: TrainingSetup | null;
  /** FLOP/s of one device; null where it is not known. */
  peak: number | null;
}

/** Of the tokens that the policy wrote. */
export function samplingRate(work: Work, { setup, peak }: Known): Rate {
  const missing = missingOf(work, { setup, peak }, 'the tokens of its solutions (tokens/sampled)', 'the seconds of sampling');
  if (setup?.sampler === 'server') missing.push('on which devices the server samples');
  const parameters = setup?.parameters;
  return rateOf(work, missing, (speed) =>
    parameters === undefined ? null : utilisation(samplingFlops({ parameters }), speed, peak!, setup?.processes ?? 1),
  );
}

/** Of the tokens that went forward and backward through the policy. */
export function trainingRate(work: Work, { setup, peak }: Known): Rate {
  const missing = missingOf(work, { setup, peak }, 'the tokens that it trains on (tokens/trained)', 'the seconds of training');
  const parameters = setup?.parameters;
  return rateOf(work, missing, (speed) => {
    if (parameters === undefined) return null;
    const { architecture, trained = parameters, processes = 1 } = setup!;
    // H · Q is the width, but for a few models whose heads are wider together.
    const attention = architecture ? architecture.layers * architecture.width : null;
    const length = work.sequences ? work.tokens! / work.sequences : null;
    return utilisation(trainingFlops({ parameters, trained, attention }, length), speed, peak!, processes);
  });
}

function missingOf({ tokens, seconds }: Work, { setup, peak }: Known, tokensText: string, secondsText: string): string[] {
  const device = setup?.device;
  return [
    ...(tokens === null ? [tokensText] : []),
    ...(!seconds ? [secondsText] : []),
    ...(setup?.parameters === undefined ? ['how many parameters its policy has'] : []),
    ...(peak !== null
      ? []
      : device === undefined
        ? ['on which device it trains']
        : [`the peak of “${device}”, which is not listed (the setting grpoLab.devicePeaks can name it)`]),
  ];
}

function rateOf({ tokens, seconds }: Work, missing: string[], share: (tokensPerSecond: number) => number | null): Rate {
  const tokensPerSecond = tokens === null || !seconds ? null : tokens / seconds;
  return { tokensPerSecond, utilisation: missing.length > 0 || tokensPerSecond === null ? null : share(tokensPerSecond), missing };
}
