/** Two compared texts as rows of two cells, so that what is equal stands side by side. Pure. */
import { append } from '../../../src/core/extremes.js';
import type { TextDiff } from '../../../src/core/diff/textDiff.js';

export interface Part {
  text: string;
  changed: boolean;
}
export type DiffRow =
  | { kind: 'heading'; left: string | null; right: string | null }
  | { kind: 'text'; left: Part[]; right: Part[]; same: boolean }
  /** Equal rows that are left out. */
  | { kind: 'folded'; rows: number; characters: number };

/** Equal rows that are shown around a change, and characters of an equal text within a row, at either end. */
const [contextRows, contextCharacters] = [2, 240];

/** @param folds whether what is long and equal is left out */
export function diffRows({ sections }: TextDiff, a: string, b: string, folds: boolean): DiffRow[] {
  const rows: DiffRow[] = [];
  for (const { names, pieces } of sections) {
    if (names) rows.push({ kind: 'heading', left: names[0], right: names[1] });
    const texts: Extract<DiffRow, { kind: 'text' }>[] = [];
    let row = emptyRow();
    const close = (): void => {
      if (row.left.length + row.right.length > 0) texts.push(row);
      row = emptyRow();
    };
    for (const piece of pieces) {
      if (piece.same) {
        // A row ends where both texts begin a new line.
        for (const line of a.slice(...piece.a).split(/(?<=\n)/)) {
          put(row.left, line, false);
          put(row.right, line, false);
          if (line.endsWith('\n')) close();
        }
        continue;
      }
      const [left, right] = [a.slice(...piece.a), b.slice(...piece.b)];
      put(row.left, left, true);
      put(row.right, right, true);
      row.same = false;
      if ((left === '' || left.endsWith('\n')) && (right === '' || right.endsWith('\n'))) close();
    }
    close();
    append(rows, folds ? folded(texts) : texts);
  }
  return rows;
}

const emptyRow = (): Extract<DiffRow, { kind: 'text' }> => ({ kind: 'text', left: [], right: [], same: true });

function put(parts: Part[], text: string, changed: boolean): void {
  if (text !== '') parts.push({ text, changed });
}

/** Without equal rows that are far from a change, and without the middle of long equal texts. */
function folded(rows: readonly Extract<DiffRow, { kind: 'text' }>[]): DiffRow[] {
  const near = rows.map(() => false);
  rows.forEach(({ same }, i) => {
    if (!same) near.fill(true, Math.max(0, i - contextRows), i + contextRows + 1);
  });
  const kept: DiffRow[] = [];
  for (const [i, row] of rows.entries()) {
    const last = kept.at(-1);
    if (near[i]) kept.push({ ...row, left: row.left.map(shortened), right: row.right.map(shortened) });
    else {
      const characters = row.left.reduce((n, { text }) => n + text.length, 0);
      if (last?.kind === 'folded') {
        last.rows++;
        last.characters += characters;
      } else kept.push({ kind: 'folded', rows: 1, characters });
    }
  }
  return kept;
}

function shortened(part: Part): Part {
  const { text, changed } = part;
  const left = text.length - 2 * contextCharacters;
  if (changed || left < contextCharacters) return part;
  const middle = ` … ${left.toLocaleString('en-US')} equal characters … `;
  return { changed, text: `${text.slice(0, contextCharacters)}${middle}${text.slice(-contextCharacters)}` };
}
