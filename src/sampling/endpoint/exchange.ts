/** One request to an endpoint, and its answer in pieces. */
import { tryJson } from '../../core/tryJson.js';
import { readAnswer, type Answer } from './endpointAnswer.js';
import type { Addresses, Endpoint } from './endpoint.js';
import { EndpointError, wordsOf } from './endpointError.js';
import { serverSentEvents } from './serverSentEvents.js';

export interface Patience {
  /** Until the answer begins: a server may have to load the model first, and one that does not stream says nothing until it is done. */
  beginMs: number;
  /** Between two parts of an answer. */
  goOnMs: number;
}

/** Node's own fetch gives up after 300 s. */
export const usualPatience: Patience = { beginMs: 290_000, goOnMs: 120_000 };
const modelsPatienceMs = 10_000;
/** Bytes; more is no answer of a sampler. */
const longestAnswer = 50_000_000;
const longestProblem = 100_000;

export interface Access {
  endpoint: Endpoint;
  addresses: Addresses;
  /** Goes to the endpoint's address only: redirects are not followed. */
  key: string | undefined;
  patience: Patience;
}

/**
 * Asks for solutions and yields the parts of the answer as they come. Leaving it early ends the request.
 * @throws EndpointError; on abort, the reason of the signal
 */
export async function* exchange(access: Access, body: Record<string, unknown>, signal: AbortSignal): AsyncGenerator<Answer> {
  const { endpoint, addresses, patience } = access;
  const ours = new AbortController();
  let timer = setTimeout(() => ours.abort(), patience.beginMs);
  const alive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => ours.abort(), patience.goOnMs);
  };
  let begun = false;
  try {
    const response = await ask(
      access,
      addresses.sample,
      { method: 'POST', body: JSON.stringify(body) },
      AbortSignal.any([signal, ours.signal]),
    );
    if (!response.ok) throw await problemOf(response, access, signal);
    begun = true;
    const chunks = watched(response, alive);
    if (/\btext\/event-stream\b/.test(response.headers.get('content-type') ?? '')) yield* streamed(chunks, endpoint);
    else yield* whole(await textOf(chunks, longestAnswer), response, endpoint);
  } catch (error) {
    signal.throwIfAborted();
    if (ours.signal.aborted) {
      const waited = (begun ? patience.goOnMs : patience.beginMs) / 1000;
      const what = begun ? `has sent nothing more for ${waited} s` : `has not answered within ${waited} s`;
      throw new EndpointError('timeout', endpoint, `${what}. Try fewer or shorter solutions, and look at the server's log.`, error);
    }
    if (error instanceof EndpointError) throw error;
    throw new EndpointError('unreachable', endpoint, begun ? `broke off: ${reasonOf(error)}.` : notReached(error), error);
  } finally {
    clearTimeout(timer);
    ours.abort();
  }
}

/** @returns the names of the models there are; undefined when the endpoint does not say */
export async function modelsOf(access: Access, signal: AbortSignal): Promise<string[] | undefined> {
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(modelsPatienceMs)]);
    const response = await ask(access, access.addresses.models, {}, within);
    const list: unknown = JSON.parse(await textOf(watched(response), longestAnswer));
    if (typeof list !== 'object' || list === null || !('data' in list) || !Array.isArray(list.data)) return undefined;
    return list.data.flatMap((m: unknown) => (typeof m === 'object' && m !== null && 'id' in m && typeof m.id === 'string' ? [m.id] : []));
  } catch {
    return undefined; // only asked to explain another failure
  }
}

function ask({ key }: Access, url: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
  const headers = {
    accept: 'application/json, text/event-stream',
    ...(init.body !== undefined && { 'content-type': 'application/json' }),
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
  };
  return fetch(url, { ...init, headers, redirect: 'manual', signal });
}

/** The chunks of a body; tells of each. */
async function* watched({ body }: Response, alive: () => void = () => undefined): AsyncGenerator<Uint8Array> {
  if (!body) return;
  for await (const chunk of body) {
    alive();
    yield chunk;
  }
}

