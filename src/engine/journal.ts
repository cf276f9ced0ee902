import type { MetricValues } from '../protocol/metrics.js';
import { phaseNames, type Interval, type Phase } from './clock.js';
import { toWire } from '../protocol/arrays.js';
import type { EventBody, EventOf } from '../protocol/events.js';
import type { RunWriter } from '../protocol/runWriter.js';
import type { WireNumber } from '../protocol/wireNumber.js';
import { checkpointPath, checkpointSteps, removeCheckpoint, writeCheckpoint } from './checkpoint.js';
import { groupEvents } from './groupEvents.js';
import type { MeasuredSolution } from './groupMeasures.js';
import type { Group } from './methods/method.js';
import type { ProcessLoad } from './processLoad.js';
import { snapshot, type Trainer } from './trainer.js';

/** Who does the work, in spans: the embedded trainer is one process. */
const lane = 'trainer';

/** Writes what happens in a run into its directory. */
export class Journal {
  constructor(
    private readonly trainer: Trainer,
    private readonly writer: Pick<RunWriter, 'append'>,
  ) {}

  /** Where the run stands: running, or how it ended and why. */
  status(state: 'running' | 'finished' | 'stopped', message: string): void {
    this.write({ type: 'status', state, step: this.trainer.step, total_steps: this.trainer.experiment.steps, message });
  }

  phase(phase: Phase): void {
    this.status('running', phaseNames[phase]);
  }

  /** A phase of a step, done. */
  span(phase: Phase, step: number, { start, end }: Interval): void {
    this.write({ type: 'span', step, name: phaseNames[phase], lane, start: start.toISOString(), end: end.toISOString() });
  }

  /** What the process takes: memory now, and how many cores it kept busy since the last time. */
  telemetry({ memory, cores }: ProcessLoad): void {
    this.write({ type: 'telemetry', device: 'trainer process', values: { 'memory bytes': memory, 'cores busy': toWire(cores) } });
  }

  resumed(): void {
    this.write({ type: 'resume', from_step: this.trainer.step, checkpoint: this.trainer.resumedFrom });
  }

  log(level: 'info' | 'warning', message: string): void {
    this.write({ type: 'log', level, message, step: this.trainer.step });
  }

  benchmark(suite: string, result: Omit<EventOf<'benchmark'>, 'v' | 'seq' | 'time' | 'type' | 'step' | 'suite'>): void {
    this.write({ type: 'benchmark', step: this.trainer.step, suite, ...result });
  }

  groups(groups: readonly Group<MeasuredSolution>[]): void {
    for (const event of groupEvents(this.trainer.step, groups, this.trainer.experiment.traces)) this.write(event);
  }

  metrics(values: MetricValues): void {
    const wire: Record<string, WireNumber> = {};
    for (const [name, value] of Object.entries(values)) wire[name] = toWire(value);
    this.write({ type: 'metrics', step: this.trainer.step, values: wire });
  }

  /** Saves the run as it stands, and makes room: of the checkpoints before it only the newest are kept. */
  checkpoint(): void {
    const { runDir, step, experiment } = this.trainer;
    const { path, bytes } = writeCheckpoint(runDir, snapshot(this.trainer));
    this.write({ type: 'checkpoint', step, path, bytes });
    for (const old of checkpointSteps(runDir).slice(0, -experiment.checkpoints.keep)) {
      removeCheckpoint(runDir, old);
      this.write({ type: 'checkpoint', step: old, path: checkpointPath(old), bytes: 0, removed: true });
    }
  }

  private write(event: EventBody): void {
    this.writer.append(event);
  }
}
