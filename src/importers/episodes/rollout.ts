/**
 * Rollouts of verifiers before it had episodes, a row each: of its own evaluations (`id`, later `example_id`), of prime-rl's steps
 * (`example_id`), and of hosted training (`problem_id`; what is nested stands as JSON in strings).
 * Sources: verifiers 0.1, `utils/save_utils.py`, `types.py`; rows of public exports.
 */
import { chatText, messagesOf, type Chat } from '../files/chat.js';
import { asArray, asRecord, integer, number, numbersOf, parseJson, text } from '../files/json.js';
import type { ForeignSolution } from '../foreignGroups.js';
import type { SourceFile } from '../importer.js';
import type { TokenNumbers } from '../parts/trace.js';

/** Which of its writers a row is of, by the key that rollouts of a question have in common. */
export type RolloutKind = 'example_id' | 'id' | 'problem_id';

export interface Rollout {
  kind: RolloutKind;
  /** The writer's own number of the question. */
  id: string;
  /** Null where the row does not say. */
  step: number | null;
  question: Chat;
  gold: string | null;
  task: string | null;
  environment: string | null;
  /** `run_id`, of hosted training. */
  run: string | null;
  solution: ForeignSolution;
  numbers: TokenNumbers;
  /** Sampled tokens whose numbers are there. */
  tokens: number;
}

/** @returns null for a row of another writer */
export function rolloutKind(value: unknown): RolloutKind | null {
  const row = asRecord(value);
  if (!row || !('completion' in row) || !('reward' in row)) return null;
  const kind = kindByKey(row);
  // Many tables have an "id".
  const isOwn = kind !== 'id' || ('prompt' in row && ('generation_ms' in row || text(row.task) !== null));
  return isOwn ? kind : null;
}

function kindByKey(row: Record<string, unknown>): RolloutKind | null {
  if (integer(row.example_id) !== null) return 'example_id';
  if (isId(row.problem_id) && 'sample_id' in row && integer(row.step) !== null) return 'problem_id';
  return integer(row.id) === null ? null : 'id';
}

/** Questions of one environment or run may have the numbers of another's. */
export const questionKey = ({ run, environment, task, id }: Rollout): string => `${run ?? ''}\n${environment ?? task ?? ''}\n${id}`;

/** `step_4/train_rollouts.jsonl`: the step that a file's folder names; null for any other. */
export function stepOfFolder({ path }: Pick<SourceFile, 'path'>): number | null {
  const match = /[\\/]step_(\d{1,12})[\\/][^\\/]+$/.exec(path);
  return match ? Number(match[1]) : null;
}

/** @throws Error with the reason, in words */
export function rolloutOf(value: Record<string, unknown>): Rollout {
  const kind = kindByKey(value);
  if (!kind) throw new Error('no whole number "example_id", nor "id" or "problem_id" as older and hosted writers have it.');
  const row = kind === 'problem_id' ? unpacked(value) : value;
  if ((row.completion ?? null) === null) throw new Error('no "completion".');
  const gold = row.answer ?? null;
  const { numbers, tokens } = tokensOf(row);
  const usage = asRecord(row.token_usage);
  return {
    kind,
    id: String(row[kind]),
    step: kind === 'problem_id' ? integer(row.step) : null,
    question: messagesOf(row.prompt),
    gold: gold === null || gold === '' ? null : (text(gold) ?? JSON.stringify(gold)),
    task: nonEmpty(row.task),
    environment: nonEmpty(row.env_name),
    run: nonEmpty(row.run_id),
    solution: {
      ...messagesOf(row.completion),
      rewards: termsOf(row, kind),
      reward: number(row.reward) ?? NaN,
      advantage: number(row.advantage),
      error: errorOf(row.error),
      seconds: secondsOf(row),
      finish: finishOf(row),
      // Hosted exports have 0 where nobody counted.
      tokens: integer(usage?.output_tokens) ?? integer(usage?.completion_tokens) ?? integer(row.num_output_tokens) ?? tokens,
    },
    numbers,
    tokens,
  };
}

const isId = (value: unknown): boolean => integer(value) !== null || text(value) !== null;
const nonEmpty = (value: unknown): string | null => (text(value) === '' ? null : text(value));

/** Columns that hold lists or objects as JSON. A text that only looks like JSON stays a text. */
function unpacked(row: Record<string, unknown>): Record<string, unknown> {
  const names = ['prompt', 'completion', 'metrics', 'timing', 'info', 'error', 'trajectory', 'token_usage'];
  return { ...row, ...Object.fromEntries(names.filter((name) => name in row).map((name) => [name, structureIn(row[name])])) };
}

function structureIn(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value === '' ? null : value;
  try {
    return parseJson(value);
  } catch {
    return value;
  }
}

/** What stands beside the terms in rows that have no map of them. */
const noTerms = new Set(['id', 'reward', 'generation_ms', 'scoring_ms', 'total_ms', 'num_input_tokens', 'num_output_tokens']);

/** Reward functions by name; the oldest rows have them beside everything else. */
function termsOf(row: Record<string, unknown>, kind: RolloutKind): Record<string, number | null> {
  const metrics = asRecord(row.metrics);
  if (metrics || kind !== 'id') return Object.fromEntries(Object.entries(metrics ?? {}).map(([name, score]) => [name, number(score)]));
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, score]) => (typeof score === 'number' && !noTerms.has(name) ? [[name, score]] : [])),
  );
}

/** A text, or what else there is of it. */
const errorOf = (error: unknown): string | null => (error === false ? null : chatText(error));

/** Of generation alone, without scoring. */
function secondsOf(row: Record<string, unknown>): number | null {
  const timing = asRecord(row.timing);
  const ms = number(row.generation_ms) ?? number(timing?.generation_ms);
  return ms === null ? number(asRecord(timing?.generation)?.duration) : ms / 1000;
}

function finishOf(row: Record<string, unknown>): ForeignSolution['finish'] {
  if (row.is_truncated === true) return 'length';
  return row.is_completed === true && (row.error ?? null) === null ? 'stop' : 'other';
}

/** Of the tokens that the engine sampled in each turn, where the row kept them. Source: verifiers 0.1, `TrajectoryStepTokens`. */
function tokensOf(row: Record<string, unknown>): { numbers: TokenNumbers; tokens: number } {
  const turns = (asArray(row.trajectory) ?? []).map((turn) => asRecord(asRecord(turn)?.tokens));
  const parts = turns.map((turn) => ({
    ids: numbersOf(turn?.completion_ids),
    logps: numbersOf(turn?.completion_logprobs),
    mask: asArray(turn?.completion_mask)?.map((x) => Number(x === true || x === 1)),
  }));
  // Of a conversation whose turns are known in part nobody knows where the others' tokens would stand.
  if (parts.length === 0 || parts.some(({ ids }) => ids === null)) return { numbers: {}, tokens: 0 };
  const all = (of: (part: (typeof parts)[number]) => number[] | null | undefined): number[] | null =>
    parts.every((part) => of(part)?.length === part.ids!.length) ? parts.flatMap((part) => of(part)!) : null;
  const ids = parts.flatMap((part) => part.ids!);
  return { numbers: { ids, logp_sampler: all(({ logps }) => logps), mask: all(({ mask }) => mask) }, tokens: ids.length };
}
