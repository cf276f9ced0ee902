/**
 * SkyRL's dumps: `dumped_data/global_step_<N>_training_input.pkl` (tensors of a batch) and `dumped_evals/global_step_<N>_evals/*.jsonl`.
 * Source: skyrl_train 0.3.1, training_batch.py, trainer.py, utils/trainer_utils.py.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { asRecord, number, numbersOf, parseJsonLine, text } from './files/json.js';
import { LineTail } from './files/lineTail.js';
import { firstBytes, firstJsonLines } from './files/peek.js';
import { pickleItems } from './files/pickle.js';
import { groupOf, GroupGatherer, type ForeignSolution } from './groups.js';
import {
  ImportError,
  type ForeignRun,
  type Imported,
  type Importer,
  type ImportNote,
  type ImportOptions,
  type ImportSession,
  type Source,
  type SourceFile,
} from './importer.js';
import { MetricMerger } from './metrics.js';
import { k3PerToken, meanOf, traceOf, type TokenNumbers } from './parts/trace.js';
import { Retelling } from './retelling.js';

const trainingName = /(?:^|\/)global_step_(\d+)_training_input\.pkl$/;
const evaluationName = /(?:^|\/)global_step_(\d+)_evals\/[^/]+\.jsonl$/;
const isAggregate = (file: SourceFile): boolean => basename(file.name) === 'aggregated_results.jsonl';

export const skyrl: Importer = {
  id: 'skyrl',
  title: 'SkyRL (training and evaluation dumps)',
  wholeFiles: true,

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

const tokensOnly: ImportNote = {
  id: 'skyrl:tokens',
  level: 'warning',
  message:
    'SkyRL’s training dump holds token ids without texts, rewards or question ids: groups are solutions whose prompts have equal tokens, texts are empty, rewards unknown. log π_old is the rollout engine’s where it is there; KL is the k3 estimate made of the actor’s and the base model’s log-probabilities.',
};
const apart: ImportNote = {
  id: 'skyrl:evals',
  level: 'info',
  message: 'Evaluation answers are not among the groups, which are training’s. Import the folder dumped_evals alone to read them.',
};

class SkyrlSession implements ImportSession {
  private readonly retelling = new Retelling();

  constructor(
    private readonly source: Source,
    private readonly options: ImportOptions,
  ) {}

  describe(): Promise<ForeignRun> {
    return Promise.resolve({ name: basename(this.source.root), method: null, totalSteps: null, seed: null, config: {}, versions: {} });
  }

  async *read(signal: AbortSignal): AsyncGenerator<Imported> {
    const files = await this.source.list();
    const trained = files.some((file) => trainingName.test(file.name));
    const options = { signal, ...(this.options.python !== undefined && { python: this.options.python }) };
    for (const { step, training, evaluations } of byStep(files)) {
      if (training) yield* this.retelling.unit(training.name, [training], () => trainingGroups(training, step, options));
      if (evaluations.length > 0)
        yield* this.retelling.unit(`evaluations ${step}`, evaluations, () => evaluationOf(evaluations, step, trained, signal));
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

interface Step {
  step: number;
  training: SourceFile | null;
  evaluations: SourceFile[];
}

function byStep(files: readonly SourceFile[]): Step[] {
  const steps = new Map<number, Step>();
  const at = (number: string): Step => {
    const step = Number(number);
    const known = steps.get(step) ?? { step, training: null, evaluations: [] };
    steps.set(step, known);
    return known;
  };
  for (const file of files) {
    const training = trainingName.exec(file.name);
    const evaluation = evaluationName.exec(file.name);
    if (training) at(training[1]).training = file;
    else if (evaluation) at(evaluation[1]).evaluations.push(file);
  }
  return [...steps.values()].sort((a, b) => a.step - b.step);
}

interface Row {
  prompt: string;
  promptTokens: number;
  solution: ForeignSolution;
  numbers: TokenNumbers & { ids: number[] };
}

async function* trainingGroups(
  file: SourceFile,
  step: number,
  options: { python?: string; signal: AbortSignal },
): AsyncGenerator<Imported> {
  const gatherer = new GroupGatherer<Row>();
  for await (const item of pickleItems(file, options)) {
    if (item.kind === 'head') continue;
    const row = rowOf(asRecord(item.value));
    if (!row)
      throw new ImportError(
        file.name,
        `row ${item.index}`,
        'it lacks sequences, attention_mask or response_mask: no training batch of SkyRL.',
      );
    gatherer.add(row.prompt, row);
  }
  for (const [group, rows] of gatherer.flush().entries()) {
    const [{ prompt, promptTokens }] = rows;
    const info = { prompt_tokens: promptTokens, text: 'token ids only' };
    yield {
      kind: 'event',
      event: groupOf({ step, group, question: '', questionId: prompt, solutions: rows.map((r) => r.solution), info }),
    };
    for (const [solution, { numbers }] of rows.entries()) {
      const event = traceOf({ step, group, solution }, numbers, numbers.ids.length);
      if (event) yield { kind: 'event', event };
    }
  }
  yield { kind: 'note', note: tokensOnly };
}

/** Sequences are prompts padded on the left and responses padded on the right; response arrays cover the last columns. */
function rowOf(value: Record<string, unknown> | null): Row | null {
  const sequence = numbersOf(value?.sequences);
  const attention = numbersOf(value?.attention_mask);
  const response = numbersOf(value?.response_mask);
  if (!value || !sequence || attention?.length !== sequence.length || !response || response.length > sequence.length) return null;
  const start = sequence.length - response.length;
  const prompt = sequence.slice(0, start).filter((_, i) => attention[i] !== 0);
  const ofResponse = (array: number[] | null): number[] | null =>
    array?.length === response.length ? array.filter((_, i) => response[i] !== 0) : null;
  const get = (name: string): number[] | null => ofResponse(numbersOf(value[name]));
  const actor = get('action_log_probs');
  const base = get('base_action_log_probs');
  const kl = k3PerToken(actor, base);
  const advantages = get('advantages');
  const ids = ofResponse(sequence.slice(start)) ?? [];
  return {
    prompt: createHash('sha256').update(prompt.join(' ')).digest('hex').slice(0, 32),
    promptTokens: prompt.length,
    solution: { text: '', reward: NaN, advantage: meanOf(advantages), tokens: ids.length, kl: meanOf(kl) },
    numbers: { ids, logp_old: get('rollout_logprobs') ?? actor, logp_ref: base, kl, advantage: advantages },
  };
}

