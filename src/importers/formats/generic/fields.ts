/** Which fields a table has, and which of them probably mean what. */
import { asArray, asRecord } from '../../files/json.js';
import type { Mapping, SourceFile } from '../../importer.js';
import { tableKind, tableReader } from '../../files/anyTable.js';

/** The first rows of a table, for naming what its fields mean. */
export interface TablePreview {
  /** Relative to the source. */
  file: string;
  /** Columns, or dotted paths into JSON. */
  fields: string[];
  /** As many values a row as there are fields, as text, cut; null where a row has none. */
  rows: (string | null)[][];
}

const previewRows = 20;
const previewFields = 200;
/** Of a value. */
const previewChars = 200;

/** @returns null when the file is no table; @throws ImportError when it is a broken one */
export async function previewOf(file: SourceFile, signal: AbortSignal): Promise<TablePreview | null> {
  const kind = await tableKind(file);
  if (!kind) return null;
  const fields = new Set<string>();
  const rows: Map<string, string>[] = [];
  for await (const block of tableReader(file, kind).read(signal)) {
    for (const { row } of block) {
      const values = new Map(flatFields(row));
      for (const field of values.keys()) if (fields.size < previewFields) fields.add(field);
      rows.push(values);
      if (rows.length >= previewRows) break;
    }
    if (rows.length >= previewRows) break;
  }
  const names = [...fields];
  return { file: file.name, fields: names, rows: rows.map((values) => names.map((name) => values.get(name) ?? null)) };
}

function* flatFields(value: Record<string, unknown>, prefix = '', depth = 0): Generator<[string, string]> {
  for (const [key, inner] of Object.entries(value)) {
    const field = prefix + key;
    const record = asRecord(inner);
    if (record && depth < 4) yield* flatFields(record, `${field}.`, depth + 1);
    else if (inner !== null && inner !== undefined) {
      yield [field, (typeof inner === 'string' ? inner : JSON.stringify(inner)).slice(0, previewChars)];
      // Of a list of records the first one's fields can be chosen too: `messages.0.content`.
      const first = asRecord(asArray(inner)?.[0]);
      if (first && depth < 4) yield* flatFields(first, `${field}.0.`, depth + 1);
    }
  }
}

const usual: Record<keyof Mapping, readonly string[]> = {
  // `solution` and `text` may be of the question: they are the output only where nothing else is.
  solution: [
    'completion',
    'response',
    'output',
    'generation',
    'model_output',
    'model_response',
    'generated_text',
    'prediction',
    'solution',
    'text',
    'completions',
    'responses',
    'outputs',
    'generations',
  ],
  question: ['question', 'prompt', 'problem', 'input', 'query', 'instruction'],
  gold: ['gold', 'gold_answer', 'answer', 'target', 'ground_truth', 'gts', 'gt', 'reference', 'label', 'expected_answer', 'solution'],
  reward: ['reward', 'total_reward', 'score', 'rewards'],
  advantage: ['advantage', 'advantages'],
  correct: ['correct', 'is_correct', 'acc', 'accuracy', 'passed'],
  group: ['group', 'group_id', 'group_index', 'prompt_id', 'question_id', 'problem_id', 'uid'],
  step: ['step', 'global_step', 'iteration', 'training_step'],
};

/**
 * By usual names; a field serves once. Of several that may be the gold answer, one that stands before the solution comes first: what a
 * row was made of stands before what was made of it, such as the answer that was read from the solution.
 * @param fields in the order of the table
 */
export function guessMapping(fields: readonly string[]): Partial<Mapping> {
  const guessed: Partial<Record<keyof Mapping, string>> = {};
  const free = new Set(fields);
  for (const [meaning, names] of Object.entries(usual) as [keyof Mapping, readonly string[]][]) {
    const present = names.filter((name) => free.has(name));
    const before = (name: string): boolean => fields.indexOf(name) < fields.indexOf(guessed.solution ?? '');
    const found = (meaning === 'gold' ? present.find(before) : undefined) ?? present.at(0);
    if (found === undefined) continue;
    guessed[meaning] = found;
    free.delete(found);
  }
  return guessed;
}
