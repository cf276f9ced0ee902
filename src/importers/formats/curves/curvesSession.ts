import { basename } from 'node:path';
import { smallest } from '../../../core/extremes.js';
import { count } from '../../../core/format.js';
import { KeyNumbers } from '../../compact/keyNumbers.js';
import { tableReader, type TableReader } from '../../files/anyTable.js';
import { tornNote } from '../../files/tornLines.js';
import { MetricMerger, trainerOf, type Trainer } from '../../foreignMetrics.js';
import { ImportError, takeBack, type ForeignRun, type ImportItem, type ImportSession, type Source } from '../../importer.js';
import { eachCell, metricsOf, stepIn, type Row } from './columns.js';
import { chosenTable, type MetricsTable } from './metricsTable.js';
import { isTraining, RunColumns, runOf, type Apart, type RunInTable } from './runColumns.js';

/** How the rows of a table are read: found out from all of them before any is told. */
interface Plan extends Apart {
  /** The run that is read, of those that the columns tell apart; null for the only one. */
  run: string | null;
  trainer: Trainer | null;
}

/** Steps that wait to be told together. */
const maxWaitingSteps = 256;

export class CurvesSession implements ImportSession {
  private table: MetricsTable | null = null;
  /** Reads the table first, to see what its columns are. */
  private scout: TableReader | null = null;
  private columns = new RunColumns();
  private names = new Set<string>();
  private runsThere: RunInTable[] = [];
  /** Columns with a value that is no curve's. */
  private readonly words = new Set<string>();
  private stepless = 0;

  /** Reads it a second time, and tells. */
  private teller: TableReader | null = null;
  private plan: Plan | null = null;
  private merger = new MetricMerger(null);
  private pending = new Set<number>();
  /** Values told of each step that stand. */
  private standing = new Map<number, number>();
  private seen = new KeyNumbers();
  private lastStep = 0;
  private restarts = { count: 0, step: 0 };
  private repeated = 0;

  constructor(private readonly source: Source) {}

  describe(): Promise<ForeignRun> {
    const run = this.plan?.run ?? null;
    const config = { ...(this.table && { step: this.table.step }), ...(run !== null && { [this.plan!.columns.join(', ')]: run }) };
    const name = basename(this.source.root).replace(/\.[A-Za-z0-9]{1,8}$/, '');
    return Promise.resolve({
      name: run === null ? name : `${name} ${run}`,
      ...{ method: null, totalSteps: null, seed: null, config, versions: {} },
    });
  }

