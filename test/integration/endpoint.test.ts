/** The client of OpenAI-compatible endpoints, against a real server on this machine; alone, and in the process that it runs in. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { Patience } from '../../src/sampling/endpoint/exchange.js';
import { EndpointError } from '../../src/sampling/endpoint/endpointError.js';
import { endpointSampler } from '../../src/sampling/endpoint/sampleEndpoint.js';
import { networkEnv } from '../../src/sampling/networkEnv.js';
import type { SampledText } from '../../src/sampling/sampler.js';
import { SamplingProcess } from '../../src/sampling/samplingProcess.js';
import { ModelServer, solutionOf, type Manners } from '../builders/modelServer.js';

const started: ModelServer[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
});
async function serve(manners?: Manners): Promise<ModelServer> {
  const server = await ModelServer.start(manners);
  started.push(server);
  return server;
}

const request = { question: '3 + 4', size: 3, temperature: 0.7, maxTokens: 50, seed: 30 };

interface Options {
  path?: string;
  model?: string;
  key?: string;
  patience?: Patience;
  size?: number;
  seed?: number;
  question?: string;
  signal?: AbortSignal;
  heard?: (text: string) => void;
  /** Asks from this process, not from the test's own. */
  process?: SamplingProcess;
}

async function sample(server: { url: string }, o: Options = {}) {
  const endpoint = { name: 'local', url: `${server.url}${o.path ?? '/v1'}`, model: o.model ?? 'tiny' };
  const streamed: string[] = [];
  const solutions: SampledText[] = [];
  const listener = {
    text: (i: number, more: string) => {
      streamed[i] = (streamed[i] ?? '') + more;
      o.heard?.(more);
    },
    solution: (i: number, s: SampledText) => void (solutions[i] = s),
  };
  const sampler =
    o.process?.endpointSampler(endpoint, o.key) ?? endpointSampler(endpoint, { key: o.key, ...(o.patience && { patience: o.patience }) });
  const notes = await sampler(
    { ...request, size: o.size ?? request.size, seed: o.seed ?? request.seed, question: o.question ?? request.question },
    listener,
    o.signal ?? new AbortController().signal,
  );
  return { notes, streamed, solutions };
}

const failure = async (server: { url: string }, o: Options = {}): Promise<EndpointError> => {
  const error: unknown = await sample(server, o).then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(EndpointError);
  return error as EndpointError;
};

const texts = [solutionOf(30), solutionOf(31), solutionOf(32)];

