import { tryJson } from '../../core/tryJson.js';
import type { Endpoint, EndpointProblem } from './endpoint.js';

/** What went wrong at an endpoint: what, where, and what to do. Never with a key in it. */
export class EndpointError extends Error {
  constructor(
    readonly kind: EndpointProblem,
    endpoint: Endpoint,
    /** Without saying where. */
    readonly what: string,
    cause?: unknown,
  ) {
    super(`The endpoint ${endpoint.name} (${endpoint.url}) ${what}`, { cause });
    this.name = 'EndpointError';
  }
}

/** The server's own words, from an error body of any shape that servers use; cut, on one line. */
export function wordsOf(body: string): string {
  const words = messageIn(tryJson(body)) ?? (/^\s*</.test(body) ? '' : body);
  return words.replace(/\s+/g, ' ').trim().slice(0, 300);
}

/** `{error: {message}}` (OpenAI, vLLM, llama.cpp), `{error: "…"}` (Ollama), `{detail}` (FastAPI), `{message}`. */
function messageIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const { error, message, detail } = value as Record<string, unknown>;
  if (typeof message === 'string') return message;
  return messageIn(error) ?? (typeof detail === 'string' ? detail : detail === undefined ? undefined : JSON.stringify(detail));
}
