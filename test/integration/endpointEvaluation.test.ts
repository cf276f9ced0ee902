/** Benchmarks on a server's model: the bundle that asks, and the command that launches it, against a real server on this machine. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { passAtK } from '../../src/core/estimators.js';
import type { BenchmarkRequest } from '../../src/experiment/evaluationExperiment.js';
import { endpointEvaluationText } from '../../src/experiment/evaluationExperiment.js';
import { parseExperiment } from '../../src/experiment/parse.js';
import type { EventOf, RunEvent } from '../../src/protocol/events.js';
import { RunReader } from '../../src/protocol/runReader.js';
import { Store } from '../../src/store/store.js';
import { prepareRun } from '../builders/engineRun.js';
import { until } from './launchWorld.js';
import { ModelServer, type Manners } from '../builders/modelServer.js';

let folder: string;
let server: ModelServer;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grpo-lab-eval-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await server.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const key = 'sesame-key';
const names = ['apples', 'pears', 'plums', 'figs', 'nuts', 'dates'];
const question = (name: string): string => `Tom has 3 ${name} and buys 4. How many?`;

function questions(): string {
  const file = join(folder, 'questions.jsonl');
  writeFileSync(file, names.map((name) => `${JSON.stringify({ question: question(name), answer: '3+4=7\n#### 7' })}\n`).join(''));
  return file;
}

/** What is asked, of the requests that were not refused. */
const asked = (from = 0): string[] => server.requests.slice(from).flatMap((r) => r.body.messages?.[0].content ?? []);

function prepared(benchmark: Partial<BenchmarkRequest> = {}, atOnce = 2): string {
  const text = endpointEvaluationText({
    url: `${server.url}/v1`,
    model: 'tiny',
    atOnce,
    benchmarks: [{ file: questions(), size: 100, samples: 4, ...benchmark }],
  });
  const { experiment, problems } = parseExperiment(text);
  expect(problems).toEqual([]);
  return prepareRun(folder, 'run-1', experiment!);
}

function evaluator(runDir: string, ...more: string[]): { child: ChildProcess; ended: Promise<number | null> } {
  const env = { ...process.env, GRPO_LAB_ENDPOINT_KEY: key };
  const child = spawn(process.execPath, [resolve('dist/evaluator.cjs'), '--run', runDir, ...more], { env, stdio: 'ignore' });
  children.push(child);
  return { child, ended: once(child, 'close').then(([code]) => code as number | null) };
}

const eventsOf = (runDir: string): RunEvent[] => new RunReader(runDir).next(Infinity).events.map(({ event }) => event);
const of = <T extends RunEvent['type']>(runDir: string, type: T): EventOf<T>[] =>
  eventsOf(runDir).filter((e): e is EventOf<T> => e.type === type);

/** As the server writes them: which of its solutions are right follows from the seeds that it was sent. */
const rightAmong = ({ body }: ModelServer['requests'][number]): number =>
  Array.from({ length: body.n ?? 1 }, (_, i) => (body.seed! + i) % 3 !== 2).filter(Boolean).length;

async function serve(manners: Manners = {}): Promise<void> {
  server = await ModelServer.start({ key, ...manners });
}