describe('a group', () => {
  test.each(['/v1', '/v1/completions'])('comes in one streamed request to %s, with log-probabilities', async (path) => {
    const server = await serve();
    const { notes, streamed, solutions } = await sample(server, { path });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0].body).toMatchObject({ model: 'tiny', n: 3, stream: true, temperature: 0.7, max_tokens: 50, seed: 30 });
    expect(server.requests[0].body.messages?.[0].content ?? server.requests[0].body.prompt).toBe('3 + 4');
    expect(solutions.map((s) => s.text)).toEqual(texts);
    expect(streamed).toEqual(texts);
    for (const s of solutions) {
      expect(s).toMatchObject({ tokens: 8, entropy: null, finish: 'stop' });
      expect(s.logp).toEqual([0, -0.1, -0.2, -0.3, -0.4, -0.5, -0.6, -0.7]);
    }
    expect(notes).toEqual([]);
  });

  test('is the same when bytes come one by one, characters cut in two', async () => {
    const { solutions } = await sample(await serve({ chunk: 1 }));
    expect(solutions.map((s) => s.text)).toEqual(texts);
  });

  test('of a server that gives one solution a request is asked for one by one, each with a seed of its own', async () => {
    const server = await serve({ ignoresN: true });
    const { notes, solutions } = await sample(server);
    expect(solutions.map((s) => s.text)).toEqual(texts);
    expect(server.requests.map((a) => [a.body.n, a.body.seed])).toEqual([
      [3, 30],
      [undefined, 31],
      [undefined, 32],
    ]);
    expect(notes).toEqual(['It gives one solution a request: it was asked 3 times.']);
  });

  test.each([
    ['n', ['It gives one solution a request: it was asked 4 times.']],
    ['stream', ['It does not stream: solutions come whole.']],
    ['logprobs', ['It gives no log-probabilities.']],
    ['seed', ['It takes no seed: the same seed gives other solutions.']],
  ] as const)('of a server that refuses %s comes without', async (what, expected) => {
    const server = await serve({ refuses: [what] });
    const { notes, solutions } = await sample(server);
    expect(solutions).toHaveLength(3);
    expect(solutions.every((s) => s.finish === 'stop')).toBe(true);
    expect(notes).toEqual(expected);
    expect(server.requests).toHaveLength(what === 'n' ? 4 : 2);
  });

  test('of a server that refuses everything and does not say what comes all the same', async () => {
    const { notes, solutions } = await sample(await serve({ refuses: ['n', 'stream', 'logprobs', 'seed'], silent: true }));
    expect(solutions.map((s) => s.text)).toEqual([0, 0, 0].map(solutionOf));
    expect(solutions[0]).toMatchObject({ tokens: 8, logp: null });
    expect(notes).toHaveLength(5);
  });

  test('of a server that does not sample is not taken for a group in silence', async () => {
    const server = await serve({ refuses: ['seed'] });
    const { notes } = await sample({ url: server.url }, { path: '/v1' });
    expect(notes.join()).not.toContain('does not sample');
    const greedy = await serve({
      instead: (_q, response, { body }) => {
        const choices = Array.from({ length: body.n ?? 1 }, (_, index) => ({
          index,
          message: { content: 'It is 7.' },
          finish_reason: 'stop',
        }));
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ choices }));
        return true;
      },
    });
    expect((await sample(greedy)).notes).toContain(
      'Its 3 solutions are the same although the temperature is 0.7: perhaps it does not sample.',
    );
    expect((await sample(greedy, { size: 1 })).notes.join()).not.toContain('the same');
  });

  test.each([1, 3])(
    'of %i solutions whose characters take several tokens has as many tokens as the server counts, and no row that is not theirs',
    async (size) => {
      const { notes, solutions } = await sample(await serve({ unfinished: true }), { size });
      for (const s of solutions) expect(s).toMatchObject({ tokens: 10, logp: null });
      expect(notes).toEqual([
        size === 1
          ? 'The log-probabilities of its solution are left out: it lists another number of tokens than it counts.'
          : 'The log-probabilities of 3 of its 3 solutions are left out: it lists another number of tokens than it counts.',
      ]);
    },
  );

  test.each([1, 3])('of %i solutions keeps the rows in which only the end is missing', async (size) => {
    const { notes, solutions } = await sample(await serve({ endToken: true }), { size, seed: 31 });
    expect(solutions.map((s) => s.tokens)).toEqual(Array<number>(size).fill(9));
    // Whether the end is missing, or a part of the check mark, nobody can tell.
    expect(solutions.map((s) => s.logp?.length ?? null)).toEqual([8, null, 8].slice(0, size));
    expect(notes).toHaveLength(size === 1 ? 0 : 1);
  });

  test('of one solution is counted by a server that lists no tokens', async () => {
    const server = await serve({ ignoresLogprobs: true });
    expect((await sample(server, { size: 1 })).solutions).toMatchObject([{ tokens: 8, logp: null }]);
    expect(server.requests[0].body.stream_options).toEqual({ include_usage: true });
    const refusing = await serve({ ignoresLogprobs: true, refuses: ['stream_options'] });
    expect((await sample(refusing, { size: 1 })).solutions).toMatchObject([{ text: solutionOf(30), tokens: null }]);
    expect(refusing.requests.map((r) => r.body.stream)).toEqual([true, true]);
  });

  test('of a server that does not do what it silently accepts', async () => {
    const { notes, solutions, streamed } = await sample(await serve({ ignoresStream: true, ignoresLogprobs: true }));
    expect(solutions.map((s) => s.text)).toEqual(texts);
    expect(streamed).toEqual(texts);
    expect(notes).toEqual(['It gives no log-probabilities.']);
  });

  test('holds what a reasoning model thought', async () => {
    const events = [{ reasoning_content: 'hm' }, { reasoning_content: ' 7' }, { content: 'It is ' }, { content: '7' }].map((delta) => ({
      choices: [{ index: 0, delta }],
    }));
    const end = { choices: [{ index: 0, delta: {}, finish_reason: 'length' }] };
    const server = await serve({
      instead: (_q, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end([...events, end].map((e) => `data: ${JSON.stringify(e)}\n\n`).join(''));
        return true;
      },
    });
    const { solutions } = await sample(server, { size: 1 });
    expect(solutions).toMatchObject([{ text: '<think>\nhm 7\n</think>\n\nIt is 7', finish: 'length', tokens: null }]);
  });
});

describe('a key', () => {
  test('is sent, and only asked for where it is wanted', async () => {
    const server = await serve({ key: 'sesame' });
    expect((await sample(server, { key: 'sesame' })).solutions).toHaveLength(3);
    const missing = await failure(server);
    expect(missing.kind).toBe('unauthorised');
    expect(missing.message).toContain('asks for an API key (401). It said: Incorrect API key provided');
    expect(missing.message).toContain('Set Endpoint API Key…');
    const wrong = await failure(server, { key: 'open' });
    expect(wrong.message).toContain('refuses the API key it was given (401)');
    expect(wrong.message).not.toContain('open ');
  });

  test('does not follow a redirect to somebody else', async () => {
    const other = await serve();
    const server = await serve({
      instead: (_q, response) => {
        response.writeHead(307, { location: `${other.url}/v1/chat/completions` }).end();
        return true;
      },
    });
    const error = await failure(server, { key: 'sesame' });
    expect(error.message).toContain(`has moved to ${other.url}/v1/chat/completions. Correct its url.`);
    expect(other.requests).toEqual([]);
  });
});

