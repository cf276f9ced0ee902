/** `grpo-lab preflight`: a real checkpoint, a real server, and what cannot be sampled. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Preflight } from '../../src/doctor/preflight/report.js';
import { prepareRun, startEngine } from '../builders/engineRun.js';
import { ModelServer } from '../builders/modelServer.js';

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-preflight-'));
const runs = join(folder, '.grpo-lab', 'runs');
let server: ModelServer;

beforeAll(async () => {
  server = await ModelServer.start({ key: 'sesame' });
  const directory = prepareRun(runs, 'small-sft-1-k3f9', {
    ...{ name: 'small-sft', policy: { preset: 'nano-2l' }, method: { name: 'sft', batch_size: 8 }, data: { generator: 'arithmetic' } },
    ...{ sampling: { max_tokens: 24 }, steps: 2, benchmarks: [], checkpoints: { every: 2 }, launch: { threads: 1 } },
  });
  expect(await startEngine(directory).ended).toMatchObject({ code: 0, stderr: '' });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const grpo = `name: small-grpo
policy: { from: small-sft }
method: { name: grpo, group_size: 4 }
data: { generator: arithmetic, levels: [1] }
sampling: { max_tokens: 16 }
steps: 5
`;

function aFile(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

/** Runs the command. @param stop when it gets Ctrl-C */
async function preflight(
  args: string[],
  env: Record<string, string> = {},
  stop?: Promise<void>,
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [resolve('dist/cli.cjs'), 'preflight', ...args], {
    cwd: folder,
    env: { ...process.env, GRPO_LAB_DATA: join(folder, 'data'), ...env },
  });
  void stop?.then(() => child.kill('SIGINT'));
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (out += piece));
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (err += piece));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

const stateOf = (found: Preflight, id: string) => found.checks.find((c) => c.id === id)?.state;

describe('from a checkpoint', () => {
  test('samples with it, judges every solution as training would, and ends with 3 where something is found', async () => {
    const file = aFile('small-grpo.experiment.yaml', grpo);
    const { code, out, err } = await preflight([file, '--size', '6', '--samples', '8', '--json']);
    expect(err).toBe('');
    const found = JSON.parse(out) as Preflight;
    expect(found.policy).toEqual({ label: 'small-sft-1-k3f9 at step 2' });
    expect(found.questions.map((q) => q.solutions.length)).toEqual([8, 8, 8, 8, 8, 8]);
    expect(new Set(found.questions.map((q) => q.question)).size).toBe(6);
    for (const s of found.questions.flatMap((q) => q.solutions)) expect(s.reward).toBe(s.verdict === 'equal' ? 1 : 0);
    expect(found.signal.map((r) => r.size)).toEqual([4, 8, 16, 32, 64]);
    // Two steps teach nothing: no question is solved. The built-in reward pays no junk and reads what its generators ask.
    expect([stateOf(found, 'signal'), stateOf(found, 'junk'), stateOf(found, 'gold')]).toEqual(['sick', 'healthy', 'healthy']);
    expect(found.golds.checked).toBeGreaterThan(100);
    expect(code).toBe(3);
  });

  test('the same for a person, and the same again with the same seed', async () => {
    const file = aFile('small-grpo.experiment.yaml', grpo);
    const [first, second] = [
      await preflight([file, '--size', '4', '--samples', '4']),
      await preflight([file, '--size', '4', '--samples', '4']),
    ];
    expect(first.out).toBe(second.out);
    expect(first.out).toMatch(/^small-grpo · \d findings?, \d not judged, \d healthy$/m);
    expect(first.out).toMatch(/^ {2}with +4 questions, 16 solutions, temperature 1, 16 tokens at most, seed 1$/m);
    expect(first.out).toMatch(/^this run: 4 +\d+%/m);
  });
});

test('a reward that pays for a format pays for nothing', async () => {
  const reward = "reward: [{ term: correct }, { term: regex, weight: 0.5, pattern: 'answer is' }]\n";
  const file = aFile(
    'paying.experiment.yaml',
    grpo.replace('small-grpo', 'paying').replace('from: small-sft', 'from: nothing-yet') + reward,
  );
  const { code, out } = await preflight([file, '--size', '3', '--json']);
  const found = JSON.parse(out) as Preflight;
  expect(code).toBe(3);
  expect(found.junk.find((j) => j.kind === 'format')).toMatchObject({
    replies: 15,
    paid: 3,
    example: { text: 'The answer is .', reward: 0.5 },
  });
  expect(found.junk.filter((j) => j.paid > 0)).toHaveLength(1);
  // Nothing could be sampled, which is said and is no finding.
  expect(found.checks.find((c) => c.id === 'signal')).toMatchObject({ state: 'unjudged', record: 'launch nothing-yet first' });
});

