/**
 * SkyRL's dumps: `dumped_data/global_step_<N>_training_input.pkl` (tensors of a batch) and `dumped_evals/global_step_<N>_evals/*.jsonl`.
 * Source: skyrl_train 0.3.1, training_batch.py, trainer.py, utils/trainer_utils.py.
 */
import { basename } from 'node:path';
import { asRecord } from '../../files/json.js';
import { firstBytes, firstJsonLines } from '../../files/peek.js';
import type { ForeignRun, ImportItem, Importer, ImportOptions, Source, SourceFile } from '../../importer.js';
import { MetricMerger } from '../../foreignMetrics.js';
import type { LineGroups } from '../../parts/lineGroups.js';
import { MetricLines } from '../../parts/metricParts.js';
import type { Part } from '../../parts/part.js';
import { PartCache, PartsSession } from '../../parts/partsSession.js';
import { note } from '../../parts/trace.js';
import { WholePart } from '../../parts/wholePart.js';
import { before, runsBy } from '../../severalRuns.js';
import { answersPart } from './skyrlAnswers.js';
import { trainingGroups } from './training.js';

const trainingName = /(?:^|\/)global_step_(\d+)_training_input\.pkl$/;
const evaluationName = /(?:^|\/)global_step_(\d+)_evals\/[^/]+\.jsonl$/;
const isAggregate = (file: SourceFile): boolean => basename(file.name) === 'aggregated_results.jsonl';

export const skyrl: Importer = {
  id: 'skyrl',
  title: 'SkyRL (training and evaluation dumps)',
  several: runsBy(
    before(/(?:(?:^|\/)dumped_(?:data|evals))?(?:^|\/)global_step_\d+(?:_training_input\.pkl|_evals\/[^/]+\.jsonl)$/),
    'Where two have the same step, the training groups of the last one stand; those of evaluations stand one behind another.',
  ),

  async detect(source) {
    const files = await source.list();
    for (const file of files.filter((f) => trainingName.test(f.name)).slice(0, 3))
      if ((await firstBytes(file.path, 4096)).includes('training_batch'))
        return { confidence: 0.95, why: `${file.name}, a pickle of SkyRL’s training batch` };
    for (const file of files.filter((f) => evaluationName.test(f.name) && !isAggregate(f)).slice(0, 3)) {
      const [line] = (await firstJsonLines(file.path, 1)).map(asRecord);
      if (line && 'input_prompt' in line && 'output_response' in line)
        return { confidence: 0.9, why: `${file.name} with input_prompt, output_response and score` };
    }
    return null;
  },

  open: (source, options) => new SkyrlSession(source, options),
};

class SkyrlSession extends PartsSession {
  private readonly merger = new MetricMerger('skyrl');
  private readonly batches = new PartCache<WholePart>();
  private readonly answers = new PartCache<LineGroups<unknown>>();
  private readonly aggregates = new PartCache<MetricLines>();

  constructor(
    source: Source,
    private readonly options: ImportOptions,
  ) {
    super(source);
  }

  describe(): Promise<ForeignRun> {
    return Promise.resolve({ name: basename(this.source.root), method: null, totalSteps: null, seed: null, config: {}, versions: {} });
  }

  protected parts(files: readonly SourceFile[]): Part[] {
    return stepsOf(files).flatMap(({ step, training, answers, aggregates }) => {
      const batches = training.map((file) => this.batches.get(file, (own) => this.batch(own, step)));
      const evaluations = answers.map((file) => this.answers.get(file, (own) => answersPart(own, step)));
      // Groups of an evaluation are numbered behind those of the same step's training, and of other data.
      for (const [i, part] of evaluations.entries()) part.behind = [...batches, ...evaluations.slice(0, i)];
      const scores = aggregates.map((file) =>
        this.aggregates.get(file, (own) => new MetricLines(own, this.merger, (values) => ({ step, values }), 'cuts')),
      );
      return [...batches, ...scores, ...evaluations];
    });
  }

  protected override *notes(): Iterable<ImportItem> {
    if (this.batches.values().some(({ size }) => size > 0))
      yield note({
        id: 'skyrl:tokens',
        level: 'warning',
        message:
          'SkyRL’s training dump holds token ids without texts, rewards or question ids: groups are solutions whose prompts have equal tokens, texts are empty, rewards unknown. The sampler’s log-probabilities are the rollout engine’s, log π_old is the actor’s before the update; KL is the k3 estimate made of the actor’s and the base model’s log-probabilities.',
      });
  }

  private batch(file: SourceFile, step: number): WholePart {
    const { python } = this.options;
    return new WholePart(file, (signal) => trainingGroups(file, step, { signal, ...(python !== undefined && { python }) }));
  }
}

interface Step {
  step: number;
  training: SourceFile[];
  answers: SourceFile[];
  aggregates: SourceFile[];
}

function stepsOf(files: readonly SourceFile[]): Step[] {
  const steps = new Map<number, Step>();
  for (const file of files) {
    const training = trainingName.exec(file.name);
    const match = training ?? evaluationName.exec(file.name);
    if (!match) continue;
    const step = Number(match[1]);
    const known = steps.get(step) ?? { step, training: [], answers: [], aggregates: [] };
    steps.set(step, known);
    (training ? known.training : isAggregate(file) ? known.aggregates : known.answers).push(file);
  }
  return [...steps.values()].sort((a, b) => a.step - b.step);
}
