/**
 * NeMo-RL: `exp_<NNN>/train_data_step<N>.jsonl` and `val_data_step<N>.jsonl`, TensorBoard beside them.
 * Sources: nemo_rl/algorithms/grpo.py (`log_data`), nemo_rl/utils/logger.py (`log_batched_dict_as_jsonl`).
 */
import { basename } from 'node:path';
import { asRecord } from '../../files/json.js';
import { firstJsonLines } from '../../files/peek.js';
import { isTfEventsName } from '../../files/tfevents.js';
import type { ForeignRun, ImportItem, Importer, ImportOptions, Source, SourceFile } from '../../importer.js';
import { MetricMerger } from '../../foreignMetrics.js';
import { dataPart, NemoFacts, type DataPart } from './stepData.js';
import { TfMetrics } from '../../parts/metricParts.js';
import type { Part } from '../../parts/part.js';
import { PartCache, PartsSession } from '../../parts/partsSession.js';
import { note, placelessTokens } from '../../parts/trace.js';
import { folderOf, runsBy } from '../../severalRuns.js';
import { inOrder, StepsAgain } from '../../sinks/restarts.js';

const dataName = /(?:^|\/)(train|val)_data_step(\d{1,12})\.jsonl$/;

export const nemoRl: Importer = {
  id: 'nemo-rl',
  title: 'NeMo-RL',
  takesGroupSize: true,
  several: runsBy(
    (name) => (dataName.test(name) ? folderOf(name) : null),
    'Groups of the same step stand one behind another; where two tell the same metric, the last one stands.',
  ),

  async detect(source) {
    const files = (await source.list()).filter(({ name }) => dataName.test(name));
    for (const file of files.slice(0, 3)) {
      const row = asRecord((await firstJsonLines(file.path, 1))[0]);
      if (row && 'content' in row && 'rewards' in row && 'idx' in row)
        return { confidence: 0.95, why: `${file.name} with content, rewards and idx in each line` };
    }
    return null;
  },

  open: (source, options) => new NemoRlSession(source, options),
};

class NemoRlSession extends PartsSession {
  private readonly merger = new MetricMerger('nemo-rl');
  private readonly again = new StepsAgain();
  private readonly facts: NemoFacts;
  private readonly sinks = new PartCache<Part>();
  private readonly data = new PartCache<DataPart>();

  constructor(source: Source, options: ImportOptions) {
    super(source);
    this.facts = new NemoFacts(options.groupSize ?? null);
  }

  describe(): Promise<ForeignRun> {
    return Promise.resolve({ name: basename(this.source.root), method: 'grpo', totalSteps: null, seed: null, config: {}, versions: {} });
  }

  protected parts(files: readonly SourceFile[]): Part[] {
    const sinks = inOrder(files.filter(({ name }) => isTfEventsName(name))).map((file) =>
      this.sinks.get(
        file,
        (own) => new TfMetrics(own, this.merger, undefined, undefined, (tag, step) => this.again.saw(tag, step, own.name)),
      ),
    );
    const data = files
      .flatMap((file) => {
        const match = dataName.exec(file.name);
        return match ? [{ file, validation: match[1] === 'val', step: Number(match[2]) }] : [];
      })
      .sort((a, b) => a.step - b.step || Number(a.validation) - Number(b.validation));
    const parts: { step: number; part: DataPart }[] = [];
    for (const { file, validation, step } of data) {
      const part = this.data.get(file, (own) => dataPart(own, step, validation, this.facts));
      part.behind = parts.filter((one) => one.step === step).map((one) => one.part);
      parts.push({ step, part });
    }
    return [...sinks, ...parts.map(({ part }) => part)];
  }

  protected override *notes(): Iterable<ImportItem> {
    for (const repeated of this.again.notes()) yield { kind: 'note', note: repeated };
    if (this.facts.traced) {
      yield note(placelessTokens);
      yield note({
        id: 'logp',
        level: 'info',
        message: 'Log-probabilities: the sampler’s are generation_logprobs, log π_old is prev_logprobs (the trainer’s, before the update).',
      });
    }
    if (this.facts.groupSize === null)
      yield note({
        id: 'groups',
        level: 'warning',
        message: `A group is a run of rows with the same prompt${this.facts.byTokens ? ' tokens' : ''}: the files have no key. The same question twice in a row would be one group; set the group size (num_generations_per_prompt) if that is wrong.`,
        setting: 'groupSize',
      });
    else if (this.facts.mixed.size > 0)
      yield note({
        id: 'groups',
        level: 'warning',
        message: `With groups of ${this.facts.groupSize}, some groups of ${[...this.facts.mixed].slice(0, 5).join(', ')} have different prompts: the size is wrong.`,
        setting: 'groupSize',
      });
    if (this.facts.filtered)
      yield note({
        id: 'filtered',
        level: 'warning',
        message:
          'Dynamic sampling was on: filtered_rewards are shown as the reward, for "rewards" are those before filtering and may be of other rows.',
      });
  }
}
