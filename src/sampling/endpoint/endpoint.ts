/** A server that speaks OpenAI's protocol: vLLM, llama.cpp, Ollama and others. */
export interface Endpoint {
  /** What a person calls it. */
  name: string;
  /** Of the API (`http://localhost:8000/v1`), or of one of its two ways to sample (`…/v1/completions`). */
  url: string;
  model: string;
}

/** Where to ask what. */
export interface Addresses {
  /** Whether questions are chat messages, or prompts to be continued as they are (base models). */
  kind: 'chat' | 'completions';
  sample: string;
  models: string;
}

/** @returns the addresses, or what is wrong with the endpoint's URL */
export function addressesOf({ url }: Pick<Endpoint, 'url'>): Addresses | { problem: string } {
  let base: URL;
  try {
    base = new URL(url);
  } catch {
    return { problem: `"${url}" is no URL. It should look like http://localhost:8000/v1` };
  }
  if (base.protocol !== 'http:' && base.protocol !== 'https:')
    return { problem: `${base.protocol} is not spoken here: the URL must begin with http:// or https://` };
  if (base.username !== '' || base.password !== '')
    return { problem: 'the URL holds a name or password. Take them out, and store a key with "GRPO Lab: Set Endpoint API Key…"' };
  const path = base.pathname.replace(/\/+$/, '');
  const way = /\/(chat\/completions|completions)$/.exec(path);
  const api = `${base.origin}${way ? path.slice(0, way.index) : path === '' ? '/v1' : path}`;
  const kind = way?.[1] === 'completions' ? 'completions' : 'chat';
  return { kind, sample: `${api}/${kind === 'chat' ? 'chat/completions' : kind}${base.search}`, models: `${api}/models${base.search}` };
}

/** Whom a key is given to: the same name at another address is somebody else. */
export const originOf = ({ url }: Pick<Endpoint, 'url'>): string | undefined => (URL.canParse(url) ? new URL(url).origin : undefined);

/** What can go wrong at an endpoint. */
export const endpointProblems = [
  /** Nobody answers there. */
  'unreachable',
  'timeout',
  /** 401 or 403. */
  'unauthorised',
  'no such model',
  /** There is a server, but not this API. */
  'no such address',
  /** It does not do what it was asked for: perhaps it does less. */
  'refused',
  /** 429 and 5xx. */
  'failed',
  /** What it says is not the protocol. */
  'not understood',
] as const;
export type EndpointProblem = (typeof endpointProblems)[number];