describe('what is wrong is said with what to do', () => {
  test('a model it does not have, with those it has', async () => {
    const error = await failure(await serve(), { model: 'large' });
    expect(error.kind).toBe('no such model');
    expect(error.message).toContain('has no model "large". It has: tiny, small.');
  });

  test('an address that is none of the API', async () => {
    const error = await failure(await serve(), { path: '/api' });
    expect(error).toMatchObject({ kind: 'no such address' });
    expect(error.message).toContain('/api/chat/completions (404). It said: Not Found Check its url');
  });

  test('nobody there', async () => {
    const server = await ModelServer.start();
    const gone = { url: server.url };
    await server.stop();
    const error = await failure(gone);
    expect(error.kind).toBe('unreachable');
    expect(error.message).toMatch(/cannot be reached: .*ECONNREFUSED.*Is the server running/);
  });

  test('a web page, other JSON, and a stream that is none', async () => {
    const answering = (type: string, body: string) =>
      serve({
        instead: (_q, response) => {
          response.writeHead(200, { 'content-type': type }).end(body);
          return true;
        },
      });
    for (const [type, body, words] of [
      ['text/html', '<html>Welcome</html>', 'it answered with text/html, not with JSON'],
      ['application/json', '{"ok":true}', 'JSON that holds no solution ("{"ok":true}")'],
      ['text/event-stream', 'data: hello\n\n', 'in its stream is "hello", which is not JSON'],
      ['text/event-stream', ': nothing\n\n', 'its stream holds no solution'],
    ]) {
      const error = await failure(await answering(type, body));
      expect(error.kind).toBe('not understood');
      expect(error.message).toContain(words);
    }
  });

  test('a server that fails, at once or in the middle', async () => {
    const busy = await serve({
      instead: (_q, response) => {
        response.writeHead(429).end('{"error":"slow down"}');
        return true;
      },
    });
    expect((await failure(busy)).message).toContain('failed (429). It said: slow down Wait a little');
    const broken = await serve({
      instead: (_q, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const piece = { choices: [{ index: 0, delta: { content: 'so' } }] };
        response.end(`data: ${JSON.stringify(piece)}\n\ndata: {"error":{"message":"out of memory"}}\n\n`);
        return true;
      },
    });
    expect((await failure(broken)).message).toContain('stopped in the middle of its answer. It said: out of memory');
    const cut = await serve({
      instead: (_q, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: {"choices":[{"index":0,"delta":{"content":"so"}}]}\n\n', () => response.destroy());
        return true;
      },
    });
    expect((await failure(cut)).message).toContain('broke off');
  });

  test('a server that says nothing, and one that falls silent', async () => {
    const silent = await serve({ instead: () => true });
    const never = await failure(silent, { patience: { beginMs: 30, goOnMs: 30 } });
    expect(never).toMatchObject({ kind: 'timeout' });
    expect(never.message).toContain('has not answered within 0.03 s');
    const stuck = await serve({
      instead: (_q, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: {"choices":[{"index":0,"delta":{"content":"so"}}]}\n\n');
        return true;
      },
    });
    expect((await failure(stuck, { patience: { beginMs: 20_000, goOnMs: 30 } })).message).toContain('has sent nothing more for 0.03 s');
  });
});

