/**
 * TRL's GRPO trainer: `completions/completions_<step>.parquet`, `trainer_state.json` and TensorBoard files of one output folder.
 * Source: trl 1.13, `GRPOTrainer.log`; transformers 5, `TrainerState`.
 */
import { basename } from 'node:path';
import { asRecord, integer, parseJson, text } from '../../files/json.js';
import { parquetSchema } from '../../files/parquet.js';
import { firstBytes } from '../../files/peek.js';
import { isTfEventsName } from '../../files/tfevents.js';
import type { ForeignRun, Importer, ImportOptions, ImportItem, Source, SourceFile } from '../../importer.js';
import { MetricMerger } from '../../foreignMetrics.js';
import { TfMetrics } from '../../parts/metricParts.js';
import type { Part } from '../../parts/part.js';
import { PartCache, PartsSession } from '../../parts/partsSession.js';
import { before, firstOf, runsBy } from '../../severalRuns.js';
import { completionColumns, CompletionsPart, completionsStep } from './completionsPart.js';
import { TrlFacts } from './trlFacts.js';
import { TrainerStatePart } from './trainerState.js';

const stateName = /(?:^|\/)(?:checkpoint-(\d+)\/)?trainer_state\.json$/;
/** `train/kl` is `kl`; evaluations keep `eval/`. */
const bareTag = (tag: string): string => (tag.startsWith('train/') ? tag.slice('train/'.length) : tag);

export const trl: Importer = {
  id: 'trl',
  title: 'TRL (GRPO)',
  takesGroupSize: true,
  several: firstOf(
    runsBy(
      before(/(?:(?:^|\/)completions)?(?:^|\/)completions_\d{1,12}\.parquet$/),
      'Where two have the same step, the groups of the last one stand; curves are those of the trainer_state.json that goes furthest.',
    ),
    runsBy(before(stateName), 'Only the trainer_state.json that goes furthest is read.'),
  ),

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
    const state = files.find(({ name }) => stateName.test(name));
    if (!state) return null;
    const head = (await firstBytes(state.path, 64 * 1024)).toString('latin1');
    return head.includes('"frac_reward_zero_std"')
      ? { confidence: 0.6, why: `${state.name} with the metrics of a GRPO or RLOO trainer; there are no completions` }
      : null;
  },

  open: (source, options) => new TrlSession(source, options),
};

class TrlSession extends PartsSession {
  private readonly facts: TrlFacts;
  private readonly merger = new MetricMerger('trl');
  private readonly cache = new PartCache<Part>();

  constructor(source: Source, options: ImportOptions) {
    super(source);
    this.facts = new TrlFacts(options.groupSize ?? null);
  }

  describe(): Promise<ForeignRun> {
    const { args, state } = this.facts;
    const version = text(args?.trl_version);
    const versions: Record<string, string> = version === null ? {} : { trl: version };
    return Promise.resolve({
      name: basename(this.source.root),
      method: args && !('loss_type' in args) ? 'rloo' : 'grpo',
      totalSteps: positive(integer(state?.max_steps)) ?? positive(integer(args?.max_steps)),
      seed: integer(args?.seed),
      config: args ?? {},
      ...(this.facts.weights && { weights: this.facts.weights }),
      versions,
    });
  }

  /** Metrics come first: they say which steps were evaluated, and what the reward functions are called. */
  protected parts(files: readonly SourceFile[]): Part[] {
    const sinks = files
      .filter(({ name }) => isTfEventsName(name))
      .map((file) =>
        this.cache.get(
          file,
          (own) =>
            new TfMetrics(
              own,
              this.merger,
              (tag, step) => (this.facts.isExact(step, bareTag(tag)) ? null : bareTag(tag)),
              (tag, value) => this.readArguments(tag, value),
              (tag, step) => this.facts.logged(tag, step),
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
    for (const note of this.facts.notes()) yield { kind: 'note', note };
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

/** A checkpoint's log has all that went before it: only the last one is read, and the final one of the folder itself before any. */
function newestState(files: readonly SourceFile[]): SourceFile | undefined {
  const states = files.flatMap((file) => {
    const match = stateName.exec(file.name);
    return match ? [{ file, step: match[1] ? Number(match[1]) : Infinity }] : [];
  });
  return states.sort((a, b) => a.step - b.step || a.file.modified - b.file.modified).at(-1)?.file;
}
