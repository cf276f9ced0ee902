/** Loops in Python that write their run with grpo_lab.events: killed anywhere, launched from here, read by the store. */
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { mulberry32 } from '../../src/core/mulberry32.js';
import { writeIdentity } from '../../src/protocol/identity.js';
import { RunReader } from '../../src/protocol/runReader.js';
import { listSegments } from '../../src/protocol/segments.js';
import { Store } from '../../src/store/store.js';
import { anIdentity } from '../builders/aRun.js';
import { needs } from '../builders/needs.js';
import { newPython, noNewPython } from '../builders/python.js';

const exec = promisify(execFile);
const python = newPython ?? 'python3';
const env = { ...process.env, PYTHONPATH: resolve('python'), PYTHONDONTWRITEBYTECODE: '1' };
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('a loop that is killed anywhere, and goes on', () => {
  needs(newPython, noNewPython);
  const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-python-'));
  const root = join(folder, '.grpo-lab');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const steps = 12;
  const seeds = 24;
  const eventsAStep = 4;
  /** Tells the number of each event as soon as it is written; a step counts as done when its file says so. */
  const loop = `
import os, random, resource, signal, sys
from pathlib import Path
from grpo_lab.events import RunWriter, Solution

folder, steps, largest_file = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
done_file = folder / "done"
done = int(done_file.read_text()) if done_file.exists() else 0
if largest_file:  # the system ends the process in the middle of the write that passes it
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, resource.RLIM_INFINITY))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
def written(seq):
    os.write(1, b"%d\\n" % seq)
with RunWriter(folder) as run:
    if sys.argv[4] != "first":
        written(run.resume(from_step=done))
    for step in range(done + 1, steps + 1):
        size = random.Random(step).randint(1, 20_000)
        text = "x" * size
        written(run.metrics(step=step, values={"reward/mean": step}))
        written(run.group(step=step, group=0, question="q", solutions=[Solution(text, step, size), Solution(text, step, size)]))
        for solution in (0, 1):
            written(run.trace(step=step, group=0, solution=solution, lengths=[1] * size, logp_old=[-0.5] * size))
        done_file.with_suffix(".new").write_text(str(step))
        done_file.with_suffix(".new").rename(done_file)
`;

  /** @returns the numbers that it has told, and how it ended */
  async function life(run: string, largestFile: number, killAfter: number, which: string) {
    const child = spawn(python, ['-c', loop, run, String(steps), String(largestFile), which], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise<{ code: number | null; signal: string | null }>((done) =>
      child.on('close', (code, signal) => done({ code, signal })),
    );
    const told: number[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      told.push(Number(line));
      if (told.length === killAfter) child.kill('SIGKILL');
    }
    return { told, ...(await ended) };
  }

  test(`of ${seeds} seeds none loses an event that was written, and none is there twice`, async () => {
    mkdirSync(join(root, 'runs'), { recursive: true });
    const store = await Store.open({ root });
    const died = { SIGKILL: 0, SIGXFSZ: 0 };
    let torn = 0;
    for (const seed of range(1, seeds)) {
      const next = mulberry32(seed);
      const id = `seed-${seed}`;
      const run = join(root, 'runs', id);
      mkdirSync(run);
      writeIdentity(run, anIdentity(id));
      const told: number[] = [];
      const deaths = 1 + (seed % 3);
      for (const nth of range(1, deaths + 1)) {
        const last = nth > deaths;
        const byFile = !last && next() < 0.5;
        const largestFile = byFile ? 1 + Math.floor(next() * 200_000) : 0;
        const killAfter = last || byFile ? 0 : 1 + Math.floor(next() * steps * eventsAStep);
        const end = await life(run, largestFile, killAfter, nth === 1 ? 'first' : 'again');
        told.push(...end.told);
        if (end.signal !== null) died[end.signal as keyof typeof died]++;
        else expect(end.code, `seed ${seed}`).toBe(0);
        expect(store.catchUp()).toEqual([]);
      }
      expect(new Set(told).size, `seed ${seed}`).toBe(told.length);
      torn += check(run, told, `seed ${seed}`);
      const kept = store.queries.steps(id, { limit: 100 }).rows.map((s) => [s.step, s.rewardMean, s.groups, s.solutions]);
      expect(kept.reverse(), `seed ${seed}`).toEqual(range(1, steps).map((step) => [step, step, 1, 2]));
    }
    store.close();
    console.log(`ended by ${JSON.stringify(died)}, ${torn} lines torn`);
    expect(died.SIGKILL).toBeGreaterThan(seeds / 4);
    expect(died.SIGXFSZ).toBeGreaterThan(seeds / 4);
    expect(torn).toBeGreaterThan(seeds / 4);
  });

  /** @returns how many lines are torn */
  function check(run: string, told: number[], seed: string): number {
    const reader = new RunReader(run);
    const seqs: number[] = [];
    let torn = 0;
    for (let more = true; more;) {
      const chunk = reader.next(1 << 20);
      seqs.push(...chunk.events.map(({ event }) => event.seq));
      for (const { reason } of chunk.problems) expect(reason, seed).toContain('torn');
      torn += chunk.problems.length;
      ({ more } = chunk);
    }
    const lines = listSegments(run).flatMap((name) =>
      readFileSync(join(run, 'events', name), 'utf8')
        .split('\n')
        .slice(0, -1),
    );
    expect(lines.length, seed).toBe(seqs.length); // the reader passes over what it knows: nothing was
    expect(new Set(seqs).size, seed).toBe(seqs.length);
    const read = new Set(seqs);
    expect(
      told.filter((seq) => !read.has(seq)),
      seed,
    ).toEqual([]);
    return torn;
  }
});

describe('a loop that is launched from here', () => {
  needs(newPython, noNewPython);
  const patience = { timeout: 240_000, interval: 100 };
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'grpo-lab-python-'));
  });
  afterEach(async () => {
    for (const run of await runs()) if (run.state === 'running') await cli('stop', run.id);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }, patience.timeout);

  const cli = async (...args: string[]) => (await exec(process.execPath, [resolve('dist/cli.cjs'), ...args], { cwd: folder, env })).stdout;
  const runs = async () => JSON.parse(await cli('ls', '--json')) as { id: string; state: string; step: number; message: string | null }[];

  async function ended(program: string, watch = ''): Promise<Awaited<ReturnType<typeof runs>>[number]> {
    writeFileSync(join(folder, 'train.py'), program);
    const experiment = `name: mine
backend: command
command:
  run: ['${python}', train.py]${watch}
policy: { model: none }
data: { dataset: none }
method: { name: grpo, group_size: 4 }
steps: 9
`;
    writeFileSync(join(folder, 'mine.experiment.yaml'), experiment);
    await cli('run', join(folder, 'mine.experiment.yaml'), '--detach');
    await vi.waitUntil(async () => (await runs())[0]?.state !== 'running', patience);
    return (await runs())[0];
  }

  /** Numbers of the events of the run, as its segments have them. */
  function seqs(id: string): number[] {
    const reader = new RunReader(join(folder, '.grpo-lab', 'runs', id));
    const chunk = reader.next(1 << 24);
    expect(chunk.problems).toEqual([]);
    return chunk.events.map(({ event }) => event.seq);
  }

  const threeLines = `
from grpo_lab.events import RunWriter
with RunWriter.create(".", name="mine") as run:
    for step in range(1, 5):
        run.metrics(step=step, values={"reward/mean": step})
`;

  test('is the run that was launched, and its numbers go through it', async () => {
    const run = await ended(threeLines);
    expect(run).toMatchObject({ state: 'finished', step: 4 });
    expect(await runs()).toHaveLength(1);
    expect(seqs(run.id)).toEqual(range(1, seqs(run.id).length));
  });

  test('says itself why it failed, and where', async () => {
    const run = await ended(`${threeLines}        if step == 3: raise ValueError("no gradient")\n`);
    expect(run).toMatchObject({ state: 'failed', step: 3, message: 'ValueError: no gradient' });
  });

  test('that dies without a word has died where it was', async () => {
    const run = await ended(`import os, signal\n${threeLines}        if step == 3: os.kill(os.getpid(), signal.SIGKILL)\n`);
    expect(run).toMatchObject({ state: 'failed', step: 3, message: 'the command was ended by SIGKILL' });
    expect(seqs(run.id)).toEqual(range(1, seqs(run.id).length));
  });

  test('cannot write a run into which its files are followed', async () => {
    const run = await ended(threeLines, "\n  watch: [{ path: 'out', format: groups }]");
    expect(run.state).toBe('failed');
    const stderr = readFileSync(join(folder, '.grpo-lab', 'runs', run.id, 'stderr.log'), 'utf8');
    expect(stderr).toContain('writer.lock is held by process');
  });
});