test('stopping ends the request', async () => {
  const stop = new AbortController();
  let closed = false;
  const server = await serve({
    instead: (_q, response) => {
      response.on('close', () => (closed = true));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"index":0,"delta":{"content":"so"}}]}\n\n');
      return true;
    },
  });
  await expect(sample(server, { signal: stop.signal, heard: () => stop.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  await expect.poll(() => closed).toBe(true);
});

describe('in the sampling process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-endpoint-'));
  const seen = join(folder, 'seen.json');
  // The bundle as it is, after a note of what anybody may read of its process.
  const script = join(folder, 'sampler.cjs');
  writeFileSync(
    script,
    `require('fs').writeFileSync(${JSON.stringify(seen)}, JSON.stringify([process.argv, process.execArgv, process.env]));
     require(${JSON.stringify(resolve('dist/sampler.cjs'))});`,
  );
  const process = new SamplingProcess({ executable: globalThis.process.execPath, script });
  afterAll(() => {
    process.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a group is streamed as it is otherwise, and what the server refuses is said', async () => {
    const all = await sample(await serve(), { process });
    expect(all).toEqual(await sample(await serve()));
    expect(all.streamed).toEqual(texts);
    const refusing = await serve({ refuses: ['n', 'stream', 'logprobs', 'seed'], silent: true });
    const less = await sample(refusing, { process });
    expect(less).toEqual(await sample(refusing));
    expect(less.notes).toHaveLength(5);
    expect(less.solutions[0]).toMatchObject({ tokens: 8, logp: null });
  });

  test('line separators in a question, a text and a gold answer end no line', async () => {
    const odd = 'one\u2028two\u2029three';
    const server = await serve({
      instead: (_q, response, { body }) => {
        const content = `${body.messages?.[0].content ?? ''}. The answer is 7.`;
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ choices: [{ index: 0, message: { content }, finish_reason: 'stop' }] }));
        return true;
      },
    });
    const { solutions } = await sample(server, { process, size: 1, question: odd });
    expect(solutions.map((s) => s.text)).toEqual([`${odd}. The answer is 7.`]);
    const judged = await process.judge({
      ...{ text: solutions[0].text, length: 1, model: null, gold: '7\u2028', others: [], terms: [], longest: 9 },
    });
    expect(judged.grade.answer).toBe('7');
  });

  test('text arrives while the model is still writing', async () => {
    let goOn: () => void = () => undefined;
    const server = await serve({
      instead: (_q, response) => {
        const piece = (content: string, finish_reason: string | null) =>
          `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason }] })}\n\n`;
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(piece('so ', null));
        goOn = () => response.end(piece('7', 'other'));
        return true;
      },
    });
    // Were it held back until the end, there would be no end.
    const { streamed, solutions } = await sample(server, { process, size: 1, heard: (text) => text.includes('so') && goOn() });
    expect(streamed).toEqual(['so 7']);
    expect(solutions).toMatchObject([{ text: 'so 7', finish: 'other', tokens: null }]);
  });

  test('a key reaches its server, and nothing that others can read of the process', async () => {
    const server = await serve({ key: 'sesame-4711' });
    expect((await sample(server, { process, key: 'sesame-4711' })).solutions).toHaveLength(3);
    expect(server.requests[0].authorization).toBe('Bearer sesame-4711');
    const readable = readFileSync(seen, 'utf8');
    expect(readable).toContain('sampler.cjs');
    expect(readable).not.toContain('sesame-4711');
  });

  test('what is wrong is said in the same words, and of which kind it is; the process goes on', async () => {
    const wanting = await serve({ key: 'sesame' });
    const alone = await failure(wanting);
    await expect(sample(wanting, { process })).rejects.toMatchObject({ message: alone.message, problem: 'unauthorised' });
    const wrong = sample(wanting, { process, key: 'open-4712' });
    await expect(wrong).rejects.toMatchObject({ message: expect.not.stringContaining('open-4712') as string, problem: 'unauthorised' });
    await expect(sample(await serve(), { process, model: 'large' })).rejects.toMatchObject({ problem: 'no such model' });
    await expect(sample({ url: 'nowhere' }, { process })).rejects.toMatchObject({ problem: 'no such address' });
    expect((await sample(await serve(), { process })).solutions).toHaveLength(3);
  });

  test('stopping ends the request, and a process that is closed ends its own', async () => {
    let closed = 0;
    const server = await serve({
      instead: (_q, response) => {
        response.on('close', () => closed++);
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: {"choices":[{"index":0,"delta":{"content":"so"}}]}\n\n');
        return true;
      },
    });
    const stop = new AbortController();
    const stopped = sample(server, { process, signal: stop.signal, heard: () => stop.abort() });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => closed).toBe(1);
    await expect(sample(server, { process, heard: () => process.close() })).rejects.toThrow('The sampling process was closed.');
    await expect.poll(() => closed).toBe(2);
  });

  test('servers are reached through the proxy of the editor, those of this machine without', async () => {
    const requests: string[] = [];
    const proxy = createServer();
    proxy.on('connect', ({ url }, socket) => {
      requests.push(url ?? '');
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    await new Promise<void>((go) => proxy.listen(0, '127.0.0.1', go));
    const network = { proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, noProxy: ['direct.invalid'], proxied: true };
    const through = new SamplingProcess({
      executable: globalThis.process.execPath,
      script,
      env: networkEnv(globalThis.process.env, network),
    });
    try {
      await expect(sample({ url: 'http://models.invalid' }, { process: through })).rejects.toMatchObject({ problem: 'unreachable' });
      expect(requests).toEqual(['models.invalid:80']);
      await expect(sample({ url: 'http://direct.invalid' }, { process: through })).rejects.toMatchObject({ problem: 'unreachable' });
      expect((await sample(await serve(), { process: through })).solutions).toHaveLength(3);
      expect(requests).toHaveLength(1);
    } finally {
      through.close();
      proxy.close();
    }
  });
});
