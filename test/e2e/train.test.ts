/**
 * The python backend, launched from the command line: SFT, and GRPO from what it has made, stopped and resumed. What TRL and
 * `grpo_lab.train` have written is compared with what it must follow from: the embedded trainer's questions, grader, advantages, rates.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outcomeAdvantages } from '../../src/core/advantages.js';
import { mean } from '../../src/core/stats.js';
import { questionsOf } from '../../src/engine/environment/questions.js';
import { learningRate } from '../../src/engine/schedule.js';
import { gradeTask } from '../../src/engine/tasks/gradeTask.js';
import { experimentSchema } from '../../src/experiment/schema.js';
import { decodeArray, fromWire } from '../../src/protocol/arrays.js';
import type { EventOf, RunEvent } from '../../src/protocol/events.js';
import { readIdentity } from '../../src/protocol/identity.js';
import { RunReader } from '../../src/protocol/runReader.js';
import { needs } from '../builders/needs.js';
import { shaken } from '../builders/shake.js';
import { until } from './until.js';
import type { RunRow } from './vscode.js';

const python = process.env.GRPO_LAB_E2E_TRL ?? '';
const run = promisify(execFile);

const shared = `backend: python
data: { generator: arithmetic, levels: [1] }
benchmarks: [{ suite: held-out, size: 6, every: 3 }]
seed: ${shaken(5)}
launch: { env: { OMP_NUM_THREADS: '1', HF_HUB_OFFLINE: '1' } }
`;
const files = {
  'small-sft': `name: small-sft
${shared}policy: { preset: nano-2l }
method: { name: sft, batch_size: 8 }
sampling: { max_tokens: 12 }
optimiser: { learning_rate: 4e-3 }
python: { batch: 4 }
steps: 3
`,
  // Two updates a step, and three forward passes each: steps of the run are not those of the optimiser.
  'small-grpo': `name: small-grpo
${shared}policy: { from: small-sft }
method: { name: grpo, group_size: 4, updates_per_exploration: 2 }
reward:
  - { term: correct }
  - { term: regex, pattern: '[0-4]', weight: 0.5 }
  - { term: function, function: 'rewards_of_mine:brevity', weight: 0.1 }
sampling: { questions_per_step: 3, max_tokens: 12 }
optimiser: { learning_rate: 1e-3, warmup_steps: 2, schedule: linear }
checkpoints: { every: 2, keep: 2 }
python: { batch: 4 }
steps: 7
`,
};
const brevity = 'def brevity(completions, **_):\n    return [-float(len(c)) for c in completions]\n';

const of = <T extends RunEvent['type']>(events: readonly RunEvent[], type: T): EventOf<T>[] =>
  events.filter((event): event is EventOf<T> => event.type === type);

describe('SFT and GRPO in Python', () => {
  needs(python, process.env.GRPO_LAB_E2E_NO_TRL ?? 'There is no Python with TRL.');
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'grpo-lab-train-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `${name}.experiment.yaml`), text);
    writeFileSync(join(folder, 'rewards_of_mine.py'), brevity);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

  const lab = (...args: string[]): string =>
    execFileSync(process.execPath, [resolve('dist/cli.cjs'), ...args], { cwd: folder, encoding: 'utf8' });
  const rows = (): RunRow[] => JSON.parse(lab('ls', '--json')) as RunRow[];
  const idOf = (name: string): string => rows().find(({ id }) => id.startsWith(`${name}-`))!.id;
  const directoryOf = (name: string): string => join(folder, '.grpo-lab', 'runs', idOf(name));
  const stateOf = (name: string): string => rows().find(({ id }) => id.startsWith(`${name}-`))!.state;

  /** What holds at the end: what a resume has taken back is left out. */
  function eventsOf(name: string): RunEvent[] {
    const reader = new RunReader(directoryOf(name));
    let events: RunEvent[] = [];
    for (let more = true; more;) {
      const chunk = reader.next(1 << 22);
      expect(chunk.problems).toEqual([]);
      for (const { event } of chunk.events) {
        if (event.type === 'resume') events = events.filter((e) => !('step' in e) || (e.step ?? 0) <= event.from_step);
        events.push(event);
      }
      ({ more } = chunk);
    }
    return events;
  }

  /** Values of a curve by step. */
  const curve = (events: readonly RunEvent[], name: string): [number, number][] =>
    of(events, 'metrics').flatMap(({ step, values }): [number, number][] => (name in values ? [[step, fromWire(values[name])]] : []));

  test('a chain is launched as one, and GRPO stops with a checkpoint when it is asked to', async () => {
    lab('run', 'small-grpo.experiment.yaml', '--detach', '--python', python);
    // Its steps take moments: the request is there before the first, and the trainer looks for it behind each.
    await until('GRPO has begun', () => of(eventsOf('small-grpo'), 'status').some((s) => s.message === 'loading PyTorch'), 900_000);
    const stopped = await run(process.execPath, [resolve('dist/cli.cjs'), 'stop', idOf('small-grpo'), '--grace', '600'], { cwd: folder });
    expect(stopped.stderr).toBe('');
    expect(stateOf('small-grpo')).toBe('stopped');
    const events = eventsOf('small-grpo');
    expect(of(events, 'status').at(-1)).toMatchObject({ state: 'stopped', step: 1, total_steps: 7 });
    expect(of(events, 'checkpoint').at(-1)).toMatchObject({ step: 1, path: 'checkpoints/checkpoint-2' });
  });

  test('SFT has learned from demonstrations and told its curves', () => {
    const events = eventsOf('small-sft');
    expect(stateOf('small-sft')).toBe('finished');
    const loss = curve(events, 'loss');
    expect(loss.map(([step]) => step)).toEqual([1, 2, 3]);
    // Nearly ln 258 where nothing is known of the next byte.
    expect(loss[0][1]).toBeGreaterThan(5);
    expect(loss[2][1]).toBeLessThan(loss[0][1]);
    expect(of(events, 'benchmark').map(({ step, mode, n }) => [step, mode, n])).toEqual([
      [0, 'greedy', 6],
      [3, 'greedy', 6],
    ]);
  });

  test('it resumes where it stopped, and comes to its end', async () => {
    await run(process.execPath, [resolve('dist/cli.cjs'), 'resume', idOf('small-grpo'), '--python', python], { cwd: folder });
    const events = eventsOf('small-grpo');
    expect(of(events, 'status').at(-1)).toMatchObject({ state: 'finished', step: 7 });
    expect(of(events, 'resume')).toEqual([expect.objectContaining({ from_step: 1, checkpoint: 'checkpoints/checkpoint-2' })]);
    expect(of(events, 'log').filter(({ level }) => level !== 'info')).toEqual([]);
    const kept = of(events, 'checkpoint').map(({ path }) => existsSync(join(directoryOf('small-grpo'), path)));
    expect(kept.filter(Boolean)).toHaveLength(2);
  });

  test('its groups are those of the embedded trainer’s questions, grader and advantages, every solution once', () => {
    const directory = directoryOf('small-grpo');
    const events = eventsOf('small-grpo');
    const identity = readIdentity(directory)!;
    expect(identity.parent).toMatchObject({ run: idOf('small-sft'), step: 3 });
    const experiment = experimentSchema.parse(identity.experiment.resolved);
    const questions = questionsOf(experiment);
    const groups = of(events, 'group');
    expect(groups.map(({ step, group }) => `${step}.${group}`)).toEqual(
      Array.from({ length: 21 }, (_, i) => `${Math.floor(i / 3) + 1}.${i % 3}`),
    );
    groups.forEach(({ question, gold, solutions }, i) => {
      const task = questions.task(i);
      expect([question, gold]).toEqual([`${task.question}\n`, task.answer]);
      const totals = solutions.map(({ rewards }) => {
        const value = (term: string) => fromWire(rewards[term]);
        return value('correct') + 0.5 * value('regex') + 0.1 * value('brevity');
      });
      const advantages = outcomeAdvantages(solutions.map(({ reward }) => fromWire(reward)));
      solutions.forEach((s, n) => {
        const { verdict } = gradeTask(s.text, task);
        expect([s.correct, s.grade?.verdict]).toEqual([verdict === 'equal', verdict]);
        expect(fromWire(s.rewards.correct)).toBe(verdict === 'equal' ? 1 : 0);
        expect(fromWire(s.rewards.regex)).toBe(/[0-4]/.test(s.text) ? 1 : 0);
        expect(fromWire(s.rewards.brevity)).toBe(-Array.from(s.text).length);
        expect(Math.abs(fromWire(s.reward) - totals[n])).toBeLessThan(1e-5);
        expect(Math.abs(fromWire(s.advantage!) - advantages[n])).toBeLessThan(1e-4);
      });
    });
    const traces = of(events, 'trace');
    expect(traces).toHaveLength(21 * 4);
    for (const { step, group, solution, lengths } of traces) {
      const { text } = groups.find((g) => g.step === step && g.group === group)!.solutions[solution];
      expect([...decodeArray(lengths!)].reduce((sum, n) => sum + n, 0)).toBe(text.length);
    }
  });

  test('its curves are those of its groups, at the rates of the schedule', () => {
    const events = eventsOf('small-grpo');
    const ofSteps = (value: (step: number) => number): [number, number][] => Array.from({ length: 7 }, (_, i) => [i + 1, value(i + 1)]);
    const ofGroups = (value: (group: EventOf<'group'>) => number): [number, number][] =>
      ofSteps((step) => mean(of(events, 'group').flatMap((g) => (g.step === step ? [value(g)] : []))));
    const expectCurve = (name: string, expected: [number, number][]): void => {
      const found = curve(events, name);
      expect(found.map(([step]) => step)).toEqual(expected.map(([step]) => step));
      found.forEach(([, value], i) => expect(Math.abs(value - expected[i][1]), `${name} ${i}`).toBeLessThan(1e-5));
    };
    expectCurve(
      'reward/mean',
      ofGroups(({ solutions }) => mean(solutions.map((s) => fromWire(s.reward)))),
    );
    expectCurve(
      'accuracy/train',
      ofGroups(({ solutions }) => mean(solutions.map((s) => (s.correct ? 1 : 0)))),
    );
    const { optimiser } = experimentSchema.parse(readIdentity(directoryOf('small-grpo'))!.experiment.resolved);
    expectCurve(
      'learning_rate',
      ofSteps((step) => learningRate(optimiser, step, 7)),
    );
    expect(curve(events, 'kl').at(-1)![1]).toBeGreaterThan(0);
    expect(of(events, 'benchmark').map(({ step }) => step)).toEqual([0, 3, 6, 7]);
  });
});
