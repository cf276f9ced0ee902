import type { EndpointProblem } from './endpoint/endpoint.js';

/** Why a group could not be sampled, in a sentence for a person. */
export class SamplingError extends Error {
  constructor(
    message: string,
    /** Null: nothing that an endpoint said or did. */
    readonly problem: EndpointProblem | null,
  ) {
    super(message);
    this.name = 'SamplingError';
  }
}
