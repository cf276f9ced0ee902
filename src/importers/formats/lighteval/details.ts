import { chatText } from '../../files/chat.js';
import { asArray, asRecord, number, text } from '../../files/json.js';
import { parquetRows, parquetSchema } from '../../files/parquet.js';
import { maxGroupSize } from '../../../protocol/events.js';
import { groupOf, type ForeignSolution, type GroupBody } from '../../foreignGroups.js';
import { ImportError, type SourceFile } from '../../importer.js';
import { EVALUATION_STEP } from '../../parts/evaluationScores.js';
import { foreignGrade, rightOf } from '../../parts/grading.js';
import { NumberedPart } from '../../parts/numberedPart.js';
import type { Part, PartEvent } from '../../parts/part.js';

/** A details file: a document a row, its samples in a list. */
export class DetailsPart extends NumberedPart implements Part {
  /** Documents told. */
  size = 0;
  /** As the rows have it: `gsm8k|0`. */
  taskName: string | null = null;

  constructor(
    readonly file: SourceFile,
    private readonly task: string,
  ) {
    super();
  }

  reset(takenBack: boolean): void {
    if (takenBack) this.size = this.standing = 0;
  }

  async *read(signal: AbortSignal): AsyncGenerator<PartEvent> {
    this.renumber();
    const { columns, rows } = await parquetSchema(this.file.path, this.file.name);
    for (const wanted of ['doc', 'metric', 'model_response'])
      if (!columns.some(({ name }) => name === wanted))
        throw new ImportError(
          this.file.name,
          `column ${wanted}`,
          `there is no such column. The file has ${columns.map(({ name }) => name).join(', ')}.`,
        );
    let row = 0;
    for await (const value of parquetRows(this.file.path, {
      columns: ['doc', 'metric', 'model_response'],
      signal,
      name: this.file.name,
    })) {
      yield { kind: 'event', event: this.group(value, row) };
      this.standing = Math.max(this.standing, ++row);
      if (row % 256 === 0) yield { kind: 'progress', bytes: (this.file.bytes * row) / rows, of: this.file.bytes };
    }
    this.size = row;
    const fewer = row < this.standing;
    this.standing = row;
    if (fewer) yield { kind: 'superseded', from: EVALUATION_STEP };
  }

  private group(value: Record<string, unknown>, row: number): GroupBody {
    const fail = (reason: string): never => {
      throw new ImportError(this.file.name, `row ${row}`, reason);
    };
    const doc = asRecord(value.doc) ?? fail('"doc" is not a record.');
    const response = asRecord(value.model_response) ?? fail('"model_response" is not a record.');
    const metrics = Object.entries(asRecord(value.metric) ?? {}).flatMap(([name, score]): [string, number][] => {
      const n = number(score);
      return n === null ? [] : [[name, n]];
    });
    const choices = (asArray(doc.choices) ?? []).map((choice) => text(choice) ?? '');
    const texts = completionTexts(response, choices);
    const alone = texts.length === 1;
    const primary = metrics.at(0);
    const right = primary ? rightOf(primary[1]) : null;
    const lengths = (asArray(response.output_tokens) ?? []).map((ids) => asArray(ids)?.length ?? null);
    const solutions = texts.map((one, i): ForeignSolution => ({
      text: one,
      tokens: lengths[i] ?? null,
      // Of several samples only the document is scored.
      ...(alone &&
        primary && {
          rewards: Object.fromEntries(metrics),
          reward: primary[1],
          correct: right,
          grade: foreignGrade(right, `lighteval ${primary[0]}`, primary[0], null),
        }),
    }));
    if (solutions.length === 0 || solutions.length > maxGroupSize)
      fail(`${solutions.length} answers: between 1 and ${maxGroupSize} are expected.`);
    this.taskName = text(doc.task_name) ?? this.taskName;
    return groupOf({
      step: EVALUATION_STEP,
      group: this.offset + row,
      question: text(doc.query) ?? chatText(response.input) ?? '',
      gold: goldOf(doc, choices),
      solutions,
      info: {
        task: this.taskName ?? this.task,
        ...(text(doc.id) !== null && { id: text(doc.id)! }),
        ...(!alone && Object.fromEntries(metrics.filter(([, score]) => Number.isFinite(score)))),
      },
    });
  }
}

/** The texts; where only likelihoods of choices were asked for, the likeliest choice. */
function completionTexts(response: Record<string, unknown>, choices: readonly string[]): string[] {
  const texts = (asArray(response.text) ?? []).flatMap((one) => text(one) ?? []);
  if (texts.length > 0) return texts;
  const logps = (asArray(response.logprobs) ?? []).map(number);
  if (logps.length === 0 || logps.length !== choices.length || logps.some((logp) => logp === null)) return [];
  return [choices[logps.reduce<number>((at, logp, i) => (logp! > logps[at]! ? i : at), 0)]];
}

function goldOf(doc: Record<string, unknown>, choices: readonly string[]): string | null {
  const indices = (asArray(doc.gold_index) ?? [doc.gold_index]).map(number);
  const golds = indices.flatMap((i) => (i === null ? [] : (choices.at(i) ?? [])));
  return golds.length === 0 ? null : golds.join(' | ');
}
