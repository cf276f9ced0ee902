/**
 * slime's debug dumps: `rollout_data/<id>.pt` (samples) and `train_data/<id>.pt` (what training made of them), torch.save files.
 * Source: slime/utils/types.py, slime/observability/{rollout,train}_data_utils.py.
 */
import { basename } from 'node:path';
import { chatText } from './files/chatText.js';
import { asArray, asRecord, integer, number, numbersOf, text } from './files/json.js';
import { firstBytes } from './files/peek.js';
import { pickleItems } from './files/pickle.js';
import { groupOf, type ForeignSolution } from './groups.js';
import { k3PerToken, meanOf, traceOf } from './parts/trace.js';
import {
  ImportError,
  type ForeignRun,
  type Imported,
  type Importer,
  type ImportOptions,
  type ImportSession,
  type Source,
  type SourceFile,
} from './importer.js';
import { Retelling } from './retelling.js';

type Kind = 'rollout' | 'evaluation' | 'training';
type Sample = Record<string, unknown>;

interface Dumps {
  rollout: number;
  samples: SourceFile | null;
  evaluation: SourceFile | null;
  training: SourceFile[];
}

export const slime: Importer = {
  id: 'slime',
  title: 'slime (rollout and training dumps)',

  async detect(source) {
    for (const file of (await source.list()).filter(isDump).slice(0, 5))
      if ((await kindOf(file)) !== null) return { confidence: 0.9, why: `${file.name}, a torch.save file with rollout_id and samples` };
    return null;
  },

  open: (source, options) => new SlimeSession(source, options),
};

class SlimeSession implements ImportSession {
  private readonly kinds = new Map<string, Kind | null>();
  private readonly retelling = new Retelling();

  constructor(
    private readonly source: Source,
    private readonly options: ImportOptions,
  ) {}

  describe(): Promise<ForeignRun> {
    const name = basename(this.source.root).replace(/\.pt$/, '');
    return Promise.resolve({ name, method: null, totalSteps: null, seed: null, config: {}, versions: {} });
  }