async function textOf(chunks: AsyncIterable<Uint8Array>, most: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > most) break;
  }
  return text.slice(0, most);
}

async function* streamed(chunks: AsyncIterable<Uint8Array>, endpoint: Endpoint): AsyncGenerator<Answer> {
  let any = false;
  for await (const data of serverSentEvents(chunks)) {
    if (data === '[DONE]') break;
    const value = tryJson(data);
    const answer = readAnswer(value);
    if (answer) {
      any ||= answer.pieces.length > 0;
      yield answer;
    } else if (value === undefined) throw notUnderstood(endpoint, `in its stream is "${excerpt(data)}", which is not JSON`);
    else if (typeof value === 'object' && value !== null && ('error' in value || 'detail' in value))
      throw new EndpointError('failed', endpoint, `stopped in the middle of its answer.${quoted(wordsOf(data))}`);
  }
  if (!any) throw notUnderstood(endpoint, 'its stream holds no solution');
}

function* whole(text: string, response: Response, endpoint: Endpoint): Generator<Answer> {
  const value = tryJson(text);
  const answer = readAnswer(value);
  if (answer && answer.pieces.length > 0) {
    yield answer;
    return;
  }
  const type = response.headers.get('content-type') ?? 'no content type';
  const what = value === undefined ? `with ${type}, not with JSON` : `with JSON that holds no solution ("${excerpt(text)}")`;
  throw notUnderstood(endpoint, `it answered ${what}`);
}

const notUnderstood = (endpoint: Endpoint, what: string): EndpointError =>
  new EndpointError(
    'not understood',
    endpoint,
    `does not speak the OpenAI protocol: ${what}. Check its url: that of the API usually ends in /v1.`,
  );

const refusals = [400, 413, 415, 422, 501];

async function problemOf(response: Response, access: Access, signal: AbortSignal): Promise<EndpointError> {
  const { endpoint, addresses, key } = access;
  const { status } = response;
  const words = wordsOf(await textOf(watched(response), longestProblem));
  const problem = (kind: EndpointError['kind'], what: string) => new EndpointError(kind, endpoint, what);
  if (status === 401 || status === 403) {
    const what = key === undefined ? 'asks for an API key' : 'refuses the API key it was given';
    return problem(
      'unauthorised',
      `${what} (${status}).${quoted(words)} Set it with "GRPO Lab: Set Endpoint API Key…", for grpo-lab in GRPO_LAB_ENDPOINT_KEY.`,
    );
  }
  if (status >= 300 && status < 400)
    return problem(
      'no such address',
      `has moved to ${response.headers.get('location') ?? 'an address it does not tell'}. Correct its url.`,
    );
  if (status === 404 || (refusals.includes(status) && /\bmodel\b/i.test(words))) {
    const models = await modelsOf(access, signal);
    if (models && models.length > 0 && !models.includes(endpoint.model)) {
      const few = models.slice(0, 20).join(', ') + (models.length > 20 ? ', …' : '');
      return problem(
        'no such model',
        `has no model "${endpoint.model}". It has: ${few}. Correct its model in the setting grpoLab.endpoints.`,
      );
    }
    if (status === 404)
      return problem(
        'no such address',
        `has nothing at ${addresses.sample} (404).${quoted(words)} Check its url: that of the API usually ends in /v1.`,
      );
  }
  if (status === 405) return problem('no such address', `takes no questions at ${addresses.sample} (405). Check its url.`);
  if (refusals.includes(status)) return problem('refused', `refuses the request (${status}).${quoted(words)}`);
  return problem('failed', `failed (${status}).${quoted(words)}${status === 429 ? ' Wait a little, or ask for fewer solutions.' : ''}`);
}

const quoted = (words: string): string => (words === '' ? '' : ` It said: ${words}`);
const excerpt = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 80);

const notReached = (error: unknown): string =>
  `cannot be reached: ${reasonOf(error)}. Is the server running, and is its url in the setting grpoLab.endpoints right?`;

/** What fetch hides in the cause: "fetch failed" says nothing. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause: unknown = error.cause;
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0]);
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}
