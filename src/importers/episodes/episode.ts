/**
 * Episodes of verifiers, as prime-rl and verifiers' own evaluations write them, a line each.
 * Source: verifiers 0.4, `verifiers/v1/{episode,trace,graph}.py`.
 */
import { chatOf, chatText, type Chat } from '../files/chat.js';
import { asArray, asRecord, integer, number, numbersOf, text } from '../files/json.js';
import type { ForeignSolution } from '../foreignGroups.js';
import { k3PerToken, meanOf, type TokenNumbers } from '../parts/trace.js';

export interface Episode {
  /** `group.id`; null when the writer had none. */
  group: string | null;
  /** `work.step` of the run. */
  step: number | null;
  environment: string;
  question: Chat;
  questionId: string | null;
  gold: string | null;
  failed: boolean;
  answers: Answer[];
  weights: Record<string, number>;
}

export interface Answer {
  solution: ForeignSolution;
  /** Of the sampled tokens of the branch shown. */
  numbers: TokenNumbers;
  tokens: number;
  /** All ids of the branch, prompts too: what token exports are found by. */
  sequence: number[];
  branches: number;
}

interface Node {
  parent: number | null;
  message: unknown;
  sampled: boolean;
  record: Record<string, unknown>;
}

/** @throws Error with the reason, in words */
export function episodeOf(value: Record<string, unknown>): Episode {
  const traces = asArray(value.traces);
  if (!traces) throw new Error('no list "traces": this is no episode.');
  const task = asRecord(asRecord(value.task)?.data) ?? {};
  const weights: Record<string, number> = {};
  // Weights may have changed on the way: those that it began with.
  const version = integer(asRecord(asRecord(asRecord(value.run)?.work)?.policy)?.start);
  const parsed = traces.map((trace, i) => {
    const record = asRecord(trace);
    if (!record) throw new Error(`traces[${i}] is not an object.`);
    return traceOf(record, i, weights, version, value);
  });
  // Agents that only help (judges, simulated users) are not what is trained.
  const trained = parsed.filter(({ trainable }) => trainable);
  const shown = trained.length > 0 ? trained : parsed;
  const prompt = text(task.question) ?? text(task.problem) ?? task.prompt;
  return {
    group: text(asRecord(value.group)?.id),
    step: integer(asRecord(asRecord(value.run)?.work)?.step),
    environment: text(asRecord(value.env)?.name) ?? text(asRecord(value.env)?.id) ?? '',
    question:
      prompt === undefined || prompt === null ? (shown.find((one) => one.prompt.text !== '')?.prompt ?? { text: '' }) : chatOf(prompt),
    questionId: text(asRecord(value.task)?.key) ?? text(asRecord(value.task)?.hash),
    gold: goldOf(task),
    failed: value.ok === false,
    answers: shown.map(({ answer }) => answer),
    weights,
  };
}

function goldOf(task: Record<string, unknown>): string | null {
  const gold = task.answer ?? task.gold ?? task.target ?? null;
  return gold === null ? null : (text(gold) ?? JSON.stringify(gold));
}

function traceOf(
  trace: Record<string, unknown>,
  index: number,
  weights: Record<string, number>,
  policyVersion: number | null,
  episode: Record<string, unknown>,
) {
  const nodes = (asArray(trace.nodes) ?? []).map((node, i): Node => {
    const record = asRecord(node);
    const parent = record ? (record.parent === undefined || record.parent === null ? null : integer(record.parent)) : null;
    if (!record || (parent !== null && (parent < 0 || parent >= i)))
      throw new Error(`traces[${index}].nodes[${i}] is no node that comes after its parent.`);
    return { parent, message: record.message, sampled: record.sampled === true, record };
  });
  const path = lastPath(nodes);
  const first = path.findIndex(({ sampled }) => sampled);
  const spoken = first < 0 ? [] : path.slice(first);
  const sampled = path.filter((node) => node.sampled);
  const numbers = tokensOf(path);
  const tokens = numbers.ids?.length ?? 0;
  return {
    trainable: asRecord(trace.agent)?.trainable !== false,
    prompt: chatAlong(first < 0 ? path : path.slice(0, first)),
    answer: {
      solution: {
        // One answer stands alone; several turns are told apart by their roles.
        ...chatAlong(spoken),
        ...rewardsOf(trace, weights),
        advantage: meanOf(numbers.advantage),
        policyVersion,
        error: errorsOf(trace.errors) ?? errorsOf(episode.errors),
        seconds: secondsOf(trace.timing),
        finish: finishOf(trace),
        tokens: tokens > 0 ? tokens : integer(trace.num_output_tokens),
        // Both are the engine's: the reference scores what was sampled.
        kl: meanOf(k3PerToken(numbers.logp_sampler, numbers.logp_ref)),
      },
      numbers,
      tokens: sampled.length > 0 ? tokens : 0,
      sequence: path.flatMap(({ record }) => numbersOf(record.token_ids) ?? []),
      branches: leaves(nodes),
    } satisfies Answer,
  };
}

