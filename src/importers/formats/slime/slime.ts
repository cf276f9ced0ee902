/**
 * slime's debug dumps: `rollout_data/<id>.pt` (samples) and `train_data/<id>.pt` (what training made of them), torch.save files.
 * Source: slime/utils/types.py, slime/observability/{rollout,train}_data_utils.py.
 */
import { basename } from 'node:path';
import { chatOf, chatText } from '../../files/chat.js';
import { asArray, asRecord, integer, number, numbersOf, text } from '../../files/json.js';
import { firstBytes } from '../../files/peek.js';
import { pickleItems } from '../../files/pickle.js';
import { groupOf, GroupGatherer, type ForeignSolution } from '../../foreignGroups.js';
import type { EventBody } from '../../../protocol/events.js';
import {
  ImportError,
  type ForeignRun,
  type ImportItem,
  type Importer,
  type ImportOptions,
  type Source,
  type SourceFile,
} from '../../importer.js';
import type { Part } from '../../parts/part.js';
import { PartCache, PartsSession } from '../../parts/partsSession.js';
import { k3PerToken, meanOf, note, traceOf } from '../../parts/trace.js';
import { printOf, WholePart } from '../../parts/wholePart.js';
import { before, runsBy } from '../../severalRuns.js';

type Kind = 'rollout' | 'evaluation' | 'training';
type Sample = Record<string, unknown>;

/** Of one rollout. */
interface Dumps {
  rollout: number;
  samples: SourceFile | null;
  evaluation: SourceFile | null;
  training: SourceFile[];
}

export const slime: Importer = {
  id: 'slime',
  title: 'slime (rollout and training dumps)',
  several: runsBy(
    before(/(?:(?:^|\/)(?:rollout_data|train_data))?(?:^|\/)(?:eval_)?\d+(?:_rank_?\d+)?\.pt$/),
    'Of each rollout only the last one’s dump is read.',
  ),

  async detect(source) {
    for (const file of (await source.list()).filter(isDump).slice(0, 5))
      if ((await kindOf(file)) !== null) return { confidence: 0.9, why: `${file.name}, a torch.save file with rollout_id and samples` };
    return null;
  },

  open: (source, options) => new SlimeSession(source, options),
};

class SlimeSession extends PartsSession {
  private readonly kinds = new Map<string, Kind | null>();
  private readonly cache = new PartCache<WholePart>();
  /** Training's dumps by rollout, as of this look. */
  private readonly training = new Map<number, SourceFile[]>();
  private traced = false;

  constructor(
    source: Source,
    private readonly options: ImportOptions,
  ) {
    super(source);
  }

  describe(): Promise<ForeignRun> {
    const name = basename(this.source.root).replace(/\.pt$/, '');
    return Promise.resolve({ name, method: null, totalSteps: null, seed: null, config: {}, versions: {} });
  }

  override async *read(signal: AbortSignal): AsyncGenerator<ImportItem> {
    for (const file of (await this.source.list()).filter(isDump)) {
      const key = keyOf(file);
      if (!this.kinds.has(key)) this.kinds.set(key, await kindOf(file));
    }
    yield* super.read(signal);
  }

  protected parts(files: readonly SourceFile[]): Part[] {
    return this.dumps(files).flatMap(({ rollout, samples, evaluation, training }) => {
      const parts: WholePart[] = [];
      if (samples) {
        const part = this.cache.get(samples, (own) => new WholePart(own, (signal) => this.groups(own, rollout, this.pickle(signal))));
        part.basis = printOf(training);
        this.training.set(rollout, training);
        parts.push(part);
      }
      if (evaluation)
        parts.push(this.cache.get(evaluation, (own) => new WholePart(own, (signal) => evaluated(own, rollout, this.pickle(signal)))));
      return parts;
    });
  }

  protected override *notes(): Iterable<ImportItem> {
    if (this.traced) yield note(noSpans);
  }

