/** Every method on the real trainer: it repeats itself, survives being killed in any phase, and tells what it did. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkpointPath, readCheckpoint } from '../../src/engine/checkpoint.js';
import type { ExperimentInput } from '../../src/experiment/schema.js';
import { runEvent, type EventOf, type RunEvent } from '../../src/protocol/events.js';
import type { RunIdentity } from '../../src/protocol/runFiles.js';
import { everyCrash } from '../builders/crashes.js';
import { eventsSoFar, prepareRun, startEngine, untilEvents } from '../builders/engineRun.js';

/** Enough steps that each phase comes while there is something to lose. */
const steps = 5;
/** Steps of SFT before them: it writes numbers and ends, and cannot reckon. */
const prepared = 120;
const base: Omit<ExperimentInput, 'name' | 'method'> = {
  policy: { from: 'small-sft' },
  data: { generator: 'elementary-zh', levels: [1], direct_fraction: 0.5 },
  sampling: { questions_per_step: 4, max_tokens: 32, temperature: 0.7 },
  optimiser: { learning_rate: 1e-3 },
  steps,
  benchmarks: [{ suite: 'validation', size: 4, every: 2 }],
  checkpoints: { every: 1, keep: 20 },
  seed: 5,
  launch: { threads: 1 },
};
const withModel: Pick<ExperimentInput, 'reward'> = {
  reward: [{ term: 'correct' }, { term: 'reward_model', from: 'small-orm', weight: 0.5 }],
};

/**
 * Whether a solution's last digit is even: of a policy that cannot reckon yet that is as good as a coin, so that a group of four is all alike
 * one time in eight, and every group of four steps has a chance below 1e-14, whichever samples the rounding of a processor leads to.
 */
const coin: Pick<ExperimentInput, 'reward'> = {
  reward: [{ term: 'correct' }, { term: 'regex', pattern: '[02468]\\D*$', weight: 0.5 }],
};
/** Enough solutions that some are right: one in twenty or more is, so that none of 288 has a chance below 1e-6. */
const many: Pick<ExperimentInput, 'sampling'> = { sampling: { questions_per_step: 12, max_tokens: 32, temperature: 0.7 } };

type Case = Pick<ExperimentInput, 'method'> & Partial<ExperimentInput>;
const cases: Record<string, Case> = {
  'pre-training': {
    method: { name: 'pretrain', batch_tokens: 600 },
    data: {
      mixture: [
        { source: 'math-web', share: 0.5 },
        { source: 'arxiv', share: 0.2 },
        { path: 'test/fixtures/corpus', share: 0.3, name: 'village' },
      ],
      context_length: 48,
      held_out_fraction: 0.2,
    },
    benchmarks: [{ suite: 'validation', size: 3, every: 1 }],
    optimiser: { learning_rate: 1e-3, schedule: 'stepped' },
  },
  rft: { method: { name: 'rft', group_size: 6 }, ...many },
  'online rft': { method: { name: 'online-rft', group_size: 6 }, ...many },
  dpo: { method: { name: 'dpo', group_size: 6 }, ...many },
  ppo: { method: { name: 'ppo', group_size: 3, value_warmup_steps: 1, updates_per_exploration: 2 } },
  grpo: { method: { name: 'grpo', group_size: 4, updates_per_exploration: 2 }, ...coin },
  'grpo with a reward model': { method: { name: 'grpo', group_size: 4 }, ...withModel },
  'grpo, process supervision': {
    method: { name: 'grpo', group_size: 4, supervision: 'process' },
    reward: [{ term: 'reward_model', from: 'small-prm' }],
  },
  'iterative grpo': { method: { name: 'grpo', group_size: 4, iterations: { every: 2, reward_updates: 2 } }, ...withModel },
  'dapo settings': {
    method: { name: 'grpo', group_size: 4, clip: { low: 0.2, high: 0.28 }, aggregate: 'token', dynamic_sampling: true, beta: 0 },
    ...coin,
  },
  'dr. grpo settings': { method: { name: 'grpo', group_size: 4, advantage: 'centred', aggregate: 'constant' }, ...coin },
  'gspo settings': { method: { name: 'grpo', group_size: 4, ratio: 'sequence', kl: 'k2', updates_per_exploration: 2 }, ...coin },
  'outcome reward model': {
    method: { name: 'outcome-reward', group_size: 6 },
    ...many,
    benchmarks: [{ suite: 'validation', size: 24, every: 2 }],
  },
  'process reward model': { method: { name: 'process-reward', group_size: 2, rollouts: 2 } },
};

