// What capture costs a training of TRL: the same training without it and with it, in turns, 64 solutions of 1,024 tokens a step.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { say } from '../../scripts/lib/console.mjs';
import { trainerPython, trainers } from '../../scripts/lib/trainers.mjs';

const root = join(import.meta.dirname, '..', '..');
const aims = { step: 0.03, training: 1, bytes: 20 };
const rounds = 2;

const median = (xs) => {
  const sorted = xs.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};

export async function bench() {
  const name = Object.keys(trainers).findLast((each) => each.startsWith('trl-') && trainerPython(each).python);
  if (!name) return say(`  left out: ${trainerPython('trl-1.16.0').missing}`);
  const folder = mkdtempSync(join(tmpdir(), 'bench-capture-'));
  try {
    const env = { ...process.env, PYTHONPATH: join(root, 'python'), HF_HUB_OFFLINE: '1', OMP_NUM_THREADS: '2' };
    const script = join(root, 'test', 'bench', 'captureSteps.py');
    const { stdout } = await promisify(execFile)(trainerPython(name).python, [script, folder, String(rounds)], { env, maxBuffer: 64e6 });
    tell(name, JSON.parse(stdout));
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function tell(name, { without, with: captured, taken, traceBytes, traceTokens, tokens, steps, peak }) {
  const of = (kind, clock) => median(kind.map((each) => each[clock])) / steps;
  say(
    `  ${name}, 64 solutions of 1,024 tokens a step, drawn at random: a step is forward and backward passes alone; ` +
      `4 layers of 128 on two threads; ${rounds} steps each`,
  );
  for (const [clock, what] of [
    ['wall', 'a step'],
    ['cpu', 'a step, processor'],
  ])
    say(
      `  ${what}: ${of(without, clock).toFixed(2)} s without, ${of(captured, clock).toFixed(2)} s with capture: ` +
        `${(of(captured, clock) / of(without, clock)).toFixed(3)} × (aim ≤ ${1 + aims.step})`,
    );
  const own = (taken.training + taken.beside) / (rounds * steps) / of(without, 'cpu');
  say(`  processor time in capture's own code: ${(100 * own).toFixed(2)} % of a step's (aim ≤ ${100 * aims.step} %)`);
  say(`  on the training's thread ${((1e6 * taken.training) / tokens).toFixed(2)} µs a token (aim ≤ ${aims.training})`);
  say(`  on the thread beside it ${((1e6 * taken.beside) / tokens).toFixed(2)} µs a token`);
  say(
    `  traces before compression ${(traceBytes / traceTokens).toFixed(1)} bytes a token (aim ≤ ${aims.bytes}); ${traceTokens} of ${tokens} tokens`,
  );
  say(`  peak memory ${Math.round(peak / 2 ** 20)} MiB`);
}

if (process.argv[1] === import.meta.filename) await bench();
