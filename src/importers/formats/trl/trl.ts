/**
 * TRL's GRPO trainer: `completions/completions_<step>.parquet`, `trainer_state.json` and TensorBoard files of one output folder; and
 * the state of any other trainer on transformers, of which there are curves.
 * Sources: trl 1.13 and 0.14 to 0.24, `GRPOTrainer.log`; transformers 5, `TrainerState`.
 */
import { basename } from 'node:path';
import { asRecord, integer, parseJson, text } from '../../files/json.js';
import { parquetSchema } from '../../files/parquet.js';
import { isTfEventsName } from '../../files/tfevents.js';
import type { ForeignRun, Importer, ImportOptions, ImportItem, Source, SourceFile } from '../../importer.js';
import { MetricMerger } from '../../foreignMetrics.js';
import { TfMetrics } from '../../parts/metricParts.js';
import type { Part } from '../../parts/part.js';
import { PartCache, PartsSession } from '../../parts/partsSession.js';
import { inOrder, StepsAgain } from '../../sinks/restarts.js';
import { completionColumns, CompletionsPart, completionsStep } from './completionsPart.js';
import { newestState, stateFiles, stateHead } from './stateFiles.js';
import { TrlFacts } from './trlFacts.js';
import { trlRuns } from './trlRuns.js';
import { TrainerStatePart } from './trainerState.js';

/** `train/kl` is `kl`; evaluations keep `eval/`. */
const bareTag = (tag: string): string => (tag.startsWith('train/') ? tag.slice('train/'.length) : tag);

export const trl: Importer = {
  id: 'trl',
  title: 'TRL (GRPO); trainer_state.json of transformers',
  takesGroupSize: true,
  several: trlRuns,

  async detect(source) {
    const files = await source.list();
    for (const file of files.filter(({ name }) => completionsStep(name) !== null).slice(0, 3)) {
      const columns = await parquetSchema(file.path, file.name).then(
        (schema) => schema.columns.map(({ name }) => name),
        (): string[] => [],
      );
      if (completionColumns.every((column) => columns.includes(column)))
        return { confidence: 0.95, why: `${file.name} with the columns ${completionColumns.join(', ')}` };
    }
    const head = stateFiles(files)
      .slice(0, 3)
      .flatMap((file) => stateHead(file) ?? [])
      .at(0);
    if (!head) return null;
    const { file, rewarded } = head;
    return {
      confidence: 0.76,
      why: `${file.name} with the log of ${rewarded ? 'a GRPO or RLOO trainer' : 'a transformers trainer, without rewards'}; there are no completions`,
    };
  },

  open: (source, options) => new TrlSession(source, options),
};

class TrlSession extends PartsSession {
  private readonly facts: TrlFacts;
  private readonly merger = new MetricMerger('trl');
  private readonly cache = new PartCache<Part>();
  private readonly again = new StepsAgain();

  constructor(source: Source, options: ImportOptions) {
    super(source);
    this.facts = new TrlFacts(options.groupSize ?? null);
  }

  describe(): Promise<ForeignRun> {
    const { args, state } = this.facts;
    const version = text(args?.trl_version);
    const versions: Record<string, string> = version === null ? {} : { trl: version };
    return Promise.resolve({
      name: basename(this.source.root).replace(/\.json$/i, ''),
      method: !this.facts.isReinforced ? null : args && !('loss_type' in args) ? 'rloo' : 'grpo',
      totalSteps: positive(integer(state?.max_steps)) ?? positive(integer(args?.max_steps)),
      seed: integer(args?.seed),
      config: args ?? {},
      ...(this.facts.weights && { weights: this.facts.weights }),
      versions,
    });
  }

  /** Metrics come first: they say which steps were evaluated, and what the reward functions are called. */
  protected parts(files: readonly SourceFile[]): Part[] {
    const sinks = inOrder(files.filter(({ name }) => isTfEventsName(name))).map((file) =>
      this.cache.get(
        file,
        (own) =>
          new TfMetrics(
            own,
            this.merger,
            (tag, step) => (this.facts.isExact(step, bareTag(tag)) ? null : bareTag(tag)),
            (tag, value) => this.readArguments(tag, value),
            (tag, step) => {
              this.facts.logged(tag, step);
              this.again.saw(tag, step, own.name);
            },
          ),
      ),
    );
    const newest = newestState(files);
    const states = newest ? [this.cache.get(newest, (own) => new TrainerStatePart(own, this.merger, this.facts))] : [];
    const completions = files
      .flatMap((file) => ({ file, step: completionsStep(file.name) ?? -1 }))
      .filter(({ step }) => step >= 0)
      .sort((a, b) => a.step - b.step)
      .map(({ file, step }) => this.cache.get(file, (own) => new CompletionsPart(own, step, this.facts)));
    // The state's numbers are exact, TensorBoard's are float32.
    return [...states, ...sinks, ...completions];
  }

  protected override *notes(): Iterable<ImportItem> {
    for (const note of [...this.facts.notes(), ...this.again.notes()]) yield { kind: 'note', note };
  }

  /** The trainer's arguments, as the TensorBoard callback of transformers writes them. */
  private readArguments(tag: string, value: string): void {
    if (!tag.startsWith('args')) return;
    try {
      this.facts.args = asRecord(parseJson(value)) ?? this.facts.args;
    } catch {
      // a text of another kind: nothing is known of the arguments then
    }
  }
}

const positive = (n: number | null): number | null => (n !== null && n > 0 ? n : null);
