/** What the command line prints of an episode. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Output } from '../../src/cli/output.js';
import { showGroup } from '../../src/cli/show/showGroup.js';
import { showSolution } from '../../src/cli/show/showSolution.js';
import { showStep } from '../../src/cli/show/showStep.js';
import { Store } from '../../src/store/store.js';
import { writeIdentity } from '../../src/protocol/identity.js';
import { aGroup, aMetrics, anIdentity, aRun, aSolution } from '../builders/aRun.js';

let root: string;
let store: Store;
beforeEach(async () => {
  root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-show-')), '.grpo-lab');
  mkdirSync(join(root, 'runs'), { recursive: true });
  const text = 'I compute it.\npython(1/0)\n<|end|>ZeroDivisionError';
  const group = aGroup(1, 0);
  if (group.type !== 'group') throw new Error('no group');
  const episode = {
    ...{ ...aSolution(0), text, grade: null, tokens: 2, error: 'out of turns', seconds: 1.5, policy_version: 3 },
    ...{ parent: { solution: 1, offset: 14 } },
    turns: [
      { role: 'assistant' as const, kind: 'reasoning' as const, start: 0, end: 13 },
      { role: 'assistant' as const, kind: 'tool_call' as const, start: 14, end: 25, name: 'python' },
      { role: 'tool' as const, kind: 'tool_result' as const, start: 33, end: text.length, ok: false, seconds: 0.04, reward: -1 },
    ],
  };
  const trace = { type: 'trace' as const, step: 1, group: 0, solution: 0, ends: [13, text.length], logp_sampler: [-1, -2], mask: [1, 0] };
  aRun('episodes')
    .with({ ...group, solutions: [episode, aSolution(1)] }, trace, aMetrics(1))
    .write(join(root, 'runs'));
  store = await Store.open({ root });
  expect(store.catchUp()).toEqual([]);
});
afterEach(() => {
  store.close();
  rmSync(join(root, '..'), { recursive: true, force: true });
});

async function shown(solution: number, json = false): Promise<string> {
  const stream = new PassThrough();
  await showSolution(new Output(json, stream), store.queries, 'episodes', 1, 0, solution);
  return String(stream.read());
}

test('turns are headings, a result stands under its call, and what became of the episode is told', async () => {
  const text = await shown(0);
  expect(text).toContain(`── assistant · reasoning
I compute it.
── assistant · call of python
python(1/0)
── tool · result · failed · 40 ms · reward −1
ZeroDivisionError
── outside of the turns
<|end|>
`);
  expect(text).toMatch(/ error +out of turns\n/);
  expect(text).toMatch(
    / turns +3 turns · 1 call \(1 failed\)\n +generated in +1\.50? s\n +sampled by +the weights of step 3\n +branch of +solution 2, left at character 14\n/,
  );
  expect(text).toMatch(/# +token +log π_sampler +mask\n1 +"I compute it\." +−1 +1\n/);
});

test('sampler and trainer are held against each other, at the temperature that run.json names', async () => {
  const run = aRun('apart').with(aGroup(1, 0), {
    ...{ type: 'trace' as const, step: 1, group: 0, solution: 0, ends: [4, 8, 12] },
    ...{ logp_sampler: [-1, -2, -9], logp_old: [-1, -1, -1], mask: [1, 1, 0] },
  });
  const { directory } = run.write(join(root, 'runs'));
  store.catchUp();
  const print = async (): Promise<string> => {
    const stream = new PassThrough();
    await showSolution(new Output(false, stream), store.queries, 'apart', 1, 0, 0);
    return String(stream.read());
  };
  const before = await print();
  expect(before).toMatch(/log-probabilities +the trainer’s temperature unknown, the sampler’s temperature unknown\n/);
  expect(before).toContain(
    'sampler against trainer, 2 tokens · mean |Δ log π| 0.500 · largest 1 · 50% with π_old/π_sampler outside [0.5, 2] · 1 token not learned from left out',
  );
  expect(before).toMatch(/worst +token +log π_sampler +log π_old +π_old\/π_sampler\n +2 +" by " +−2 +−1 +2\.72\n/);
  writeIdentity(directory, { ...anIdentity('apart'), sampling: { logp_temperature: 1, logp_sampler_temperature: 0.6 } });
  store.catchUp();
  const after = await print();
  expect(after).toMatch(/the trainer’s untempered \(T = 1\), the sampler’s at T = 0\.6\n/);
  expect(after).toContain('of two distributions no difference or ratio is made.');
  expect(after).not.toContain('mean |Δ log π|');
});

test('a program reads all of it, and without turns nothing is said of them', async () => {
  expect(JSON.parse(await shown(0, true))).toMatchObject({
    ...{ turnCounts: { turns: 3, calls: 1, failed: 1 }, error: 'out of turns', seconds: 1.5, policyVersion: 3 },
    ...{ parent: { solution: 1, offset: 14 }, trace: { logpSampler: [-1, -2], mask: [1, 0] } },
  });
  expect(await shown(1)).not.toMatch(/──|turns|error|sampled by/);
});

/** A run of one step, and how to print of it. */
function aStepOf(...groups: Parameters<ReturnType<typeof aRun>['with']>) {
  aRun('rows')
    .with(...groups, aMetrics(1))
    .write(join(root, 'runs'));
  store.catchUp();
  return (show: (output: Output) => Promise<void>): Promise<string> => {
    const stream = new PassThrough();
    return show(new Output(false, stream)).then(() => String(stream.read()));
  };
}
const groupOf = (index: number, more: object) => {
  const group = aGroup(1, index);
  if (group.type !== 'group') throw new Error('no group');
  return { ...group, ...more };
};

