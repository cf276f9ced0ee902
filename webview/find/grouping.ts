/** Rows under headings. Pure. */
import { addressPath, type Grouping } from '../../src/protocol/address.js';
import { append } from '../../src/core/extremes.js';
import { mean } from '../../src/core/stats.js';
import type { FoundSolution } from '../../src/store/views.js';

export interface Heading {
  kind: 'heading';
  title: string;
  rows: number;
  /** Of the rows with a known reward; null: of none. */
  rewardMean: number | null;
  right: number;
  judged: number;
}
export interface Row {
  kind: 'row';
  row: FoundSolution;
  path: string;
}
export type Item = Heading | Row;

export const pathOf = ({ address }: FoundSolution): string => addressPath(address);

const itemOf = (row: FoundSolution): Row => ({ kind: 'row', row, path: pathOf(row) });

/** Groups in the order of their first rows. */
export function grouped(rows: readonly FoundSolution[], by: Grouping | undefined): Item[] {
  if (by === undefined) return rows.map(itemOf);
  const groups = new Map<string, FoundSolution[]>();
  for (const row of rows) {
    const key = titleOf(row, by);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups].flatMap(([title, group]) => [headingOf(title, group), ...group.map(itemOf)]);
}

/** Of what is listed under headings so much more has to come before it is put in order again, that very many rows take no longer than twice. */
const growth = 1.25;

/** The items of a list that grows: what is not grouped is appended to. */
export class GrowingItems {
  items: Item[] = [];
  private of: readonly FoundSolution[] | undefined;
  private by: Grouping | undefined;
  private taken = 0;

  /**
   * @param rows all there are; the same array while a search goes on
   * @param isAll whether no more will come
   */
  take(rows: readonly FoundSolution[], by: Grouping | undefined, isAll: boolean): void {
    const isSame = rows === this.of && by === this.by;
    if (isSame && by === undefined) append(this.items, rows.slice(this.taken).map(itemOf));
    else if (isSame && (rows.length === this.taken || (!isAll && rows.length < growth * this.taken))) return;
    else this.items = grouped(rows, by);
    this.of = rows;
    this.by = by;
    this.taken = rows.length;
  }
}

function titleOf({ address, answer, questionPreview, runName }: FoundSolution, by: Grouping): string {
  switch (by) {
    case 'question':
      return questionPreview.text;
    case 'step':
      return `Step ${address.step}`;
    case 'answer':
      return answer ?? 'No answer';
    case 'run':
      return runName;
  }
}

function headingOf(title: string, rows: readonly FoundSolution[]): Heading {
  const rewards = rows.flatMap((row) => row.reward ?? []);
  const judged = rows.filter((row) => row.correct !== null);
  return {
    ...{ kind: 'heading', title, rows: rows.length, rewardMean: rewards.length === 0 ? null : mean(rewards) },
    ...{ right: judged.filter((row) => row.correct).length, judged: judged.length },
  };
}
