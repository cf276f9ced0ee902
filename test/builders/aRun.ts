import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { encodeF32, encodeU32 } from '../../src/protocol/arrays.js';
import type { EventBody, WireSolution } from '../../src/protocol/events.js';
import type { RunIdentity } from '../../src/protocol/runFiles.js';
import { writeIdentity } from '../../src/protocol/identity.js';
import { eventsFolder, listSegments } from '../../src/protocol/segments.js';
import { RunWriter } from '../../src/protocol/runWriter.js';

export function anIdentity(id: string): RunIdentity {
  return {
    v: 1,
    id,
    name: id,
    number: 1,
    experiment: {
      name: 'arith-grpo',
      path: null,
      source: 'name: arith-grpo\n',
      resolved: { name: 'arith-grpo', reward: [{ term: 'correct', weight: 1 }] },
    },
    backend: 'embedded',
    method: 'grpo',
    total_steps: 100,
    parent: null,
    command: ['node', 'engine.cjs'],
    cwd: '/',
    git: null,
    host: 'here',
    created: '2026-01-01T00:00:00.000Z',
    versions: { 'grpo-lab': '0.1.0' },
    seed: 1,
    threads: 2,
  };
}

/** Solution `i` of a group: odd ones are right. The text grows with `textLength`. */
export function aSolution(i: number, textLength = 40): WireSolution {
  const right = i % 2 === 1;
  const text = `${'step by step '.repeat(Math.ceil(textLength / 13)).slice(0, textLength)}The answer is ${right ? 47 : 40 + i}`;
  return {
    text,
    rewards: { correct: right ? 1 : 0 },
    reward: right ? 1 : 0,
    advantage: right ? 1 : -1,
    correct: right,
    grade: {
      verdict: right ? 'equal' : 'different',
      answer: String(right ? 47 : 40 + i),
      span: [text.length - 2, text.length],
      extraction: 'The answer is',
      rule: 'exact integers',
      checker: 'grpo-lab 1',
    },
    finish: 'stop',
    tokens: text.length,
    kl: 0.01 * i,
  };
}

export const aGroup = (step: number, group: number, size = 4, textLength = 40): EventBody => ({
  type: 'group',
  step,
  group,
  question_id: `q${(step * 31 + group) % 7}`,
  question: `What is 40 + 7? (${(step * 31 + group) % 7})`,
  gold: '47',
  solutions: Array.from({ length: size }, (_, i) => aSolution(i, textLength)),
});

/** A trace with one token per character of the solution's text. */
export function aTrace(step: number, group: number, solution: number, tokens: number): EventBody {
  const at = (f: (t: number) => number) => Array.from({ length: tokens }, (_, t) => f(t));
  return {
    type: 'trace',
    step,
    group,
    solution,
    ends: encodeU32(at((t) => t + 1)),
    ids: encodeU32(at((t) => (t * 7) % 40)),
    logp_old: encodeF32(at((t) => -0.1 - (t % 5) * 0.2)),
    logp: encodeF32(at((t) => -0.1 - (t % 5) * 0.21)),
    kl: encodeF32(at((t) => (t % 3) * 0.01)),
  };
}

export const aMetrics = (step: number, more: Record<string, number> = {}): EventBody => ({
  type: 'metrics',
  step,
  values: { 'reward/mean': step / 100, kl: step / 1000, loss: 1 / step, 'tokens/total': step * 1000, 'seconds/step': 2, ...more },
});

export const aStatus = (step: number, state: 'running' | 'finished' | 'stopped' | 'failed' = 'running'): EventBody => ({
  type: 'status',
  state,
  step,
  total_steps: 100,
});

export const aBenchmark = (step: number, suite: string, value: number): Extract<EventBody, { type: 'benchmark' }> => ({
  type: 'benchmark',
  step,
  suite,
  mode: 'greedy',
  value,
  n: 200,
  checker: 'grpo-lab 1',
});

/** Everything a trainer writes in one step, in its order. */
export function aStep(step: number, groups = 2, size = 4, textLength = 40): EventBody[] {
  const events: EventBody[] = [];
  for (let g = 0; g < groups; g++) {
    const group = aGroup(step, g, size, textLength);
    events.push(group);
    if (group.type === 'group') group.solutions.forEach((s, i) => events.push(aTrace(step, g, i, s.tokens)));
  }
  return [...events, aMetrics(step), aStatus(step)];
}

/** A run as it lies on disk, which can be written on. */
export class WrittenRun {
  constructor(
    readonly id: string,
    readonly directory: string,
  ) {}

  /** Appends events as a further process would: in a new segment. */
  append(...events: EventBody[]): void {
    const writer = RunWriter.open(this.directory);
    for (const event of events) writer.append(event, eventTime(writer.lastSeq + 1));
    writer.close();
  }

  /** Appends raw text to the newest segment. */
  raw(text: string | Buffer): void {
    appendFileSync(this.newestSegment, text);
  }

  get newestSegment(): string {
    const name = listSegments(this.directory).at(-1);
    if (name === undefined) throw new Error(`${this.id} has no segment yet`);
    return join(eventsFolder(this.directory), name);
  }
}

/** Events are two seconds apart, so that equal runs are equal to the byte. */
const eventTime = (seq: number): Date => new Date(Date.parse('2026-01-01T00:00:00.000Z') + 2000 * seq);

class RunBuilder {
  private readonly processes: EventBody[][] = [[]];
  private torn: string | undefined;
  private identity: Partial<RunIdentity> = {};
  private lastStep = 0;

  constructor(private readonly id: string) {}

  withSteps(count: number, shape: { groups?: number; size?: number; textLength?: number } = {}): this {
    for (let i = 0; i < count; i++) this.with(...aStep(++this.lastStep, shape.groups, shape.size, shape.textLength));
    return this;
  }

  with(...events: EventBody[]): this {
    this.processes.at(-1)!.push(...events);
    return this;
  }

  /** What its run.json says otherwise than usual. */
  being(identity: Partial<RunIdentity>): this {
    this.identity = { ...this.identity, ...identity };
    return this;
  }

  /** A further process that continues after `step`. */
  resumedFrom(step: number): this {
    this.lastStep = step;
    this.processes.push([{ type: 'resume', from_step: step, checkpoint: `checkpoints/${step}` }]);
    return this;
  }

  /** The last thing in the directory is half an event of this step. */
  tornInside(step: number): this {
    this.torn = JSON.stringify(aGroup(step, 0)).slice(0, 60);
    return this;
  }

  /** @param runs the folder that holds run directories */
  write(runs: string): WrittenRun {
    const run = new WrittenRun(this.id, join(runs, this.id));
    mkdirSync(run.directory, { recursive: true });
    writeIdentity(run.directory, { ...anIdentity(this.id), ...this.identity });
    for (const events of this.processes) run.append(...events);
    if (this.torn !== undefined) run.raw(this.torn);
    return run;
  }
}

/** `aRun().withSteps(12).tornInside(13).write(folder)` */
export const aRun = (id = 'arith-grpo-1'): RunBuilder => new RunBuilder(id);