  async *read(signal: AbortSignal): AsyncGenerator<ImportItem> {
    this.table ??= await chosenTable(this.source);
    const { table } = this;
    if (!table) throw new ImportError(this.source.root, null, noTable);
    const { file, kind } = table;
    Object.assign(
      file,
      (await this.source.list()).find(({ name }) => name === file.name),
    );
    this.scout ??= tableReader(file, kind);
    this.teller ??= tableReader(file, kind);
    await this.look(this.scout, table, signal);
    const plan = this.planned(table);
    if (this.plan && !isSame(plan, this.plan)) {
      if (this.standing.size > 0) yield takeBack(smallest(this.standing.keys()));
      this.teller = tableReader(file, kind);
      this.beginAnew(plan);
    } else if (!this.plan) this.beginAnew(plan);
    this.plan = plan;
    yield* this.tell(table, plan, signal);
    yield* this.notes(table, plan);
    yield* tornNote([{ file, line: this.teller.torn }]);
    yield { kind: 'progress', bytes: file.bytes, of: file.bytes };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** What is new in the table, for what its columns are. */
  private async look(scout: TableReader, { step }: MetricsTable, signal: AbortSignal): Promise<void> {
    let rows = 0;
    /** Names of the last row's metrics: most rows have the same. */
    let former = '';
    const isStep = (name: string): boolean => name === step;
    const isWord = (name: string): unknown => this.words.add(name);
    for await (const block of scout.read(signal))
      for (const { row } of block) {
        if (rows++ === 0 && scout.anew) this.forget();
        const at = stepIn(row, step);
        if (at === null) {
          this.stepless++;
          continue;
        }
        const metrics = metricsOf(row, isStep, isWord);
        const shape = metrics.join('\n');
        if (shape !== former) for (const name of metrics) this.names.add(name);
        former = shape;
        this.columns.add(row, at, shape);
      }
    if (rows === 0 && scout.anew) this.forget();
  }

  private forget(): void {
    this.columns = new RunColumns();
    this.names = new Set();
    this.words.clear();
    this.stepless = 0;
  }

  /** The run that was named, or the one that wrote last; one that is being followed stays, also when others come. */
  private planned({ file, step }: MetricsTable): Plan {
    const wanted = this.source.within;
    const apart = this.columns.apart(wanted);
    const trainer = trainerOf(this.names);
    if (apart.columns.length === 0 && wanted === undefined) return { ...apart, run: null, trainer };
    this.runsThere = this.columns.runs(apart.columns);
    const former = this.plan && (this.plan.run ?? this.runsThere.find(({ first }) => first === 0)?.id);
    const run = wanted ?? (this.runsThere.some(({ id }) => id === former) ? former! : this.runsThere[0].id);
    if (apart.columns.length === 0 || !this.runsThere.some(({ id }) => id === run)) {
      const there =
        apart.columns.length === 0
          ? `no column tells several apart at the same ${step}`
          : `its runs, the newest first: ${listed(this.runsThere)}`;
      throw new ImportError(file.name, null, `it has no run "${run}": ${there}.`);
    }
    return { ...apart, run, trainer };
  }

  private beginAnew({ trainer }: Plan): void {
    this.merger = new MetricMerger(trainer);
    this.pending = new Set();
    this.standing = new Map();
    this.seen = new KeyNumbers();
    this.lastStep = 0;
    this.restarts = { count: 0, step: 0 };
    this.repeated = 0;
  }

  private async *tell(table: MetricsTable, plan: Plan, signal: AbortSignal): AsyncGenerator<ImportItem> {
    const teller = this.teller!;
    let rows = 0;
    /** What stood when the table began to be told from its beginning once more. */
    let former = new Map<number, number>();
    const again = (): Map<number, number> => {
      const { standing } = this;
      this.beginAnew(plan);
      return standing;
    };
    try {
      for await (const block of teller.read(signal))
        for (const { row, bytes } of block) {
          if (rows++ === 0 && teller.anew) former = again();
          for (const item of this.row(row, table.step, plan)) yield item;
          if (rows % 1024 === 0) yield { kind: 'progress', bytes: Math.min(bytes, table.file.bytes), of: table.file.bytes };
        }
    } catch (error) {
      // What it had told still stands: it is taken back when the table can be read, and has it no more.
      for (const [step, values] of former) this.standing.set(step, Math.max(values, this.standing.get(step) ?? 0));
      throw error;
    }
    if (rows === 0 && teller.anew) former = again();
    yield* this.flush();
    const gone = [...former].filter(([step, values]) => values > (this.standing.get(step) ?? 0));
    if (gone.length === 0) return;
    yield takeBack(smallest(gone.map(([step]) => step)));
    this.teller = tableReader(table.file, table.kind);
    this.beginAnew(plan);
    yield* this.tell(table, plan, signal);
  }

  private *row(row: Row, stepName: string, { columns, split, run }: Plan): Generator<ImportItem> {
    const step = stepIn(row, stepName);
    if (step === null || (run !== null && runOf(row, columns) !== run)) return;
    const part = split === null ? '' : runOf(row, [split]);
    const prefix = isTraining(part.toLowerCase()) ? '' : `${part}/`;
    const values: Record<string, number> = {};
    eachCell(row, {
      isLeftOut: (name) => name === stepName || columns.includes(name),
      number: (name, value) => (values[prefix + name] = value),
    });
    const names = Object.keys(values);
    if (names.length === 0) return;
    const known = this.seen.size;
    const isAgain = this.seen.add(`${this.restarts.count} ${step} ${names.join('\n')}`) < known;
    if (isAgain && step < this.lastStep) yield* this.restart(step);
    else if (isAgain) this.repeated++;
    // Of two values of one name the later one holds.
    if (this.pending.has(step) || this.pending.size >= maxWaitingSteps) yield* this.flush();
    this.pending.add(step);
    this.lastStep = step;
    this.standing.set(step, (this.standing.get(step) ?? 0) + names.length);
    this.merger.add(step, values);
  }

  private *restart(step: number): Generator<ImportItem> {
    yield* this.flush();
    yield takeBack(step);
    for (const at of this.standing.keys()) if (at >= step) this.standing.delete(at);
    this.restarts = { count: this.restarts.count + 1, step };
  }

  private *flush(): Generator<ImportItem> {
    for (const event of this.merger.take()) yield { kind: 'event', event };
    for (const note of this.merger.takeNotes()) yield { kind: 'note', note };
    this.pending.clear();
  }

  private *notes({ file, step }: MetricsTable, { columns, split, run }: Plan): Generator<ImportItem> {
    const note = (id: string, level: 'info' | 'warning', message: string): ImportItem => ({
      kind: 'note',
      note: { id: `curves:${id}`, level, message },
    });
    const left = [...this.words].filter((name) => !columns.includes(name) && name !== split);
    const leftOut = left.length > 0 ? ` Left out, for they hold no numbers: ${some(left)}.` : '';
    yield note('columns', 'info', `Steps are the column ${step} of ${file.name}.${leftOut}`);
    if (run !== null) {
      const others = this.runsThere.filter(({ id }) => id !== run);
      const message = `${columns.join(' and ')} ${columns.length === 1 ? 'tells' : 'tell'} ${count(this.runsThere.length, 'run')} apart; ${shown(run)} is shown${others.length > 0 ? `, and not ${listed(others)}` : ''}.`;
      yield note('runs', this.source.within === undefined ? 'warning' : 'info', message);
    }
    if (split !== null)
      yield note(
        'split',
        'info',
        `The column ${split} says of what part of the run a row is: it stands before the names of all but training.`,
      );
    if (this.stepless > 0) yield note('steps', 'warning', `${this.stepless} rows whose ${step} is no whole number are left out.`);
    if (this.restarts.count > 0) {
      const { count: times, step: at } = this.restarts;
      const message = `The steps begin again ${times === 1 ? 'once' : `${times} times`}, ${times === 1 ? '' : 'the last time '}at ${at}, and no column tells runs apart: what had been there of that step and later ones is left out.`;
      yield note('restarts', 'warning', message);
    }
    if (this.repeated > 0)
      yield note('again', 'warning', `${this.repeated} rows tell of a step what a row before had told of it: the last one stands.`);
  }
}

const noTable =
  'no table of metrics is in it: a CSV, TSV, JSON list, JSONL or Parquet file with a column of whole numbers called step, global_step, iteration, update or epoch, and others with numbers.';

const isSame = (a: Plan, b: Plan): boolean =>
  a.run === b.run && a.trainer === b.trainer && a.split === b.split && a.columns.join('\n') === b.columns.join('\n');

const some = (names: readonly string[]): string =>
  `${names.slice(0, 10).join(', ')}${names.length > 10 ? ` and ${names.length - 10} more` : ''}`;
const shown = (run: string): string => (run === '' ? 'the one without a name' : run.slice(0, 100));
const listed = (runs: readonly RunInTable[]): string => some(runs.map(({ id, lastStep }) => `${shown(id)} (to step ${lastStep})`));
