/**
 * A small real trainer for the tests of launching: it trains nothing, but speaks the protocol in full.
 * Steps take a moment each; every step has metrics and a checkpoint; it stops when asked and resumes.
 * SMALL_TRAINER: `fail` ends badly after two steps, `talkative` says a lot in each step, `stubborn` never stops by itself, `parent` starts a child of its own.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { layout } from '../../src/protocol/layout.js';
import { readIdentity } from '../../src/protocol/identity.js';
import { RunWriter } from '../../src/protocol/runWriter.js';

const directory = process.argv[process.argv.indexOf('--run') + 1];
const mode = process.env.SMALL_TRAINER ?? '';
const identity = readIdentity(directory)!;
const total_steps = identity.total_steps ?? 0;
const writer = RunWriter.open(directory);
const checkpoints = join(directory, layout.checkpoints);
mkdirSync(checkpoints, { recursive: true });

let stopping = false;
process.on('SIGTERM', () => (stopping = true));
if (mode === 'parent' || mode === 'stubborn') {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  child.unref();
  writeFileSync(join(directory, 'child.pid'), String(child.pid));
}

/** The state that training would have: here one number, so that a test can see where it came from. */
const stateOf = (origin: typeof identity.reward_model): number =>
  origin ? Number(readFileSync(join(directory, '..', origin.run, origin.checkpoint, 'state'), 'utf8')) : 0;
let state = stateOf(identity.parent) + 1000 * stateOf(identity.reward_model);
let step = 0;
if (process.argv.includes('--resume')) {
  const last =
    readdirSync(checkpoints)
      .map(Number)
      .sort((a, b) => b - a)
      .at(0) ?? null;
  if (last !== null) state = Number(readFileSync(join(checkpoints, String(last), 'state'), 'utf8'));
  step = last ?? 0;
  writer.append({ type: 'resume', from_step: step, checkpoint: last === null ? null : `checkpoints/${last}` });
}
console.log(`training from step ${step}`);
writer.append({ type: 'status', state: 'running', step, total_steps });
const stopRequested = (): boolean => mode !== 'stubborn' && (stopping || existsSync(join(directory, layout.stopRequest)));
while (step < total_steps && !stopRequested()) {
  await sleep(20);
  step++;
  state++;
  if (mode === 'fail' && step === 3) {
    console.error('loading weights\nTypeError: the weights are not there');
    process.exit(3);
  }
  if (mode === 'talkative') writer.append({ type: 'log', level: 'info', message: `step ${step} `.repeat(4000) });
  writer.append({ type: 'metrics', step, values: { loss: 1 / step, 'reward/mean': step / total_steps } });
  // Written beside and renamed, as trainers should: one that is killed meanwhile leaves no half checkpoint.
  const beside = join(directory, '.checkpoint');
  mkdirSync(beside, { recursive: true });
  writeFileSync(join(beside, 'state'), String(state));
  renameSync(beside, join(checkpoints, String(step)));
  writer.append({ type: 'checkpoint', step, path: `checkpoints/${step}`, bytes: String(state).length });
  writer.append({ type: 'status', state: 'running', step, total_steps });
}
writer.append({ type: 'status', state: step < total_steps ? 'stopped' : 'finished', step, total_steps });
writer.close();