/** They differ from GRPO in what a loss or a reward is made of, and have no state of their own to lose: two phases stand for all. */
const variants = ['grpo with a reward model', 'dapo settings', 'dr. grpo settings', 'gspo settings'];

let runs: string;
const last = (run: string, step: number): NonNullable<RunIdentity['parent']> => ({ run, step, checkpoint: checkpointPath(step) });

/** The policy has to be right now and then, or no method but SFT has anything to learn from. */
const sft: ExperimentInput = {
  ...base,
  name: 'small-sft',
  policy: { preset: 'tiny-2l' },
  method: { name: 'sft', batch_size: 32 },
  optimiser: { learning_rate: 4e-3, warmup_steps: 20, schedule: 'linear' },
  steps: prepared,
  benchmarks: [],
  checkpoints: { every: prepared },
};

beforeAll(async () => {
  runs = mkdtempSync(join(tmpdir(), 'methods-'));
  const finish = async (id: string, experiment: ExperimentInput, parent: RunIdentity['parent']) =>
    expect(await startEngine(prepareRun(runs, id, experiment, parent)).ended).toMatchObject({ code: 0, stderr: '' });
  await finish('sft', sft, null);
  await finish('orm', { ...base, name: 'small-orm', ...cases['outcome reward model'] }, last('sft', prepared));
  await finish('prm', { ...base, name: 'small-prm', ...cases['process reward model'] }, last('sft', prepared));
}, 600_000);
afterAll(() => rmSync(runs, { recursive: true, force: true }));

function prepare(id: string, name: string): string {
  const experiment: ExperimentInput = { ...base, name: 'small', ...cases[name] };
  const term = experiment.reward?.find((r) => r.term === 'reward_model');
  return prepareRun(runs, id, experiment, last('sft', prepared), term ? last(term.from === 'small-orm' ? 'orm' : 'prm', steps) : null);
}

const messages = ['sampling', 'grading', 'training', 'evaluating', 'recording', 'checkpoint'] as const;
type Phase = (typeof messages)[number];
const announced = (events: readonly RunEvent[], message: string, afterStep: number): boolean =>
  events.some((e) => e.type === 'status' && e.message === message && e.step >= afterStep);

/** Runs until the trainer says that a phase has begun, and kills it there. @returns whether that came before its end */
async function killIn(runDir: string, message: string, afterStep: number, resume: boolean): Promise<boolean> {
  const from = eventsSoFar(runDir).length;
  const engine = startEngine(runDir, { resume });
  const state = { over: false };
  void engine.ended.then(() => (state.over = true));
  await untilEvents(
    runDir,
    (events) => announced(events.slice(from), message, afterStep),
    () => state.over,
  );
  engine.child.kill('SIGKILL');
  return (await engine.ended).signal === 'SIGKILL';
}

/** Each start of the trainer takes a second: a run of all tests kills a method in three phases, `npm run test:crash` in all. */
function killedIn(name: string, phases: readonly Phase[]): Phase[] {
  const main = phases.filter((phase) => ['sampling', 'training'].includes(phase));
  if (variants.includes(name)) return main;
  if (everyCrash) return [...phases];
  const others = phases.filter((phase) => !main.includes(phase));
  return [...main, others[Object.keys(cases).indexOf(name) % others.length]];
}

describe.each(Object.keys(cases))('%s', (name) => {
  test('killed in its phases and resumed, ends with the very bits of a run that was not', { timeout: 600_000 }, async () => {
    const id = name.replaceAll(/\W+/g, '-');
    const whole = prepare(`${id}-whole`, name);
    expect(await startEngine(whole).ended).toMatchObject({ code: 0, stderr: '' });
    const events = eventsSoFar(whole).map((e) => runEvent.parse(e));
    const phases = killedIn(
      name,
      messages.filter((m) => announced(events, m, 0)),
    );

    const broken = prepare(`${id}-broken`, name);
    let kills = 0;
    for (const [i, phase] of phases.entries()) if (await killIn(broken, phase, i % steps, kills > 0)) kills++;
    expect(kills).toBeGreaterThan(phases.length / 2);
    expect(await startEngine(broken, { resume: true }).ended).toMatchObject({ code: 0, stderr: '' });
    const bits = (runDir: string) => readFileSync(join(runDir, checkpointPath(steps)));
    expect(bits(broken).equals(bits(whole))).toBe(true);
    expect(moved(whole, id)).toBe(true);
  });
});