test('from the command line: a run with every group, pass@k of what was written, and the key in no file', async () => {
  let [open, most] = [0, 0];
  await serve({
    instead: (_q, response) => {
      most = Math.max(most, ++open);
      response.on('close', () => open--);
      return false;
    },
    // However late the next request comes, it comes while the first one waits.
    after: () => until(() => most > 1),
  });
  const args = ['eval', '--endpoint', `${server.url}/v1`, '--model', 'tiny', '--benchmark', questions(), '--n', '4', '--at-once', '3'];
  const child = spawn(process.execPath, [resolve('dist/cli.cjs'), ...args], {
    cwd: folder,
    env: { ...process.env, GRPO_LAB_ENDPOINT_KEY: key },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (out += piece));
  expect((await once(child, 'close'))[0]).toBe(0);

  const runs = join(folder, '.grpo-lab', 'runs');
  const runDir = join(
    runs,
    readdirSync(runs).find((name) => name.startsWith('tiny-eval-1-'))!,
  );
  const groups = of(runDir, 'group');
  expect(groups.map((g) => g.question).sort()).toEqual(names.map(question).sort());
  expect(groups.every((g) => g.step === 1 && g.solutions.length === 4 && g.gold === '7')).toBe(true);
  const expected = (k: number) => server.requests.reduce((sum, r) => sum + passAtK(4, rightAmong(r), k), 0) / names.length;
  const results = of(runDir, 'benchmark');
  expect(results.map((b) => b.mode).sort()).toEqual(['maj@1', 'maj@2', 'maj@4', 'pass@1', 'pass@2', 'pass@4']);
  for (const k of [1, 2, 4])
    expect(results.find((b) => b.mode === `pass@${k}`)).toMatchObject({ value: expected(k), n: 6, samples: 4, temperature: 0.7 });
  expect(out).toContain(`pass@4   ${(100 * expected(4)).toFixed(1)} %`);
  // The Benchmarks page has them under the model's name.
  const store = await Store.open({ root: join(folder, '.grpo-lab') });
  store.catchUp();
  const page = store.queries.allBenchmarks({ limit: 100 });
  store.close();
  expect(page.results).toHaveLength(6);
  expect(page.runs.map((r) => r.model)).toEqual(['tiny']);
  // Every token has its place and the log-probability that the server listed.
  expect(of(runDir, 'trace')).toHaveLength(24);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(3);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((f) => statSync(join(folder, f)).isFile());
  expect(files.filter((f) => readFileSync(join(folder, f)).includes(key))).toEqual([]);
  expect(JSON.stringify(eventsOf(runDir))).not.toContain(key);
});

test('killed and resumed, it asks nothing that was answered, and doubles nothing', async () => {
  // Three questions are answered, then the server says nothing more.
  let answering = 3;
  await serve({ instead: () => answering-- <= 0 });
  const runDir = prepared();
  const first = evaluator(runDir);
  await expect.poll(() => of(runDir, 'group').length).toBe(3);
  first.child.kill('SIGKILL');
  await first.ended;
  // Its last line was torn, too.
  const segment = readdirSync(join(runDir, 'events')).at(-1)!;
  writeFileSync(join(runDir, 'events', segment), '{"v":1,"seq":99,"type":"gro', { flag: 'a' });
  const answered = of(runDir, 'group').map((g) => g.question);
  answering = Infinity;
  const before = server.requests.length;
  expect(await evaluator(runDir, '--resume').ended).toBe(0);
  expect(asked(before).sort()).toEqual(
    names
      .map(question)
      .filter((q) => !answered.includes(q))
      .sort(),
  );
  const groups = of(runDir, 'group');
  expect(groups.map((g) => g.group).sort()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(of(runDir, 'benchmark')).toHaveLength(6);
  const right = groups.reduce((sum, g) => sum + g.solutions.filter((s) => s.correct).length, 0);
  expect(of(runDir, 'benchmark').find((b) => b.mode === 'pass@1')?.value).toBeCloseTo(right / 24, 12);
  expect(of(runDir, 'status').at(-1)).toMatchObject({ state: 'finished', step: 1, total_steps: 1 });
});

test('a server that is busy is asked again; one that refuses the key is not', async () => {
  let failures = 1;
  await serve({
    instead: (_q, response) => {
      if (failures-- <= 0) return false;
      response.writeHead(503).end('{"error":"loading the model"}');
      return true;
    },
  });
  const runDir = prepared({}, 1);
  expect(await evaluator(runDir).ended).toBe(0);
  expect(of(runDir, 'group')).toHaveLength(6);
  expect(
    of(runDir, 'log')
      .map((l) => l.message)
      .join(),
  ).toMatch(/failed \(503\)\. It said: loading the model It is asked again in 1 s\./);
  await server.stop();

  server = await ModelServer.start({ key: 'another' });
  rmSync(runDir, { recursive: true });
  const refused = prepared();
  expect(await evaluator(refused).ended).toBe(1);
  const last = of(refused, 'status').at(-1);
  expect(last).toMatchObject({ state: 'failed' });
  expect(last?.message).toContain('refuses the API key it was given (401)');
  expect(asked().length).toBeLessThanOrEqual(2);
});

test('with one solution it is greedy; asked to stop it keeps what was answered', async () => {
  let answering = 2;
  await serve({ instead: () => answering-- <= 0 });
  const runDir = prepared({ samples: 1 }, 1);
  const { ended } = evaluator(runDir);
  await expect.poll(() => of(runDir, 'group').length).toBe(2);
  writeFileSync(join(runDir, 'stop.request'), '');
  expect(await ended).toBe(0);
  expect(of(runDir, 'status').at(-1)).toMatchObject({ state: 'stopped', step: 0 });
  rmSync(join(runDir, 'stop.request'));
  answering = Infinity;
  expect(await evaluator(runDir, '--resume').ended).toBe(0);
  expect(server.requests.every((r) => r.body.temperature === 0)).toBe(true);
  expect(of(runDir, 'benchmark')).toMatchObject([{ mode: 'greedy', n: 6, temperature: 0 }]);
});

test('a server that does not sample is found out', async () => {
  await serve({
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
  const runDir = prepared();
  expect(await evaluator(runDir).ended).toBe(0);
  const warnings = of(runDir, 'log').filter((l) => l.level === 'warning');
  expect(warnings.map((l) => l.message)).toContain(
    'The 4 solutions of each question are the same although the temperature is 0.7: the server does not sample, and pass@k is no more than greedy accuracy.',
  );
});
