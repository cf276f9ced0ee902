import type { Policy, Sample, SampleOptions } from '../model/policy.js';
import { runPython } from './enginePython.js';
import { sampleWithTools } from './toolSampling.js';

/** A response; where programs have been run, `own` is 1 for each token that the policy wrote and 0 for an output's. */
export type ModelResponse = Sample & { own?: Uint8Array };

/** Programs that are run in one response. */
const programs = 3;

interface ResponseOptions extends SampleOptions {
  /** Longest response, outputs included. */
  maxTokens: number;
  /** Whether programs are run. */
  tools: boolean;
  /** What each prompt ends with that belongs to the response already: a program may have begun there. */
  begun?: readonly (readonly number[])[];
}

/** What the policy writes, with or without tools. Temperature 0 draws no random number. */
export const writeResponses = (
  policy: Policy,
  prompts: readonly (readonly number[])[],
  { tools, begun, ...options }: ResponseOptions,
): Promise<ModelResponse[]> =>
  tools
    ? sampleWithTools(policy, prompts, { ...options, programs, python: runPython, ...(begun && { begun }) })
    : policy.sample(prompts, options);