/** Whether training changed anything: the first and the last checkpoint differ in what was learned. */
function moved(runDir: string, id: string): boolean {
  const section = id.endsWith('reward-model') && !id.startsWith('grpo') ? 'reward_model' : 'parameters';
  const at = (step: number) => readCheckpoint(join(runDir, checkpointPath(step))).arrays[section]!;
  const [first, end] = [at(1), at(steps)];
  return first.some((x, i) => x !== end[i]);
}

const of = <T extends RunEvent['type']>(run: string, type: T): EventOf<T>[] =>
  eventsSoFar(join(runs, run)).filter((e): e is EventOf<T> => e.type === type);

describe('what a run tells', () => {
  test('of pre-training: the shares of the tokens beside their targets, and the loss on documents kept out, source by source', () => {
    const metrics = of('pre-training-whole', 'metrics');
    const targets = { 'math-web': 0.5, arxiv: 0.2, village: 0.3 };
    for (const { values } of metrics.slice(1)) {
      for (const [name, target] of Object.entries(targets)) {
        expect(values[`mixture/target/${name}`]).toBe(target);
        expect(Math.abs(Number(values[`mixture/${name}`]) - target) * Number(values['tokens/total'])).toBeLessThanOrEqual(48);
      }
    }
    const losses = (i: number) => Object.keys(targets).map((name) => Number(metrics.at(i)!.values[`loss/validation/${name}`]));
    const mean = losses(-1).reduce((sum, l, i) => sum + l * Object.values(targets)[i], 0);
    expect(Number(metrics.at(-1)!.values['loss/validation'])).toBeCloseTo(mean, 9);
    // The SFT model has never read LaTeX.
    expect(losses(-1)[1]).toBeLessThan(losses(0)[1]);
    expect(metrics.map((m) => m.values.learning_rate).slice(1)).toEqual([1e-3, 1e-3, 1e-3, 1e-3, 0.316e-3]);
  });

  test('of PPO: advantages that differ by token, and what the value model is worth', () => {
    const traces = of('ppo-whole', 'trace');
    expect(traces.length).toBeGreaterThan(0);
    for (const t of traces) expect(t.advantage).toBeDefined();
    for (const { values } of of('ppo-whole', 'metrics').slice(1)) {
      expect(values).toHaveProperty('critic/loss');
      expect(Number(values['critic/explained'])).toBeLessThanOrEqual(1);
    }
    // While the value model warms up the policy stands still.
    expect(of('ppo-whole', 'metrics')[1].values).not.toHaveProperty('loss');
  });

  test('of rejection sampling: right solutions count 1, others 0, and only those are learned from', () => {
    for (const g of of('online-rft-whole', 'group')) for (const s of g.solutions) expect(s.advantage).toBe(s.correct ? 1 : 0);
  });

  test('of a reward model: its opinion of each solution beside the rule, its accuracy and its calibration', () => {
    for (const run of ['orm', 'prm']) {
      for (const s of of(run, 'group').flatMap((g) => g.solutions)) {
        // A probability: of a sure model the nearest 32-bit number may be 0 or 1 itself.
        expect(Number(s.rewards.reward_model)).toBeGreaterThanOrEqual(0);
        expect(Number(s.rewards.reward_model)).toBeLessThanOrEqual(1);
        expect(s.reward).toBe(s.rewards.correct);
      }
      expect(of(run, 'benchmark').at(-1)).toMatchObject({ mode: 'pairs in order', suite: 'validation' });
      // Of the run, not of each step: one in forty has no right solution, and nothing to tell from the wrong ones.
      const names = of(run, 'metrics').flatMap((m) => Object.keys(m.values));
      for (const name of ['reward_model/loss', 'reward_model/accuracy', 'reward_model/calibration_error']) expect(names).toContain(name);
    }
  });

  test('of a sum with a reward model: the weighted terms', () => {
    for (const s of of('grpo-with-a-reward-model-whole', 'group').flatMap((g) => g.solutions))
      expect(Number(s.reward)).toBeCloseTo(Number(s.rewards.correct) + 0.5 * Number(s.rewards.reward_model), 9);
  });

  test('of iterative GRPO: the reference becomes the policy', () => {
    const at = (step: number) => readCheckpoint(join(runs, 'iterative-grpo-whole', checkpointPath(step))).arrays;
    expect(Buffer.compare(Buffer.from(at(3).reference!.buffer), Buffer.from(at(2).parameters!.buffer))).toBe(0);
    expect(Buffer.compare(Buffer.from(at(2).reference!.buffer), Buffer.from(at(2).parameters!.buffer))).not.toBe(0);
  });
});
