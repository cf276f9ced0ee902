import { endpointSampler } from '../../sampling/endpoint/sampleEndpoint.js';
import type { SampleListener } from '../../sampling/sampler.js';
import type { ServiceAnswer, ServiceRequest } from '../../sampling/wire.js';

/** Often enough to look live; a line for every token would cost the host more than the token. */
const tellEveryMs = 40;

/**
 * Samples a group from a model behind an endpoint: texts are told together, a solution when all of its text has been.
 * @returns what a person should know of how it was done
 * @throws EndpointError, or the reason of the signal
 */
export async function sampleEndpoint(
  request: Extract<ServiceRequest, { kind: 'endpoint' }>,
  say: (answer: ServiceAnswer) => void,
  signal: AbortSignal,
): Promise<string[]> {
  const { id, endpoint, key, question, size, temperature, max_tokens: maxTokens, seed } = request;
  const written = new Map<number, string>();
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (written.size > 0) say({ kind: 'text', id, parts: [...written] });
    written.clear();
  };
  const listener: SampleListener = {
    text: (index, more) => {
      written.set(index, (written.get(index) ?? '') + more);
      timer ??= setTimeout(flush, tellEveryMs);
    },
    solution: (index, sampled) => {
      flush();
      say({ kind: 'solution', id, index, ...sampled });
    },
  };
  try {
    const sampler = endpointSampler(endpoint, { key: key ?? undefined });
    return await sampler({ question, size, temperature, maxTokens, seed }, listener, signal);
  } finally {
    flush();
  }
}
