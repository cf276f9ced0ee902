import { number, numbersOf, asRecord, text } from '../../files/json.js';
import { groupOf, type ForeignSolution } from '../../foreignGroups.js';
import type { ImportItem, SourceFile } from '../../importer.js';
import { LineGroups, type RowFormat } from '../../parts/lineGroups.js';

interface Answer {
  prompt: string;
  source: string;
  gold: string | null;
  solution: ForeignSolution;
}

/** `<data source>.jsonl` of an evaluation: an answer a line; equal prompts are a group. */
export const answersPart = (file: SourceFile, step: number): LineGroups<Answer> => new LineGroups(file, new Answers(step));

class Answers implements RowFormat<Answer> {
  constructor(private readonly step: number) {}

  row(value: Record<string, unknown>): { key: string; row: Answer } {
    const prompt = text(value.input_prompt);
    const output = text(value.output_response);
    // Per token where the environment gives it so: its sum is the answer's.
    const score = number(value.score) ?? numbersOf(value.score)?.reduce((sum, x) => sum + x, 0) ?? null;
    if (prompt === null || output === null || score === null)
      throw new Error('it lacks a text `input_prompt` or `output_response`, or a number `score`.');
    const stop = value.stop_reason;
    const row: Answer = {
      prompt,
      source: text(value.data_source) ?? 'unknown',
      gold: goldOf(asRecord(asRecord(value.env_extras)?.reward_spec)?.ground_truth),
      solution: { text: output, reward: score, finish: stop === 'stop' ? 'stop' : stop === 'length' ? 'length' : 'other' },
    };
    return { key: prompt, row };
  }

  *group(rows: Answer[], group: number): Iterable<ImportItem> {
    const [{ prompt, source, gold }] = rows;
    const info = { split: 'evaluation', source };
    const solutions = rows.map(({ solution }) => solution);
    yield { kind: 'event', event: groupOf({ step: this.step, group, question: prompt, gold, solutions, info }) };
  }

  firstStep(): number {
    return this.step;
  }
}

const goldOf = (value: unknown): string | null => text(value) ?? (number(value) === null ? null : String(number(value)));
