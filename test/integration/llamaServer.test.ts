/** The client of endpoints and the evaluation of them against a real server: llama.cpp's, with a random model of bytes, as the example starts it. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { llamaPython } from '../../scripts/lib/llama.mjs';
import { endpointEvaluationText } from '../../src/experiment/evaluationExperiment.js';
import { parseExperiment } from '../../src/experiment/parse.js';
import { decodeArray } from '../../src/protocol/arrays.js';
import { RunReader } from '../../src/protocol/runReader.js';
import { planPreflight } from '../../src/preflight/plan.js';
import { preflight } from '../../src/preflight/preflight.js';
import { endpointSampler } from '../../src/sampling/endpoint/sampleEndpoint.js';
import type { SampledText } from '../../src/sampling/sampler.js';
import { SamplingProcess } from '../../src/sampling/samplingProcess.js';
import { prepareRun } from '../builders/engineRun.js';
import { needs } from '../builders/needs.js';

const found = await llamaPython();
needs(found.python, found.missing ?? '');

let folder: string;
let server: ChildProcess | undefined;
let url: string;
beforeAll(async () => {
  if (found.python === undefined) return;
  folder = mkdtempSync(join(tmpdir(), 'grpo-lab-llama-'));
  const model = join(folder, 'tiny.gguf');
  execFileSync(found.python, ['test/fixtures/llama/tiny_gguf.py', model]);
  const args = ['examples/real/serve.py', '--model', model, '--port', '0', '--parallel', '4', '--threads', '1'];
  server = spawn(found.python, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  for await (const line of createInterface(server.stdout!)) {
    const ready = /^ready (\S+) tiny$/.exec(line);
    if (!ready) continue;
    url = ready[1];
    return;
  }
  throw new Error('The server has ended.');
});
afterAll(async () => {
  if (!server) return;
  // As when the window that has started it is gone.
  server.stdin!.end();
  if (server.exitCode === null) await once(server, 'exit');
  rmSync(folder, { recursive: true, force: true });
});

async function sample(path: '' | '/completions', size: number, seed = 5): Promise<{ notes: string[]; solutions: SampledText[] }> {
  const solutions: SampledText[] = [];
  const notes = await endpointSampler({ name: 'llama.cpp', url: `${url}${path}`, model: 'tiny' })(
    { question: '3 + 4 =', size, temperature: 1, maxTokens: 24, seed },
    { text: () => undefined, solution: (i, s) => void (solutions[i] = s) },
    new AbortController().signal,
  );
  return { notes, solutions };
}

test.each([
  ['chat', '', 1],
  ['chat', '', 3],
  ['completions', '/completions', 1],
  ['completions', '/completions', 3],
] as const)('%s: every token is counted, and a row that is not the tokens is left out (%s, %i at once)', async (_name, path, size) => {
  const { notes, solutions } = await sample(path, size);
  expect(solutions).toHaveLength(size);
  // Nothing of random bytes is an end: each goes to the limit, in characters that the stream lists once.
  for (const s of solutions) expect(s).toMatchObject({ tokens: 24, finish: 'length', logp: null });
  expect(notes.join()).toContain('lists another number of tokens than it counts');
});

test('the same seed gives the same group, another one another, and none of them is greedy', async () => {
  const texts = async (seed: number) => (await sample('', 3, seed)).solutions.map((s) => s.text);
  const first = await texts(5);
  expect(await texts(5)).toEqual(first);
  expect(await texts(6)).not.toEqual(first);
  expect(new Set(first).size).toBe(3);
});

test('more solutions than it has slots for come one by one', async () => {
  const { notes, solutions } = await sample('', 6);
  expect(solutions.filter((s) => s.tokens === 24)).toHaveLength(6);
  expect(notes).toContain('It gives one solution a request: it was asked 7 times.');
});

test('a pre-flight finds that all of it is cut and nothing is right', async () => {
  const text =
    'name: g\npolicy: { preset: nano-2l }\nmethod: { name: grpo, group_size: 4 }\ndata: { generator: arithmetic }\nsampling: { max_tokens: 12 }\nsteps: 1\n';
  const sampling = new SamplingProcess({ executable: process.execPath, script: resolve('dist/sampler.cjs') });
  try {
    const policy = { sampler: sampling.endpointSampler({ name: 'l', url, model: 'tiny' }, undefined), label: 'tiny', atOnce: 2 };
    const done: number[] = [];
    const control = { signal: new AbortController().signal, progress: (n: number) => void done.push(n) };
    const found = await preflight({ plan: planPreflight(text, 'g.experiment.yaml'), policy, questions: 3, samples: 4 }, sampling, control);
    expect(
      found.checks
        .filter((c) => c.state === 'sick')
        .map((c) => c.id)
        .sort(),
    ).toEqual(['signal', 'truncated']);
    expect(found).toMatchObject({ solutions: 12, right: { mean: 0 } });
    expect(done.at(-1)).toBe(12);
  } finally {
    sampling.close();
  }
});

test('an evaluation of it is a run', async () => {
  const file = join(folder, 'questions.jsonl');
  writeFileSync(file, [1, 2, 3].map((n) => `${JSON.stringify({ question: `${n} + 4?`, answer: `#### ${n + 4}` })}\n`).join(''));
  const benchmarks = [{ file, size: 10, samples: 4 }];
  const { experiment } = parseExperiment(endpointEvaluationText({ url, model: 'tiny', benchmarks, maxTokens: 16, atOnce: 2 }));
  const runDir = prepareRun(folder, 'run-1', experiment!);
  const evaluator = spawn(process.execPath, [resolve('dist/evaluator.cjs'), '--run', runDir], { stdio: 'ignore' });
  expect(await once(evaluator, 'close')).toEqual([0, null]);
  const events = new RunReader(runDir).next(Infinity).events.map(({ event }) => event);
  const groups = events.filter((e) => e.type === 'group');
  expect(groups.map((g) => g.solutions.length)).toEqual([4, 4, 4]);
  expect(groups.flatMap((g) => g.solutions).every((s) => s.tokens > 0 && s.tokens <= 16)).toBe(true);
  for (const t of events.filter((e) => e.type === 'trace')) {
    const { tokens } = groups.find((g) => g.group === t.group)!.solutions[t.solution];
    expect(decodeArray(t.logp_sampler!)).toHaveLength(tokens);
  }
  expect(events.filter((e) => e.type === 'benchmark').map((b) => b.mode)).toContain('pass@4');
  expect(events.filter((e) => e.type === 'status').at(-1)?.state).toBe('finished');
});
