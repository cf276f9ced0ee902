/** A small real server that speaks OpenAI's protocol the way a test wants it: whole, streamed, picky, slow, broken. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ModelRequest {
  path: string;
  authorization: string | undefined;
  body: {
    model: string;
    n?: number;
    stream?: boolean;
    stream_options?: { include_usage: boolean };
    logprobs?: boolean | number;
    seed?: number;
    messages?: { content: string }[];
    prompt?: string;
    temperature: number;
    max_tokens: number;
  };
}

export interface Manners {
  /** Gives only the first of the solutions asked for. */
  ignoresN?: boolean;
  /** Answers whole, whatever was asked. */
  ignoresStream?: boolean;
  ignoresLogprobs?: boolean;
  /** Answers 400 to a request that has one of these, and says which unless `silent`. */
  refuses?: ('n' | 'stream' | 'stream_options' | 'logprobs' | 'seed')[];
  silent?: boolean;
  key?: string;
  /** Bytes a chunk of the body: lines and characters are cut anywhere. */
  chunk?: number;
  /** As llama.cpp streams a character that takes several tokens: the first ones have no log-probabilities, and every solution says how many tokens it has. */
  unfinished?: boolean;
  /** As llama.cpp streams the end: its token has no log-probability, and is counted. */
  endToken?: boolean;
  /** Answers a request otherwise; true when it did. */
  instead?: (request: IncomingMessage, response: ServerResponse, requests: ModelRequest) => boolean;
  /** What an answer waits for. */
  after?: () => Promise<unknown>;
}

const words = (i: number): string[] => [
  '3+4',
  '=',
  i % 3 === 2 ? '8' : '7',
  '. The answer',
  ' is ',
  i % 3 === 2 ? '8' : '7',
  '.',
  i % 2 === 0 ? ' ✓' : '',
];

/** The solution of a seed, as a model's would depend on it. */
export const solutionOf = (seed: number): string => words(seed).join('');

export class ModelServer {
  readonly requests: ModelRequest[] = [];
  private constructor(private readonly server: Server) {}

  static async start(manners: Manners = {}): Promise<ModelServer> {
    const server = createServer((request, response) => void made.answer(request, response, manners));
    const made = new ModelServer(server);
    await new Promise<void>((go) => server.listen(0, '127.0.0.1', go));
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((go) => this.server.close(go));
  }

  private async answer(request: IncomingMessage, response: ServerResponse, manners: Manners): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body = (text === '' ? {} : JSON.parse(text)) as ModelRequest['body'];
    const requests = { path: request.url ?? '', authorization: request.headers.authorization, body };
    this.requests.push(requests);
    const json = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (manners.instead?.(request, response, requests)) return;
    await manners.after?.();
    if (manners.key !== undefined && requests.authorization !== `Bearer ${manners.key}`) {
      json(401, { error: { message: 'Incorrect API key provided' } });
      return;
    }
    if (requests.path === '/v1/models') {
      json(200, { object: 'list', data: [{ id: 'tiny' }, { id: 'small' }] });
      return;
    }
    if (!/^\/v1\/(chat\/)?completions$/.test(requests.path)) {
      json(404, { detail: 'Not Found' });
      return;
    }
    if (body.model !== 'tiny') {
      json(404, { error: { message: `The model \`${body.model}\` does not exist.` } });
      return;
    }
    const refused = manners.refuses?.find((what) => (what === 'n' ? (body.n ?? 1) > 1 : body[what] !== undefined && body[what] !== false));
    if (refused) {
      json(400, { error: { message: manners.silent ? 'bad request' : `${refused} is not supported` } });
      return;
    }
    const n = manners.ignoresN ? 1 : (body.n ?? 1);
    const logprobs = body.logprobs !== undefined && !manners.ignoresLogprobs;
    if (body.stream && !manners.ignoresStream) await this.stream(response, body, n, logprobs, manners);
    else json(200, whole(body, n, logprobs));
  }

  private async stream(
    response: ServerResponse,
    body: ModelRequest['body'],
    n: number,
    logprobs: boolean,
    { chunk: size = Infinity, unfinished, endToken }: Manners,
  ): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    const events = [': hello\n\n'];
    const unlisted = (unfinished ? 2 : 0) + (endToken ? 1 : 0);
    const counted = 8 + unlisted;
    // Token by token, the solutions side by side.
    for (let t = 0; t < 8; t++)
      for (let i = 0; i < n; i++) {
        const token = words((body.seed ?? 0) + i)[t];
        const entry = body.messages ? { content: [{ token, logprob: -t / 10 }] } : { tokens: [token], token_logprobs: [-t / 10] };
        const lp = logprobs ? { logprobs: entry } : {};
        const piecePart = body.messages ? { delta: { content: token } } : { text: token };
        const last = t === 7 && n > 1 && unlisted > 0 && { timings: { predicted_n: counted } };
        events.push(
          `data: ${JSON.stringify({ choices: [{ index: i, ...piecePart, ...lp, finish_reason: t === 7 ? 'stop' : null }], ...last })}\r\n\r\n`,
        );
      }
    const usage = { choices: [], usage: { completion_tokens: counted * n } };
    if (body.stream_options?.include_usage) events.push(`data: ${JSON.stringify(usage)}\n\n`);
    events.push('data: [DONE]\n\n');
    const bytes = Buffer.from(events.join(''));
    const step = Math.min(size, bytes.length);
    for (let at = 0; at < bytes.length; at += step) {
      response.write(bytes.subarray(at, at + step));
      await new Promise((go) => setImmediate(go));
    }
    response.end();
  }
}

function whole(body: ModelRequest['body'], n: number, logprobs: boolean): unknown {
  const choices = Array.from({ length: n }, (_, i) => {
    const text = words((body.seed ?? 0) + i).join('');
    const list = Array.from({ length: 8 }, (_, t) => -t / 10);
    const lp = logprobs ? { logprobs: body.messages ? { content: list.map((logprob) => ({ logprob })) } : { token_logprobs: list } } : {};
    return { index: i, finish_reason: 'stop', ...(body.messages ? { message: { role: 'assistant', content: text } } : { text }), ...lp };
  });
  return { choices, usage: { completion_tokens: 8 * n } };
}