  async *read(signal: AbortSignal): AsyncGenerator<Imported> {
    for (const dumps of await this.dumps()) {
      const files = [dumps.samples, dumps.evaluation, ...dumps.training].filter((file) => file !== null);
      yield* this.retelling.unit(String(dumps.rollout), files, () => this.step(dumps, signal));
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async dumps(): Promise<Dumps[]> {
    const found = new Map<number, Dumps>();
    for (const file of (await this.source.list()).filter(isDump)) {
      const key = `${file.path}\n${file.modified}`;
      if (!this.kinds.has(key)) this.kinds.set(key, await kindOf(file));
      const kind = this.kinds.get(key) ?? null;
      const rollout = Number(/(\d+)(?:_rank_?\d+)?\.pt$/.exec(file.name)?.[1] ?? NaN);
      if (kind === null || !Number.isSafeInteger(rollout)) continue;
      const dumps = found.get(rollout) ?? { rollout, samples: null, evaluation: null, training: [] };
      found.set(rollout, dumps);
      if (kind === 'training') dumps.training.push(file);
      else if (kind === 'evaluation') dumps.evaluation = file;
      else dumps.samples = file;
    }
    return [...found.values()].sort((a, b) => a.rollout - b.rollout);
  }

  private async *step(dumps: Dumps, signal: AbortSignal): AsyncGenerator<Imported> {
    const pickle = { signal, ...(this.options.python !== undefined && { python: this.options.python }) };
    if (dumps.samples) {
      const trained = await trainedSamples(dumps.training, pickle);
      const { groups, rollout } = await groupsIn(dumps.samples, pickle);
      yield* told(rollout ?? dumps.rollout, groups, trained);
    }
    if (dumps.evaluation) {
      const { groups, rollout } = await groupsIn(dumps.evaluation, pickle);
      yield* evaluation(rollout ?? dumps.rollout, groups.flat());
    }
  }
}

const isDump = (file: SourceFile): boolean => file.name.endsWith('.pt');

/** torch.save keeps its pickle unpacked at the beginning, so the keys can be seen. */
async function kindOf(file: SourceFile): Promise<Kind | null> {
  const bytes = await firstBytes(file.path, 256 * 1024);
  if (bytes.toString('latin1', 0, 4) !== 'PK\u0003\u0004' || !bytes.includes('rollout_id') || !bytes.includes('samples')) return null;
  if (bytes.includes('rollout_position') || /(^|\/)train_data\//.test(file.name)) return 'training';
  return basename(file.name).startsWith('eval_') ? 'evaluation' : 'rollout';
}

interface PickleOptions {
  python?: string;
  signal: AbortSignal;
}

/** Samples by `group_index`, in the order of the file. @throws ImportError when a sample is none */
async function groupsIn(file: SourceFile, options: PickleOptions): Promise<{ groups: Sample[][]; rollout: number | null }> {
  const groups = new Map<string, Sample[]>();
  let rollout: number | null = null;
  for await (const item of pickleItems(file, options)) {
    const value = asRecord(item.value);
    if (item.kind === 'head') rollout = integer(value?.rollout_id);
    else {
      if (!value || text(value.response) === null) throw new ImportError(file.name, `sample ${item.index}`, 'it has no text `response`.');
      const key = String(integer(value.group_index) ?? `single ${item.index}`);
      groups.set(key, [...(groups.get(key) ?? []), value]);
    }
  }
  return { groups: [...groups.values()], rollout };
}

/** By `sample_index`. */
async function trainedSamples(files: readonly SourceFile[], options: PickleOptions): Promise<Map<number, Sample>> {
  const trained = new Map<number, Sample>();
  for (const file of files) {
    let raw: unknown[] | null = null;
    for await (const item of pickleItems(file, options)) {
      const value = asRecord(item.value);
      if (item.kind === 'head') raw = asArray(value?.raw_reward);
      const index = integer(value?.sample_index);
      if (item.kind === 'row' && value && index !== null)
        trained.set(index, { ...value, raw_reward: raw?.[integer(value.rollout_position) ?? item.index] });
    }
  }
  return trained;
}

function* told(step: number, groups: readonly Sample[][], trained: ReadonlyMap<number, Sample>): Generator<Imported> {
  let traces = false;
  for (const [group, samples] of groups.entries()) {
    const made = samples.map((sample) => solutionOf(sample, trained.get(integer(sample.index) ?? -1)));
    const [first] = samples;
    yield {
      kind: 'event',
      event: groupOf({
        step,
        group,
        question: chatText(first.prompt) ?? '',
        gold: chatText(first.label),
        solutions: made.map(({ solution }) => solution),
      }),
    };
    for (const [solution, { numbers, tokens }] of made.entries()) {
      const event = traceOf({ step, group, solution }, numbers, tokens);
      if (event) yield { kind: 'event', event };
      traces ||= event !== null;
    }
  }
  if (traces) yield { kind: 'note', note: noSpans };
}

const noSpans = {
  id: 'slime:spans',
  level: 'info',
  message:
    'Per-token numbers are here without the tokens’ places in the text: slime writes token ids only, and no tokenizer was used. log π_old is the rollout engine’s; KL is the k3 estimate made of the actor’s and the reference’s log-probabilities.',
} as const;

function solutionOf(sample: Sample, trained: Sample | undefined) {
  const tokens = integer(sample.response_length) ?? 0;
  const all = numbersOf(sample.tokens);
  const actor = numbersOf(trained?.log_probs);
  const reference = numbersOf(trained?.ref_log_probs);
  const kl = k3PerToken(actor, reference);
  const advantages = numbersOf(trained?.advantages);
  const reward = asRecord(sample.reward);
  const raw = number(trained?.raw_reward);
  const single = number(sample.reward);
  const terms = reward
    ? Object.entries(reward).flatMap(([name, value]) => (number(value) === null ? [] : [[name, number(value)] as const]))
    : [];
  const solution: ForeignSolution = {
    text: text(sample.response) ?? '',
    rewards: reward ? Object.fromEntries(terms) : single === null ? {} : { reward: single },
    // Which entry of a reward dictionary was trained on is in no file but the training dump.
    reward: raw ?? single ?? NaN,
    advantage: meanOf(advantages),
    finish: sample.status === 'truncated' ? 'length' : sample.status === 'completed' ? 'stop' : 'other',
    tokens,
    kl: meanOf(kl),
  };
  return {
    solution,
    tokens,
    numbers: {
      ids: all && tokens > 0 ? all.slice(-tokens) : null,
      logp_old: numbersOf(sample.rollout_log_probs) ?? actor,
      logp_ref: reference,
      kl,
      advantage: advantages,
    },
  };
}

/** A share of right answers only where rewards are 0 or 1. */
function* evaluation(step: number, samples: readonly Sample[]): Generator<Imported> {
  const rewards = samples.map((sample) => number(sample.reward));
  const average = meanOf(rewards.filter((reward) => reward !== null));
  if (average === null) return;
  if (rewards.every((reward) => reward === 0 || reward === 1))
    yield { kind: 'event', event: { type: 'benchmark', step, suite: 'evaluation', mode: 'sampled', value: average, n: samples.length } };
  else yield { kind: 'event', event: { type: 'metrics', step, values: { 'evaluation/reward/mean': average } } };
}
