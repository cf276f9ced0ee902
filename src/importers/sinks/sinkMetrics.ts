/** Metrics out of sinks that any trainer may write to: whose names they are is found out from the names. */
import { asRecord, number } from '../files/json.js';
import { takeBack, type ImportItem } from '../importer.js';
import { MetricMerger, trainerOf, type Trainer } from '../foreignMetrics.js';

/** So many values decide whose names these are; what comes later changes nothing. */
const decisive = 5000;
/** Distinct values that wait before they are handed on. */
const maxWaiting = 20_000;

/**
 * Gathers values by step under our names. Of two values of one name and step the later one stands.
 * When names seen later tell the trainer, what was told before is told again under the right names.
 */
export class SinkMetrics {
  private merger: MetricMerger | null = null;
  private undecided: [step: number, name: string, value: number][] | null = [];
  private readonly names = new Set<string>();
  private fed = 0;
  /** Names by step. */
  private readonly waiting = new Map<number, Set<string>>();
  private waitingValues = 0;
  private ready: ImportItem[] = [];
  private hasHandedOn = false;

  /** @param takeBack whether what was told under wrong names is superseded: only where nothing else was told of the run */
  constructor(
    private trainerIs: Trainer | null = null,
    private readonly takeBack = false,
  ) {
    if (trainerIs !== null) {
      this.undecided = null;
      this.merger = new MetricMerger(trainerIs);
    }
  }

  get trainer(): Trainer | null {
    return this.trainerIs;
  }

  add(step: number, name: string, value: number): void {
    if (!this.undecided) {
      this.put(step, name, value);
      return;
    }
    this.undecided.push([step, name, value]);
    this.names.add(name);
    if (this.undecided.length >= decisive) {
      this.decide();
      this.undecided = null;
      this.names.clear();
    }
  }

  /** What is new since the last call. */
  take(): ImportItem[] {
    this.decide();
    this.flush();
    const ready = this.ready;
    this.ready = [];
    this.hasHandedOn ||= ready.length > 0;
    return ready;
  }

  /** Whether so much waits that it should be taken. */
  get full(): boolean {
    return this.ready.length > 1000;
  }

  private decide(): void {
    if (!this.undecided) return;
    const trainer = trainerOf(this.names);
    if (!this.merger || trainer !== this.trainerIs) {
      this.flush();
      if (this.takeBack && (this.hasHandedOn || this.ready.length > 0)) this.ready.push(takeBack(0));
      this.trainerIs = trainer;
      this.merger = new MetricMerger(trainer);
      this.fed = 0;
    }
    for (; this.fed < this.undecided.length; this.fed++) this.put(...this.undecided[this.fed]);
  }

  private put(step: number, name: string, value: number): void {
    if (this.waitingValues >= maxWaiting) this.flush();
    const names = this.namesAt(step);
    const before = names.size;
    if (names.add(name).size === before) {
      this.flush();
      this.namesAt(step).add(name);
    }
    this.waitingValues++;
    this.merger?.addOne(step, name, value);
  }

  /** Of the values that wait. */
  private namesAt(step: number): Set<string> {
    let names = this.waiting.get(step);
    if (!names) this.waiting.set(step, (names = new Set()));
    return names;
  }

  private flush(): void {
    this.waiting.clear();
    this.waitingValues = 0;
    for (const event of this.merger?.take() ?? []) this.ready.push({ kind: 'event', event });
    for (const note of this.merger?.takeNotes() ?? []) this.ready.push({ kind: 'note', note });
  }
}

const axes = ['train/global_step', 'trainer/global_step', 'training/global_step', 'rollout/step', 'train/step', 'eval/step', 'global_step'];

/** The trainer's own step of a logged row, where it has one among its values: a sink's row number counts calls, not steps. */
export function stepOf(values: Readonly<Record<string, unknown>>, otherwise: number): number {
  for (const axis of axes) {
    const step = Object.hasOwn(values, axis) ? values[axis] : undefined;
    if (typeof step === 'number' && Number.isSafeInteger(step) && step >= 0) return step;
  }
  return otherwise;
}

const maxDepth = 8;

/** The numbers of a logged row, those in nested records by their joined names; media (`_type`) and switches are passed over. */
export function* numbersIn(
  values: Readonly<Record<string, unknown>>,
  join: '.' | '/',
  prefix = '',
  depth = 0,
): Generator<[string, number]> {
  for (const [name, value] of Object.entries(values)) {
    const n = typeof value === 'boolean' ? null : number(value);
    if (n !== null) yield [prefix + name, n];
    else {
      const inner = asRecord(value);
      if (inner && !('_type' in inner) && depth < maxDepth) yield* numbersIn(inner, join, `${prefix}${name}${join}`, depth + 1);
    }
  }
}
