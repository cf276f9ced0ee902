import { symmetric } from '../../../src/core/objective.js';
import { surrogateObjective } from '../../../src/engine/methods/surrogate.js';

export { likelihood as sft } from '../../../src/engine/methods/likelihood.js';
/** GRPO's objective with the paper's symmetric clip range and k3 in the loss. */
export const grpo = (epsilon: number, beta: number) => surrogateObjective({ clip: symmetric(epsilon), beta, ratio: 'token', kl: 'k3' });
