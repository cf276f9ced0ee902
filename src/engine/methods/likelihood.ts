import { neg } from '../graph/index.js';
import type { TokenObjective } from '../model/modelObjective.js';

/** −log π_θ: a gradient coefficient of 1, which a batch's weights may turn into 0 by leaving sequences out. */
export const likelihood: TokenObjective = { name: 'likelihood', inputs: [], loss: ({ logp }) => neg(logp) };
