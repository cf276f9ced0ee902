import { asArray, asRecord, integer, number } from '../../files/json.js';
import { jsonFile } from '../../files/wholeFile.js';
import { ImportError, type SourceFile } from '../../importer.js';
import { transformersName, type MetricMerger } from '../../foreignMetrics.js';
import type { Part, PartEvent } from '../../parts/part.js';
import type { TrlFacts } from './trlFacts.js';

/** `trainer_state.json`: its `log_history` has a flat object per logging event, those of evaluations with `eval_` before the names. */
export class TrainerStatePart implements Part {
  /** Entries told: the log only grows, unless the run went on from an earlier checkpoint. */
  private entriesRead = 0;

  constructor(
    readonly file: SourceFile,
    private readonly merger: MetricMerger,
    private readonly facts: TrlFacts,
  ) {}

  reset(): void {
    this.entriesRead = 0;
  }

  *read(): Generator<PartEvent> {
    const state = jsonFile(this.file);
    const history = asArray(state.log_history);
    if (!history) throw new ImportError(this.file.name, null, 'it has no list "log_history": no state of a transformers trainer.');
    this.facts.state = state;
    if (history.length < this.entriesRead) this.entriesRead = 0;
    for (const [i, entry] of history.entries()) {
      if (i < this.entriesRead) continue;
      const record = asRecord(entry);
      const step = record && integer(record.step);
      if (!record || step === null || step < 0)
        throw new ImportError(this.file.name, `log_history[${i}]`, 'not an object with a whole number "step".');
      const values: Record<string, unknown> = {};
      const exact = this.facts.exact.get(step) ?? new Set();
      this.facts.exact.set(step, exact);
      for (const [key, value] of Object.entries(record)) {
        if (key === 'step') continue;
        const name = transformersName(key);
        values[name] = value;
        exact.add(name);
        this.facts.logged(name, step);
      }
      const reward = number(record.reward);
      if (reward !== null) this.facts.means.set(step, reward);
      this.merger.add(step, values);
    }
    this.entriesRead = history.length;
    for (const event of this.merger.take()) yield { kind: 'event', event };
    for (const note of this.merger.takeNotes()) yield { kind: 'note', note };
  }
}