interface Answer {
  prompt: string;
  source: string;
  gold: string | null;
  solution: ForeignSolution;
}

async function* evaluationOf(files: readonly SourceFile[], step: number, trained: boolean, signal: AbortSignal): AsyncGenerator<Imported> {
  const gatherer = new GroupGatherer<Answer>();
  const metrics = new MetricMerger('skyrl');
  for (const file of files) {
    const aggregate = isAggregate(file);
    for await (const lines of new LineTail(file).blocks(signal)) {
      for (const { text: line, line: at } of lines) {
        const value = asRecord(parseJsonLine(file.name, at, line));
        if (aggregate) {
          if (value) metrics.add(step, value);
          continue;
        }
        const answer = answerOf(value);
        if (!answer)
          throw new ImportError(file.name, `line ${at}`, 'it lacks a text `input_prompt` or `output_response`, or a number `score`.');
        gatherer.add(`${file.name}\n${answer.prompt}`, answer);
      }
    }
  }
  for (const event of metrics.take()) yield { kind: 'event', event };
  if (trained) {
    if (gatherer.size > 0) yield { kind: 'note', note: apart };
    return;
  }
  for (const [group, answers] of gatherer.flush().entries()) {
    const [{ prompt, source, gold }] = answers;
    const info = { split: 'evaluation', source };
    yield { kind: 'event', event: groupOf({ step, group, question: prompt, gold, solutions: answers.map((a) => a.solution), info }) };
  }
}

function answerOf(value: Record<string, unknown> | null): Answer | null {
  const prompt = text(value?.input_prompt);
  const output = text(value?.output_response);
  // Per token where the environment gives it so: its sum is the answer's.
  const score = number(value?.score) ?? numbersOf(value?.score)?.reduce((sum, x) => sum + x, 0) ?? null;
  if (!value || prompt === null || output === null || score === null) return null;
  const stop = value.stop_reason;
  return {
    prompt,
    source: text(value.data_source) ?? 'unknown',
    gold: goldOf(asRecord(asRecord(value.env_extras)?.reward_spec)?.ground_truth),
    solution: {
      text: output,
      reward: score,
      finish: stop === 'stop' ? 'stop' : stop === 'length' ? 'length' : 'other',
    },
  };
}

const goldOf = (value: unknown): string | null => text(value) ?? (number(value) === null ? null : String(number(value)));
