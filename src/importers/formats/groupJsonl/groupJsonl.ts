/**
 * Groups as people publish them: a line per question, with its samples in a list.
 * `{"question": …, "gold": …, "samples": [{"text": …, "is_correct": true, "reward": 0.5}, …]}`
 */
import { basename } from 'node:path';
import { smallest } from '../../../core/extremes.js';
import { firstJsonLines } from '../../files/peek.js';
import { asArray, asRecord, integer, number, parseJsonLine, text } from '../../files/json.js';
import { LineTail, type Line } from '../../files/lineTail.js';
import { tornNote } from '../../files/tornLines.js';
import { groupOf, type ForeignSolution, type GroupBody } from '../../foreignGroups.js';
import {
  ImportError,
  takeBack,
  type ForeignRun,
  type ImportItem,
  type Importer,
  type ImportSession,
  type Source,
  type SourceFile,
} from '../../importer.js';
import { runsBy } from '../../severalRuns.js';

const questionKeys = ['question', 'problem', 'prompt', 'input', 'query'] as const;
const goldKeys = ['gold', 'answer', 'target', 'ground_truth', 'label', 'reference'] as const;
const samplesKeys = ['samples', 'solutions', 'completions', 'responses', 'outputs', 'generations', 'rollouts'] as const;
const textKeys = ['text', 'completion', 'response', 'output', 'solution', 'content'] as const;
const correctKeys = ['is_correct', 'correct', 'passed'] as const;
const rewardKeys = ['reward', 'score'] as const;
/** The reward made of a label. */
const LABEL = 'correct';

const first = <T>(keys: readonly string[], get: (key: string) => T | null): T | null => {
  for (const key of keys) {
    const value = get(key);
    if (value !== null) return value;
  }
  return null;
};

const isJsonl = (file: Pick<SourceFile, 'name'>): boolean => /\.(jsonl|ndjson)$/i.test(file.name);
const samplesOf = (line: Record<string, unknown>): unknown[] | null => first(samplesKeys, (key) => asArray(line[key]));
const textOf = (sample: unknown): string | null => text(sample) ?? first(textKeys, (key) => text(asRecord(sample)?.[key]));
const questionOf = (line: Record<string, unknown>): string | null => first(questionKeys, (key) => text(line[key]));

/** Whether a line is a question with a list of texts. */
function isGroup(value: unknown): boolean {
  const line = asRecord(value);
  const samples = line && samplesOf(line);
  return Boolean(line && samples && samples.length > 0 && questionOf(line) !== null && samples.every((s) => textOf(s) !== null));
}

export const groupJsonl: Importer = {
  id: 'groups',
  title: 'Groups in JSONL (a question and its samples a line)',
  several: runsBy((name) => (isJsonl({ name }) ? name : null), 'They are read as one: groups of the same step stand one behind another.'),

  async detect(source) {
    const files = (await source.list()).filter(isJsonl);
    for (const file of files.slice(0, 3)) {
      const values = await firstJsonLines(file.path, 3);
      if (values.length > 0 && values.every(isGroup))
        return { confidence: 0.9, why: `${file.name} with a question and a list of samples in each line` };
    }
    return null;
  },

  open: (source) => new GroupJsonlSession(source),
};

class GroupJsonlSession implements ImportSession {
  private readonly tails = new Map<string, LineTail>();
  /** Groups told so far, by step. */
  private readonly counts = new Map<number, number>();
  private readonly terms = new Set<string>();
  private labels = false;

  constructor(private readonly source: Source) {}

  describe(): Promise<ForeignRun> {
    return Promise.resolve({
      name: basename(this.source.root).replace(/\.(jsonl|ndjson)$/i, ''),
      method: null,
      totalSteps: null,
      seed: null,
      config: {},
      // What is no part of the total is shown beside it.
      ...(this.labels && { weights: Object.fromEntries([...this.terms].map((term) => [term, term === LABEL ? 1 : 0])) }),
      versions: {},
    });
  }

