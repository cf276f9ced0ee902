/**
 * Trajectories as ART has written them: parquet of version 2 and 1, JSONL before, YAML in mid-2025 and earlier.
 * Source: openpipe-art 0.5.23, art/utils/trajectory_logging.py and trajectory_migration.py.
 */
import { readFile } from 'node:fs/promises';
import { messageOf } from '../core/messageOf.js';
import { chatText } from './files/chatText.js';
import { asArray, asRecord, integer, number, parseJson, parseJsonLine, text } from './files/json.js';
import { LineTail } from './files/lineTail.js';
import { parquetRows } from './files/parquet.js';
import { ImportError, type SourceFile } from './importer.js';

export interface Trajectory {
  question: string;
  answer: string;
  reward: number;
  correct: boolean | null;
  /** The version 2 format keeps exchanges that it cannot flatten; then there is no text here. */
  hasText: boolean;
}

const MiB = 1024 * 1024;
const maxYamlBytes = 32 * MiB;

/** @returns trajectories by group, in order @throws ImportError */
export function trajectoriesIn(file: SourceFile, signal: AbortSignal): Promise<Trajectory[][]> {
  if (file.name.endsWith('.parquet')) return fromParquet(file, signal);
  return file.name.endsWith('.jsonl') ? fromJsonl(file, signal) : fromYaml(file);
}

async function fromParquet(file: SourceFile, signal: AbortSignal): Promise<Trajectory[][]> {
  const groups = new Map<number, Trajectory[]>();
  let at = 0;
  for await (const row of parquetRows(file.path, { columns: ['group_index', 'reward', 'metrics', 'messages'], signal, name: file.name })) {
    const index = integer(row.group_index);
    const reward = number(row.reward);
    const where = `row ${at++}`;
    // A group of which every trajectory failed is one row without reward and messages.
    if (reward === null && row.messages === null) continue;
    if (index === null || reward === null) throw new ImportError(file.name, where, 'its group_index or reward is no number.');
    const metrics = text(row.metrics);
    const made = trajectoryOf(reward, metrics === null ? null : json(file.name, where, metrics), asArray(row.messages));
    groups.set(index, [...(groups.get(index) ?? []), made]);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, trajectories]) => trajectories);
}

async function fromJsonl(file: SourceFile, signal: AbortSignal): Promise<Trajectory[][]> {
  const groups: Trajectory[][] = [];
  for await (const { text: content, line } of new LineTail(file).read(signal))
    groups.push(groupFrom(parseJsonLine(file.name, line, content), file.name, `line ${line}`));
  return groups.filter((group) => group.length > 0);
}

async function fromYaml(file: SourceFile): Promise<Trajectory[][]> {
  if (file.bytes > maxYamlBytes)
    throw new ImportError(file.name, null, `${Math.ceil(file.bytes / MiB)} MiB of YAML; at most ${maxYamlBytes / MiB} are read.`);
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(await readFile(file.path, 'utf8'), { maxAliasCount: 100, logLevel: 'error' });
  } catch (cause) {
    throw new ImportError(file.name, null, `not YAML (${messageOf(cause).slice(0, 200)}).`, cause);
  }
  const groups = asArray(value);
  if (!groups) throw new ImportError(file.name, null, 'no trajectories of ART: a list of groups is expected.');
  return groups.map((group, i) => groupFrom(group, file.name, `group ${i}`)).filter((group) => group.length > 0);
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
  role: string;
  content: string;
  /** Sampled from the model. */
  own: boolean;
}

function trajectoryOf(reward: number, metrics: unknown, messages: unknown[] | null): Trajectory {
  const correct = number(asRecord(metrics)?.correct);
  const said = (messages ?? []).map(chatMessageOf).filter((message) => message !== null);
  const own = said.findIndex((message) => message.own);
  const start = own >= 0 ? own : said.findIndex(({ role }) => role === 'assistant');
  const cut = start < 0 ? said.length : start;
  return {
    question: chatText(said.slice(0, cut)) ?? '',
    answer: start < 0 ? '' : (chatText(said.slice(cut)) ?? ''),
    reward,
    correct: correct === 0 || correct === 1 ? correct === 1 : null,
    hasText: messages !== null,
  };
}

/** Flat (parquet), a chat message, or a choice with its message inside. */
function chatMessageOf(value: unknown): Message | null {
  const record = asRecord(value);
  if (!record) return null;
  const choice = 'finish_reason' in record ? asRecord(record.message) : null;
  const message = choice ?? record;
  const calls = typeof message.tool_calls === 'string' ? message.tool_calls : message.tool_calls ? JSON.stringify(message.tool_calls) : '';
  const content = chatText(message.content) ?? '';
  return {
    role: text(message.role) ?? 'unknown',
    content: calls === '' ? content : `${content}${content === '' ? '' : '\n'}${calls}`,
    own: choice !== null || record.trainable === true,
  };
}