  private async *groups(file: SourceFile, rollout: number, pickle: PickleOptions): AsyncGenerator<ImportItem> {
    const trained = await trainedSamples(this.training.get(rollout) ?? [], pickle);
    const { groups, rollout: rolloutInFile } = await groupsIn(file, pickle);
    for (const event of groupEvents(rolloutInFile ?? rollout, groups, trained)) {
      this.traced ||= event.type === 'trace';
      yield { kind: 'event', event };
    }
  }

  private pickle(signal: AbortSignal): PickleOptions {
    const { python } = this.options;
    return { signal, ...(python !== undefined && { python }) };
  }

  private dumps(files: readonly SourceFile[]): Dumps[] {
    const found = new Map<number, Dumps>();
    for (const file of files.filter(isDump)) {
      const kind = this.kinds.get(keyOf(file)) ?? null;
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
}

const keyOf = (file: SourceFile): string => `${file.path}\n${file.modified}`;
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
  const gatherer = new GroupGatherer<Sample>();
  let rollout: number | null = null;
  for await (const item of pickleItems(file, options)) {
    const value = asRecord(item.value);
    if (item.kind === 'head') rollout = integer(value?.rollout_id);
    else {
      if (!value || text(value.response) === null) throw new ImportError(file.name, `sample ${item.index}`, 'it has no text `response`.');
      gatherer.add(String(integer(value.group_index) ?? `single ${item.index}`), value);
    }
  }
  return { groups: gatherer.flush(), rollout };
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

function* groupEvents(step: number, groups: readonly Sample[][], trained: ReadonlyMap<number, Sample>): Generator<EventBody> {
  for (const [group, samples] of groups.entries()) {
    const made = samples.map((sample) => solutionOf(sample, trained.get(integer(sample.index) ?? -1)));
    const [first] = samples;
    yield groupOf({
      step,
      group,
      question: chatOf(first.prompt),
      gold: chatText(first.label),
      solutions: made.map(({ solution }) => solution),
    });
    for (const [solution, { numbers, tokens }] of made.entries()) {
      const trace = traceOf({ step, group, solution }, numbers, tokens);
      if (trace) yield trace;
    }
  }
}

const noSpans = {
  id: 'slime:spans',
  level: 'info',
  message:
    'Per-token numbers are here without the tokens’ places in the text: slime writes token ids only, and no tokenizer was used. The sampler’s log-probabilities are the rollout engine’s, log π_old is the actor’s before the update; KL is the k3 estimate made of the actor’s and the reference’s log-probabilities.',
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
    // slime says no more of it.
    error: sample.status === 'failed' || sample.status === 'aborted' ? `the rollout ended as "${sample.status}"` : null,
  };
  return {
    solution,
    tokens,
    numbers: {
      ids: all && tokens > 0 ? all.slice(-tokens) : null,
      logp_sampler: numbersOf(sample.rollout_log_probs),
      logp_old: actor,
      logp_ref: reference,
      kl,
      advantage: advantages,
      mask: numbersOf(sample.loss_mask) ?? numbersOf(trained?.loss_masks),
    },
  };
}

/** A share of right answers only where rewards are 0 or 1. */
async function* evaluated(file: SourceFile, rollout: number, pickle: PickleOptions): AsyncGenerator<ImportItem> {
  const { groups, rollout: rolloutInFile } = await groupsIn(file, pickle);
  const step = rolloutInFile ?? rollout;
  const samples = groups.flat();
  const rewards = samples.map((sample) => number(sample.reward));
  const average = meanOf(rewards.filter((reward) => reward !== null));
  if (average === null) return;
  if (rewards.every((reward) => reward === 0 || reward === 1))
    yield { kind: 'event', event: { type: 'benchmark', step, suite: 'evaluation', mode: 'sampled', value: average, n: samples.length } };
  else yield { kind: 'event', event: { type: 'metrics', step, values: { 'evaluation/reward/mean': average } } };
}