/** `ProviderError: timeout`, of each on a line. */
function errorsOf(errors: unknown): string | null {
  const lines = (asArray(errors) ?? []).map((error) => {
    const { type, message } = asRecord(error) ?? {};
    return [text(type), text(message)].filter((part) => part !== null).join(': ') || chatText(error);
  });
  return lines.length === 0 ? null : lines.join('\n');
}

/** Of the model's calls; 0 where nobody measured. */
function secondsOf(timing: unknown): number | null {
  const seconds = number(asRecord(asRecord(asRecord(timing)?.agent)?.model)?.duration);
  return seconds !== null && seconds > 0 ? seconds : null;
}

const chatAlong = (path: readonly Node[]): Chat => (path.length === 0 ? { text: '' } : chatOf(path.map(({ message }) => message)));

const leaves = (nodes: readonly Node[]): number => {
  const parents = new Set(nodes.map(({ parent }) => parent));
  return nodes.filter((_, i) => !parents.has(i)).length;
};

/** From the root to the leaf that was written last. */
function lastPath(nodes: readonly Node[]): Node[] {
  const path: Node[] = [];
  for (let at: number | null = nodes.length - 1; at !== null && at >= 0; at = nodes[at].parent) path.push(nodes[at]);
  return path.reverse();
}

/** The total is verifiers' own: terms that were not scored count nothing. */
function rewardsOf(trace: Record<string, unknown>, weights: Record<string, number>): Pick<ForeignSolution, 'rewards' | 'reward'> {
  const rewards: Record<string, number | null> = {};
  let total: number | null = null;
  for (const [name, reward] of Object.entries(asRecord(trace.rewards) ?? {})) {
    const score = number(asRecord(reward)?.score);
    const weight = number(asRecord(reward)?.weight) ?? 1;
    rewards[name] = score;
    if (score === null) continue;
    weights[name] = weight;
    total = (total ?? 0) + score * weight;
  }
  return { rewards, reward: total ?? NaN };
}

function finishOf(trace: Record<string, unknown>): ForeignSolution['finish'] {
  const call = asArray(trace.calls)
    ?.map(asRecord)
    .findLast((one) => text(one?.finish_reason) !== null);
  const reason = text(call?.finish_reason) ?? text(trace.stop_condition) ?? '';
  if (/length|max_(?:\w+_)?tokens|truncat/.test(reason)) return 'length';
  return reason === 'stop' || (call === undefined && trace.is_completed === true && trace.ok !== false) ? 'stop' : 'other';
}

/** Arrays of the sampled tokens along a path; one that a sampled node lacks is left out. */
function tokensOf(path: readonly Node[]): TokenNumbers {
  const sampled = path.flatMap(({ record }) => {
    const ids = numbersOf(record.token_ids) ?? [];
    const mask = asArray(record.mask) ?? [];
    const own = ids.filter((_, t) => mask[t] === true || mask[t] === 1);
    return own.length > 0 ? [{ record, own }] : [];
  });
  if (sampled.length === 0) return {};
  /** Compact: an element for each sampled token. */
  const compact = (key: string): number[] | undefined => {
    const parts = sampled.map(({ record, own }) => {
      const array = numbersOf(record[key]);
      return array?.length === own.length ? array : null;
    });
    if (parts.length === 1) return parts[0] ?? undefined;
    return parts.every((part) => part !== null) ? parts.flat() : undefined;
  };
  return {
    ids: sampled.flatMap(({ own }) => own),
    logp_sampler: compact('logprobs'),
    logp_ref: compact('reference_logprobs'),
    logp: compact('trainer_logprobs'),
    entropy: compact('entropies'),
    advantage: compact('advantages'),
  };
}
