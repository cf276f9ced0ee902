/**
 * Trajectories as ART has written them: parquet of version 2 and 1, JSONL before, YAML in mid-2025 and earlier.
 * Source: openpipe-art 0.5.23, art/utils/trajectory_logging.py and trajectory_migration.py.
 */
import { readFile } from 'node:fs/promises';
import { messageOf as reasonOf } from '../../../core/messageOf.js';
import { maxGroupSize } from '../../../protocol/events.js';
import { halvesOf, Numbering } from '../../compact/numbering.js';
import { chatOf, type Chat } from '../../files/chat.js';
import { asArray, asRecord, integer, number, parseJson, parseJsonLine, text } from '../../files/json.js';
import { LineTail } from '../../files/lineTail.js';
import { parquetBlocks } from '../../files/parquet.js';
import { ImportError, type SourceFile } from '../../importer.js';

export interface Trajectory {
  question: Chat;
  answer: Chat;
  reward: number;
  correct: boolean | null;
  /** The version 2 format keeps exchanges that it cannot flatten; then there is no text here. */
  hasText: boolean;
}

const MiB = 1024 * 1024;
const maxYamlBytes = 32 * MiB;

export interface TrajectoryGroup {
  /** 0-based within the file, by first appearance, of those in which a trajectory came to its end. */
  group: number;
  rows: Trajectory[];
  /** Of the file, read so far. */
  bytes: number;
}

/** Groups as they are complete. @throws ImportError */
export async function* trajectoriesIn(file: SourceFile, signal: AbortSignal): AsyncGenerator<TrajectoryGroup> {
  if (file.name.endsWith('.parquet')) {
    yield* fromParquet(file, signal);
    return;
  }
  let group = 0;
  for await (const { rows, bytes } of file.name.endsWith('.jsonl') ? fromJsonl(file, signal) : fromYaml(file))
    if (rows.length > 0) yield { group: group++, rows, bytes };
}

const columns = ['group_index', 'reward', 'metrics', 'messages'];

/** A group is complete with its last row: how many it has is asked of the small columns first, for nothing says that they stand together. */
async function* fromParquet(file: SourceFile, signal: AbortSignal): AsyncGenerator<TrajectoryGroup> {
  const numbers = new Numbering();
  const sizes: number[] = [];
  let of = 0;
  for await (const block of parquetBlocks(file.path, { columns: ['group_index', 'reward'], signal, name: file.name }))
    for (const row of block) {
      of++;
      const index = integer(row.group_index);
      // A group of which every trajectory failed is one row without a reward.
      if (index === null || number(row.reward) === null) continue;
      const group = numbers.add(...halvesOf(index));
      sizes[group] = (sizes[group] ?? 0) + 1;
    }
  const begun = new Map<number, Trajectory[]>();
  let at = 0;
  for await (const block of parquetBlocks(file.path, { columns, signal, name: file.name }))
    for (const row of block) {
      const found = trajectoryIn(file.name, `row ${at++}`, row);
      if (!found) continue;
      const { index, trajectory } = found;
      const group = numbers.get(...halvesOf(index));
      const size = sizes[group];
      if (size > maxGroupSize) throw new RangeError(`a group of ${size} trajectories; at most ${maxGroupSize} can be kept`);
      const rows = begun.get(group) ?? [];
      rows.push(trajectory);
      begun.set(group, rows);
      if (rows.length < size) continue;
      begun.delete(group);
      yield { group, rows, bytes: Math.round((file.bytes * at) / of) };
    }
}

/** @returns null for a group of which every trajectory failed */
function trajectoryIn(file: string, at: string, row: Record<string, unknown>): { index: number; trajectory: Trajectory } | null {
  const index = integer(row.group_index);
  const reward = number(row.reward);
  if (reward === null && row.messages === null) return null;
  if (index === null || reward === null) throw new ImportError(file, at, 'its group_index or reward is no number.');
  const metrics = text(row.metrics);
  return { index, trajectory: trajectoryOf(reward, metrics === null ? null : json(file, at, metrics), asArray(row.messages)) };
}

async function* fromJsonl(file: SourceFile, signal: AbortSignal): AsyncGenerator<{ rows: Trajectory[]; bytes: number }> {
  const tail = new LineTail(file);
  for await (const { text: content, line } of tail.read(signal))
    yield { rows: groupFrom(parseJsonLine(file.name, line, content), file.name, `line ${line}`), bytes: tail.bytesRead };
}

async function* fromYaml(file: SourceFile): AsyncGenerator<{ rows: Trajectory[]; bytes: number }> {
  if (file.bytes > maxYamlBytes)
    throw new ImportError(file.name, null, `${Math.ceil(file.bytes / MiB)} MiB of YAML; at most ${maxYamlBytes / MiB} are read.`);
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(await readFile(file.path, 'utf8'), { maxAliasCount: 100, logLevel: 'error' });
  } catch (cause) {
    throw new ImportError(file.name, null, `not YAML (${reasonOf(cause).slice(0, 200)}).`, cause);
  }
  const groups = asArray(value);
  if (!groups) throw new ImportError(file.name, null, 'no trajectories of ART: a list of groups is expected.');
  for (const [i, group] of groups.entries()) yield { rows: groupFrom(group, file.name, `group ${i}`), bytes: file.bytes };
}

function groupFrom(value: unknown, file: string, at: string): Trajectory[] {
  const trajectories = asArray(asRecord(value)?.trajectories)?.map(asRecord);
  if (!trajectories) throw new ImportError(file, at, 'no group of ART: a list `trajectories` is expected.');
  return trajectories.map((one) => {
    const reward = number(one?.reward);
    if (!one || reward === null) throw new ImportError(file, at, 'a trajectory without a number `reward`.');
    return trajectoryOf(reward, one.metrics, asArray(one.messages_and_choices));
  });
}

function json(file: string, at: string, content: string): unknown {
  try {
    return parseJson(content);
  } catch (cause) {
    throw new ImportError(file, `${at}, column metrics`, 'not JSON.', cause);
  }
}

interface Message {
  message: Record<string, unknown>;
  /** Sampled from the model. */
  own: boolean;
}

function trajectoryOf(reward: number, metrics: unknown, messages: unknown[] | null): Trajectory {
  const correct = number(asRecord(metrics)?.correct);
  const chatMessages = (messages ?? []).map(messageOf).filter((message) => message !== null);
  const own = chatMessages.findIndex((message) => message.own);
  const start = own >= 0 ? own : chatMessages.findIndex(({ message }) => message.role === 'assistant');
  const cut = start < 0 ? chatMessages.length : start;
  return {
    question: chatFrom(chatMessages.slice(0, cut)),
    answer: chatFrom(start < 0 ? [] : chatMessages.slice(cut)),
    reward,
    correct: correct === 0 || correct === 1 ? correct === 1 : null,
    hasText: messages !== null,
  };
}

const chatFrom = (messages: readonly Message[]): Chat =>
  messages.length === 0 ? { text: '' } : chatOf(messages.map(({ message }) => message));

/** Flat (parquet), a chat message, or a choice with its message inside. */
function messageOf(value: unknown): Message | null {
  const record = asRecord(value);
  if (!record) return null;
  const choice = 'finish_reason' in record ? asRecord(record.message) : null;
  const message = choice ?? record;
  return {
    message: { ...message, role: text(message.role) ?? 'unknown', content: message.content ?? '' },
    own: choice !== null || record.trainable === true,
  };
}
