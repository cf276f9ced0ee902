/**
 * What verl's `main_generation` writes: the rows of the data set (`prompt`, `data_source`, `reward_model.ground_truth`, …) with the n
 * sampled texts in `responses`. Nothing is scored. Source: verl/trainer/main_generation.py.
 */
import { chatOf, chatText } from '../../files/chat.js';
import { asArray, asRecord, integer, text } from '../../files/json.js';
import { parquetRows, parquetSchema } from '../../files/parquet.js';
import { groupOf, type GroupBody } from '../../foreignGroups.js';
import { ImportError, type SourceFile } from '../../importer.js';
import { EVALUATION_STEP } from '../../parts/evaluationScores.js';
import { NumberedPart } from '../../parts/numberedPart.js';
import type { Part, PartEvent } from '../../parts/part.js';

/** Whether a Parquet file's columns are those of a data set of verl with responses. */
export const isGenerations = (columns: readonly string[]): boolean =>
  ['prompt', 'responses'].every((name) => columns.includes(name)) && ['data_source', 'reward_model'].some((name) => columns.includes(name));

export class GenerationsPart extends NumberedPart implements Part {
  /** Questions. */
  size = 0;

  constructor(readonly file: SourceFile) {
    super();
  }

  reset(takenBack: boolean): void {
    if (takenBack) this.size = this.standing = 0;
  }

  async *read(signal: AbortSignal): AsyncGenerator<PartEvent> {
    this.renumber();
    const { rows } = await parquetSchema(this.file.path, this.file.name);
    let row = 0;
    for await (const value of parquetRows(this.file.path, { signal, name: this.file.name })) {
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
    const responses = asArray(value.responses);
    if (!responses || responses.length === 0) throw new ImportError(this.file.name, `row ${row}, column responses`, 'no list of texts.');
    const gold = asRecord(value.reward_model)?.ground_truth ?? null;
    const index = integer(asRecord(value.extra_info)?.index);
    const source = text(value.data_source);
    const ability = text(value.ability);
    try {
      return groupOf({
        step: EVALUATION_STEP,
        group: this.offset + row,
        question: chatOf(value.prompt),
        gold: chatText(gold),
        solutions: responses.map((response) => chatOf(response)),
        info: {
          ...(source !== null && { data_source: source }),
          ...(ability !== null && { ability }),
          ...(index !== null && { index }),
        },
      });
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw new ImportError(this.file.name, `row ${row}`, `${cause.message}.`, cause);
    }
  }
}
