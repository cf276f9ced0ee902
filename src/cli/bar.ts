/** The progress of a run: a bar on a terminal, a line now and then elsewhere. */
import { SingleBar } from 'cli-progress';
import { remaining, stateText } from '../words/runText.js';
import type { RunSummary } from '../store/views.js';
import { significant } from '../core/format.js';
import { oneLine, type Output } from './output.js';

export interface RunProgress {
  update(run: RunSummary): void;
  stop(): void;
}

/** `reward 0.713 · held-out 0.68 · 2 min left`, as far as known. */
export function progressText(run: RunSummary): string {
  const shown = { 'reward/mean': 'reward', 'accuracy/held_out': 'held-out', loss: 'loss' };
  const numbers = Object.entries(shown).flatMap(([metric, label]) =>
    metric in run.latest ? [`${label} ${significant(run.latest[metric])}`] : [],
  );
  // Without rewards the loss says how it goes; with them it says little.
  const telling = 'reward/mean' in run.latest ? numbers.filter((n) => !n.startsWith('loss')) : numbers;
  const waiting = run.step === 0 && run.message ? [run.message] : [];
  const quiet = run.quietSince === null ? [] : [stateText(run)];
  return [...telling, ...waiting, ...quiet, remaining(run)].filter(Boolean).join(' · ');
}

export function runProgress(name: string, output: Output): RunProgress {
  if (process.stderr.isTTY) return new Bar(name);
  return output.json ? { update: () => undefined, stop: () => undefined } : new Lines(name, output);
}

const barStyle = { barCompleteChar: '█', barIncompleteChar: '░', barsize: 24, hideCursor: true } as const;

class Bar implements RunProgress {
  private readonly bar: SingleBar;
  private started = false;

  constructor(name: string) {
    const format = `${name}  {bar} {value}/{total}  {text}`;
    this.bar = new SingleBar({ format, ...barStyle });
  }

  update(run: RunSummary): void {
    const text = oneLine(progressText(run));
    if (!this.started) this.bar.start(run.totalSteps ?? 0, run.step, { text });
    else this.bar.update(run.step, { text });
    this.started = true;
  }

  stop(): void {
    if (this.started) this.bar.stop();
  }
}

/** About twenty lines for a whole run, and one whenever the state of affairs changes. */
class Lines implements RunProgress {
  private last = '';

  constructor(
    private readonly name: string,
    private readonly output: Output,
  ) {}

  update(run: RunSummary): void {
    const every = Math.max(1, Math.floor((run.totalSteps ?? 100) / 20));
    const mark = run.step === 0 ? (run.message ?? '') : String(Math.floor(run.step / every));
    if (mark === this.last) return;
    this.last = mark;
    this.output.line(`${this.name}  ${run.step}/${run.totalSteps ?? '?'}  ${progressText(run)}`);
  }

  stop(): void {
    this.last = '';
  }
}

/** A bar of a file's bytes, on a terminal. */
export function bytesProgress(name: string): { update: (bytes: number, of: number) => void; stop: () => void } {
  const MiB = 1024 * 1024;
  const bar = countProgress(`${name} (MiB)`);
  return { update: (bytes, of) => bar.update(Math.floor(bytes / MiB), Math.ceil(of / MiB)), stop: bar.stop };
}

/** Work that is done within this time needs no bar. */
const PATIENCE_MS = 500;

/** A bar for work that counts and takes a while, on a terminal; the result says enough elsewhere. */
export function countProgress(name: string): { update: (done: number, total: number) => void; stop: () => void } {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar({ format: `${name}  {bar} {value}/{total}`, ...barStyle });
  const begun = Date.now();
  let started = false;
  return {
    update: (done, total) => {
      if (Date.now() - begun < PATIENCE_MS) return;
      if (!started) bar.start(total, done);
      started = true;
      bar.update(done);
      bar.render(); // the work blocks this thread, and with it the bar's own clock
    },
    stop: () => {
      if (started) bar.stop();
    },
  };
}
