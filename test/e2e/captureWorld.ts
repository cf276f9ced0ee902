/** Launches scripts of `test/fixtures/capture` with capture from the command line, and compares what was captured with forward passes of another process. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { decodeArray } from '../../src/protocol/arrays.js';
import type { EventOf, RunEvent } from '../../src/protocol/events.js';
import { RunReader } from '../../src/protocol/runReader.js';

const run = promisify(execFile);
export const fixtures = resolve('test/fixtures/capture');

interface Options {
  script?: string;
  /** What starts the script, before its arguments. */
  starter?: string[];
  args?: string[];
  /** Further lines of the experiment's `command`. */
  command?: string;
  env?: Record<string, string>;
  steps?: number;
}

/** A run as its events tell it, and its trainer's output folder. */
export interface Captured {
  directory: string;
  output: string;
  events: RunEvent[];
}

export interface Tokens {
  step: number;
  question: string;
  ids: number[];
  old: number[];
  ref: number[];
  /** Of the policy at the step's last update; empty where the trainer does not tell. */
  current: number[];
}

export const of = <T extends RunEvent['type']>(events: RunEvent[], type: T): EventOf<T>[] =>
  events.filter((event): event is EventOf<T> => event.type === type);

export const logs = (events: RunEvent[], ...levels: string[]): string[] =>
  of(events, 'log')
    .filter(({ level }) => levels.includes(level))
    .map(({ message }) => message);

export class CaptureWorld {
  readonly folder = mkdtempSync(join(tmpdir(), 'grpo-lab-capture-'));

  private forward: ChildProcess | undefined;

  constructor(private readonly python: string) {}

  remove(): void {
    this.forward?.stdin!.end();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Launches the script and waits for its end. */
  async launch(name: string, options: Options = {}): Promise<Captured> {
    await this.start(name, options);
    return this.read(name);
  }

  /** @returns what waits for the end of the script */
  async start(name: string, options: Options = {}): Promise<unknown> {
    const { script = 'train.py', starter = [], args = [], command = '', env = {}, steps = 3 } = options;
    const words = ['${python}', ...starter, join(fixtures, script), '--output=${run_dir}/trl', '--steps=${steps}', ...args];
    const variables = { OMP_NUM_THREADS: '1', HF_HUB_OFFLINE: '1', GRPO_LAB_TRACES_PRECISION: 'f32', ...env };
    const file = join(this.folder, `${name}.experiment.yaml`);
    writeFileSync(
      file,
      `name: ${name}
backend: command
command:
  run: ${JSON.stringify(words)}
  watch: [{ path: '\${run_dir}/trl', format: trl }]
  ${command}
policy: { model: tiny }
data: { dataset: sums }
method: { name: grpo, group_size: 4 }
launch: { env: ${JSON.stringify(variables)} }
steps: ${steps}
`,
    );
    return this.cli('run', file, '--python', this.python);
  }

  cli(...args: string[]): Promise<unknown> {
    return run(process.execPath, [resolve('dist/cli.cjs'), ...args], { cwd: this.folder, maxBuffer: 64e6 });
  }

  /** A run as far as it has come. */
  read(name: string): Captured {
    return read(join(this.folder, '.grpo-lab', 'runs', this.idOf(name)));
  }

  /** Importing what it needs takes seconds: one process answers for all runs. */
  private async forwards(output: string, traces: unknown[]): Promise<Record<'old' | 'ref' | 'current', number[]>[]> {
    this.forward ??= spawn(this.python, [join(fixtures, 'forward.py')], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, TQDM_DISABLE: '1' },
    });
    const { stdin, stdout } = this.forward;
    const lines = createInterface(stdout!);
    stdin!.write(`${JSON.stringify({ output, traces })}\n`);
    // It closes its output when it dies.
    const line = await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('close', () => reject(new Error('forward.py has ended.')));
    });
    lines.close();
    return JSON.parse(line) as Record<'old' | 'ref' | 'current', number[]>[];
  }

  /** @param last step whose update is the last over what was sampled at a step */
  async expectForwards(captured: Captured, last: (step: number) => number): Promise<void> {
    const tokens = tokensOf(captured);
    const asked = tokens.map(({ question, ids, step }) => ({ question, ids, weights: { old: step - 1, ref: 0, current: last(step) - 1 } }));
    const answers = await this.forwards(captured.output, asked);
    for (const name of ['old', 'ref', 'current'] as const) {
      if (tokens.every((t) => t[name].length === 0)) continue;
      const errors = tokens.flatMap((t, i) => t[name].map((logp, k) => Math.abs(logp - answers[i][name][k])));
      expect(errors.length).toBeGreaterThan(50);
      expect(Math.max(...errors), name).toBeLessThan(1e-5);
    }
  }

  idOf(name: string): string {
    return readdirSync(join(this.folder, '.grpo-lab', 'runs')).find((id) => id.startsWith(`${name}-`))!;
  }
}

function read(directory: string): Captured {
  const reader = new RunReader(directory);
  const events: RunEvent[] = [];
  for (let more = true; more;) {
    const chunk = reader.next(1 << 22);
    expect(chunk.problems).toEqual([]);
    events.push(...chunk.events.map(({ event }) => event));
    ({ more } = chunk);
  }
  return { directory, output: join(directory, 'trl'), events };
}

/** Every solution once, every trace of a text's length, numbers without gaps. */
export function expectWhole({ events }: Captured, steps: number[], groupsPerStep: number): void {
  const groups = of(events, 'group');
  const names = steps.flatMap((step) => Array.from({ length: groupsPerStep }, (_, i) => `${step}.${i}`));
  expect(groups.map(({ step, group }) => `${step}.${group}`)).toEqual(names);
  const solutions = groups.flatMap(({ step, group, solutions }) =>
    solutions.map((s, i) => ({ key: `${step}.${group}.${i}`, text: s.text })),
  );
  expect(solutions).toHaveLength(names.length * 4);
  const traces = of(events, 'trace');
  expect(traces.map(({ step, group, solution }) => `${step}.${group}.${solution}`)).toEqual(solutions.map(({ key }) => key));
  traces.forEach((trace, i) => {
    expect([...decodeArray(trace.lengths!)].reduce((sum, n) => sum + n, 0)).toBe(solutions[i].text.length);
  });
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
  expect(logs(events, 'warning', 'error')).toEqual([]);
}

export function tokensOf({ events }: Captured): Tokens[] {
  const questions = new Map(of(events, 'group').map(({ step, group, question }) => [`${step}.${group}`, question]));
  return of(events, 'trace').map((trace) => {
    const array = (name: 'ids' | 'logp_old' | 'dlogp_ref' | 'dlogp'): number[] => (trace[name] ? [...decodeArray(trace[name])] : []);
    const old = array('logp_old');
    const plus = (difference: number[]): number[] => difference.map((d, t) => d + old[t]);
    const question = questions.get(`${trace.step}.${trace.group}`)!;
    return { step: trace.step, question, ids: array('ids'), old, ref: plus(array('dlogp_ref')), current: plus(array('dlogp')) };
  });
}