test('a term with a name that every object has is worth what it is worth, without a weight', async () => {
  const print = aStepOf(groupOf(0, { solutions: [{ ...aSolution(0), rewards: { constructor: 1, correct: 0.5 } }, aSolution(1)] }));
  expect(await print((output) => showSolution(output, store.queries, 'rows', 1, 0, 0))).toMatch(
    / reward +\S+ from constructor 1 (and|\+) correct 0\.500?/,
  );
});

test('what is not recorded of an end or a comparison is said in words', async () => {
  const grade = { verdict: 'equal' as const, answer: '4', span: null, extraction: null, rule: '', checker: 'mine' };
  const print = aStepOf(groupOf(0, { gold: ' ', solutions: [{ ...aSolution(0), finish: 'other', grade }, aSolution(1)] }));
  const solution = await print((output) => showSolution(output, store.queries, 'rows', 1, 0, 0));
  expect(solution).toContain(', end not recorded\n');
  expect(solution).toContain('right: found “4”; counted as right; the gold answer is empty (mine)\n');
  expect(await print((output) => showGroup(output, store.queries, 'rows', 1, 0))).toMatch(/ end not recorded +/);
});

test('rows of an evaluation say so, and what they come to is counted from them', async () => {
  const evaluation = { info: { split: 'evaluation' } };
  const rows = (reward: number) => ({ solutions: [aSolution(0), aSolution(1)].map((s) => ({ ...s, reward })) });
  const print = aStepOf(groupOf(0, { ...evaluation, ...rows(2) }), groupOf(1, { ...evaluation, ...rows(4) }));
  const step = await print((output) => showStep(output, store.queries, 'rows', 1));
  expect(step).toMatch(
    /^rows · step 1 · evaluation rows, not trained on · asked 2 questions, 2 solutions each · reward 3(\.00)? ± 1(\.00)? · /,
  );
  expect(await print((output) => showGroup(output, store.queries, 'rows', 1, 0))).toMatch(/ of 2 · evaluation rows, not trained on\n/);
  expect(await print((output) => showSolution(output, store.queries, 'rows', 1, 0, 0))).toMatch(
    / of 2 · evaluation rows, not trained on\n/,
  );
});

test('rows of an evaluation beside others are marked one by one', async () => {
  const print = aStepOf(groupOf(0, { info: { split: 'validation' } }), groupOf(1, {}));
  const step = await print((output) => showStep(output, store.queries, 'rows', 1));
  expect(step).toMatch(/group +question +rows +right/);
  expect(step).toMatch(/1 .* validation +/);
  expect(step).toMatch(/2 .* trained on +/);
});
