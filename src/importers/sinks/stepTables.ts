/** Tables of a growing log, by step: the first of a step is training's, one that differs later is told of and not counted. */
import { hash64 } from '../../core/hash.js';
import { completionGroups, stepOfRow, type TableOptions, type TableRow } from './completionsTable.js';
import type { GroupBody } from '../foreignGroups.js';
import { ImportError, type ImportItem } from '../importer.js';

interface TablePlace {
  file: string;
  at: string | null;
}

export class StepTables {
  private readonly prints = new Map<number, string>();
  private readonly notes = new Set<string>();

  /**
   * @param from the file that has the table, and where in it
   * @throws ImportError when a row is none of the table's
   */
  *add(
    from: TablePlace,
    columns: readonly string[],
    rows: readonly TableRow[],
    step: number,
    options: TableOptions,
  ): Generator<ImportItem> {
    for (let start = 0; start < rows.length;) {
      const own = stepOfRow(rows[start]);
      let end = start + 1;
      while (end < rows.length && stepOfRow(rows[end]) === own) end++;
      yield* this.addStep(from, columns, rows.slice(start, end), own ?? step, options);
      start = end;
    }
  }

  /** Tables of this step and later ones no longer hold: the next ones are the first. */
  takeBack(step: number): void {
    for (const known of this.prints.keys()) if (known >= step) this.prints.delete(known);
  }

  /** Steps that have a table. */
  get steps(): number[] {
    return [...this.prints.keys()];
  }

  /** @param rows of one step */
  private *addStep(
    from: TablePlace,
    columns: readonly string[],
    rows: readonly TableRow[],
    step: number,
    options: TableOptions,
  ): Generator<ImportItem> {
    const { groups, notes } = groupsIn(from, columns, rows, step, options);
    const at = groups[0].step;
    const print = printOf(groups);
    const before = this.prints.get(at);
    if (before === print) return;
    if (before !== undefined) {
      yield* this.note({
        kind: 'note',
        note: {
          id: 'table:again',
          level: 'info',
          message: `Step ${at} has a second table with other rows, an evaluation’s by all signs: the first one is shown, the other not counted. There may be more.`,
        },
      });
      return;
    }
    this.prints.set(at, print);
    for (const note of notes) yield* this.note({ kind: 'note', note });
    for (const event of groups) yield { kind: 'event', event };
  }

  private *note(item: Extract<ImportItem, { kind: 'note' }>): Generator<ImportItem> {
    if (this.notes.has(item.note.id)) return;
    this.notes.add(item.note.id);
    yield item;
  }
}

function groupsIn({ file, at }: TablePlace, ...table: Parameters<typeof completionGroups>): ReturnType<typeof completionGroups> {
  try {
    return completionGroups(...table);
  } catch (error) {
    throw error instanceof RangeError ? new ImportError(file, at, `${error.message}.`, error) : error;
  }
}

/** What tells one table from another: questions, rewards, and the lengths of texts. */
function printOf(groups: readonly GroupBody[]): string {
  let print = '';
  for (const { step, question_id, solutions } of groups) {
    print += `\n${step} ${question_id}`;
    for (const { text, reward } of solutions) print += ` ${text.length} ${reward}`;
  }
  return hash64(print).join();
}