test('gold answers that nothing can read, and a Python reward that is not called here', async () => {
  const lines = ['12', 'a number between \\frac{1 and {', '7'].map((answer, i) => JSON.stringify({ problem: `What is it, ${i}?`, answer }));
  aFile('questions.jsonl', `${lines.join('\n')}\n`);
  const file = aFile(
    'python.experiment.yaml',
    `name: py
backend: python
policy: { model: some/model }
method: { name: grpo, group_size: 4 }
data: { questions: questions.jsonl, held_out_fraction: 0.000001 }
reward: [{ term: function, function: 'mine:brevity' }]
steps: 5
`,
  );
  const { code, out, err } = await preflight([file, '--json']);
  expect(err).toBe('');
  const found = JSON.parse(out) as Preflight;
  expect(found.golds).toMatchObject({ checked: 3, unreadable: [{ question: 'What is it, 1?' }] });
  expect(found.notes).toContain('There are 3 questions, not 32.');
  expect(found.checks.find((c) => c.id === 'junk')).toMatchObject({ state: 'unjudged', because: 'brevity can be called only in training' });
  // Three questions, ten replies: for whoever calls it.
  expect(found.replies.filter((r) => r.reward === null)).toHaveLength(30);
  expect(found.checks.find((c) => c.id === 'signal')).toMatchObject({
    state: 'unjudged',
    because: expect.stringContaining('some/model') as string,
  });
  expect(code).toBe(3);
});

describe('from a server', () => {
  const asked = (): string[] => ['--endpoint', `${server.url}/v1`, '--model', 'tiny'];

  test('asks it with its key, about the questions of a file where a command has its own', async () => {
    aFile(
      'gsm.jsonl',
      [1, 2, 3].map((n) => `${JSON.stringify({ question: `${n} and what?`, answer: `#### ${n === 1 ? 7 : 8}` })}\n`).join(''),
    );
    const file = aFile(
      'command.experiment.yaml',
      `name: own
backend: command
policy: { model: some/model }
method: { name: grpo, group_size: 4 }
data: { dataset: some/data }
command: { run: ['true'], watch: [{ path: out, format: trl }] }
steps: 5
`,
    );
    const args = [file, '--questions', 'gsm.jsonl', '--samples', '6', '--json', ...asked()];
    const { out, err, code } = await preflight(args, { GRPO_LAB_ENDPOINT_KEY: 'sesame' });
    expect(err).toBe('');
    const found = JSON.parse(out) as Preflight;
    expect(server.requests.at(-1)).toMatchObject({ authorization: 'Bearer sesame', body: { model: 'tiny', max_tokens: 80 } });
    expect(found.questions.map((q) => q.solutions.length)).toEqual([6, 6, 6]);
    // It says 7 or 8, whatever the question is.
    expect(found.right!.mean).toBeGreaterThan(0);
    expect(found.checks.find((c) => c.id === 'junk')).toMatchObject({ because: expect.stringContaining('program of your own') as string });
    expect(code).toBe(found.checks.some((c) => c.state === 'sick') ? 3 : 0);
  });

  test('lengths that it does not say are no reason to punish, and that is said', async () => {
    const silent = await ModelServer.start({ ignoresLogprobs: true });
    const file = aFile(
      'long.experiment.yaml',
      `${grpo.replace('small-grpo', 'long')}reward: [{ term: correct }, { term: length_penalty }]\n`,
    );
    const args = [file, '--size', '1', '--samples', '2', '--json', '--endpoint', `${silent.url}/v1`, '--model', 'tiny'];
    const found = JSON.parse((await preflight(args)).out) as Preflight;
    expect(found.questions.flatMap((q) => q.solutions.map((s) => s.tokens))).toEqual([null, null]);
    expect(found.notes).toContainEqual(expect.stringContaining('length_penalty took those as short'));
    await silent.stop();
  });

  test('Ctrl-C ends what is being sampled, and nothing is kept', async () => {
    let [arrived, answer] = [(): void => undefined, (): void => undefined];
    const asking = new Promise<void>((go) => (arrived = go));
    const answering = new Promise<void>((go) => (answer = go));
    const slow = await ModelServer.start({ after: () => (arrived(), answering) });
    const file = aFile('small-grpo.experiment.yaml', grpo);
    const args = [file, '--json', '--endpoint', `${slow.url}/v1`, '--model', 'tiny'];
    const { code, out } = await preflight(args, {}, asking);
    expect([code, JSON.parse(out)]).toEqual([130, { cancelled: true }]);
    answer();
    await slow.stop();
  });

  test('one that refuses ends it, with its reason', async () => {
    const file = aFile('small-grpo.experiment.yaml', grpo);
    const { code, err } = await preflight([file, '--size', '2', '--samples', '2', ...asked()], { GRPO_LAB_ENDPOINT_KEY: 'wrong' });
    expect(code).toBe(1);
    expect(err).toContain('401');
  });
});

test('what has nothing to try, or errors, is refused', async () => {
  const sft = aFile('sft.experiment.yaml', grpo.replace('name: grpo, group_size: 4', 'name: sft'));
  expect(await preflight([sft])).toMatchObject({ code: 2, err: expect.stringContaining('learns from given texts (SFT)') as string });
  const broken = aFile('broken.experiment.yaml', grpo.replace('steps: 5', 'steps: none'));
  expect(await preflight([broken])).toMatchObject({ code: 2, err: expect.stringContaining('broken.experiment.yaml:6') as string });
  expect(await preflight(['none.experiment.yaml'])).toMatchObject({ code: 2 });
  expect(await preflight([aFile('small-grpo.experiment.yaml', grpo), '--model', 'm'])).toMatchObject({ code: 2 });
  expect(await preflight([aFile('small-grpo.experiment.yaml', grpo), '--size', '5000'])).toMatchObject({ code: 2 });
});