  async *read(signal: AbortSignal): AsyncGenerator<ImportItem> {
    const files = (await this.source.list()).filter(isJsonl);
    const of = files.reduce((sum, file) => sum + file.bytes, 0);
    let before = 0;
    for (const file of files) {
      const tail = this.tails.get(file.name) ?? new LineTail(file);
      this.tails.set(file.name, tail);
      let lines = 0;
      for await (const block of tail.blocks(signal)) {
        for (const line of block) {
          if (lines++ === 0 && tail.rewritten) {
            yield* this.beginAnew(signal);
            return;
          }
          yield { kind: 'event', event: this.groupIn(tail, file.name, line) };
        }
        yield { kind: 'progress', bytes: before + tail.bytesRead, of };
      }
      // Seen empty, in the middle of being written anew: what it told is gone all the same.
      if (lines === 0 && tail.rewritten) {
        yield* this.beginAnew(signal);
        return;
      }
      before += file.bytes;
    }
    yield* tornNote(files.map((file) => ({ file, line: this.tails.get(file.name)?.torn?.line })));
    if (this.labels)
      yield {
        kind: 'note',
        note: {
          id: 'reward',
          level: 'info',
          message: 'The file has labels and no rewards: the reward is 1 for a solution labelled correct and 0 for any other.',
        },
      };
    yield { kind: 'progress', bytes: of, of };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Groups are numbered over all files, so when one is written anew all are told again. */
  private async *beginAnew(signal: AbortSignal): AsyncGenerator<ImportItem> {
    const from = smallest(this.counts.keys());
    this.counts.clear();
    this.tails.clear();
    if (Number.isFinite(from)) yield takeBack(from);
    yield* this.read(signal);
  }

  /** A line that cannot be used is looked at again at the next look. */
  private groupIn(tail: LineTail, file: string, line: Line): GroupBody {
    try {
      return this.group(file, line);
    } catch (error) {
      tail.giveBack();
      throw error;
    }
  }

  private group(file: string, line: Line): GroupBody {
    const fail = (reason: string): never => {
      throw new ImportError(file, `line ${line.line}`, reason);
    };
    const record = asRecord(parseJsonLine(file, line.line, line.text)) ?? fail('not a JSON object.');
    const samples = samplesOf(record) ?? fail(`no list of samples (${samplesKeys.join(', ')}).`);
    if (samples.length === 0) fail('its list of samples is empty.');
    const question = questionOf(record) ?? fail(`no question (${questionKeys.join(', ')}).`);
    const step = integer(record.step) ?? 1;
    if (step < 0) fail(`step ${step} is negative.`);
    const solutions = samples.map((sample, i) => this.solution(sample) ?? fail(`sample ${i + 1} has no text (${textKeys.join(', ')}).`));
    const group = this.counts.get(step) ?? 0;
    try {
      const body = groupOf({ step, group, question, gold: goldOf(record), solutions, info: infoOf(record) });
      this.counts.set(step, group + 1);
      return body;
    } catch (error) {
      return fail(error instanceof Error ? `${error.message}.` : String(error));
    }
  }

  private solution(sample: unknown): ForeignSolution | null {
    const written = textOf(sample);
    if (written === null) return null;
    const record = asRecord(sample) ?? {};
    const label = first(correctKeys, (key) => labelOf(record[key]));
    const reward = first(rewardKeys, (key) => number(record[key]));
    const rewards: Record<string, number> = {};
    if (reward === null && label !== null) {
      rewards[LABEL] = Number(label);
      this.labels = true;
    }
    for (const [key, value] of Object.entries(record)) if (typeof value === 'number' && !notRewards.has(key)) rewards[key] = value;
    for (const term of Object.keys(rewards)) this.terms.add(term);
    return {
      text: written,
      rewards,
      reward: reward ?? (label === null ? null : Number(label)),
      advantage: number(record.advantage),
      correct: label,
      tokens: integer(record.tokens) ?? integer(record.length),
    };
  }
}

const labelOf = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : value === 1 ? true : value === 0 ? false : null);

const notRewards = new Set<string>([...correctKeys, 'advantage', 'tokens', 'length', 'index', 'id', 'step']);

const goldOf = (record: Record<string, unknown>): string | null =>
  first(goldKeys, (key) => text(record[key]) ?? (typeof record[key] === 'number' ? String(record[key]) : null));

const taken = new Set<string>([...questionKeys, ...goldKeys, ...samplesKeys, 'step']);

function infoOf(record: Record<string, unknown>): NonNullable<GroupBody['info']> {
  const info: NonNullable<GroupBody['info']> = {};
  for (const [key, value] of Object.entries(record))
    if (
      !taken.has(key) &&
      (typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)))
    )
      info[key] = value;
  return info;
}
