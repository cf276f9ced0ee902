/** Long lists come in pages; whoever needs all of a list reads it with these. */

import { append } from './extremes.js';

/** A part of a list: as many rows as were asked for, or fewer where they are long. */
export interface ListPage<Row, Cursor> {
  rows: Row[];
  /** Where the next page begins; null after the last one. */
  next: Cursor | null;
}

/**
 * Asks for the page that begins at a cursor: what `next` of the page before said, undefined for the first. Of type `never`, so that
 * it fits whatever the question takes as its cursor.
 */
type PageSource<P> = (after: never) => P | Promise<P>;

/** The pages of a list, first to last; the next one is asked for when it is wanted. */
export async function* pagesOf<P extends { next: unknown }>(ask: PageSource<P>): AsyncGenerator<P, void, undefined> {
  let after: unknown;
  do {
    const page: P = await ask(after as never);
    yield page;
    after = page.next ?? undefined;
  } while (after !== undefined);
}

/** The rows of a list, first to last. */
export async function* rowsOf<Row>(ask: PageSource<ListPage<Row, unknown>>): AsyncGenerator<Row, void, undefined> {
  for await (const { rows } of pagesOf(ask)) yield* rows;
}

/** Every row of a list. @param most no more than so many; that there are others, whoever asks must say */
export async function allRows<Row>(ask: PageSource<ListPage<Row, unknown>>, most = Infinity): Promise<Row[]> {
  const all: Row[] = [];
  for await (const { rows } of pagesOf(ask)) {
    append(all, rows);
    if (all.length >= most) break;
  }
  return all.slice(0, most);
}

/**
 * One page of several lists in the same order, which were asked for the same page: up to where the first of them was cut.
 * @param order of rows, as for sort
 */
export function mergedPage<Row, Cursor>(
  pages: readonly ListPage<Row, Cursor>[],
  limit: number,
  order: (a: Row, b: Row) => number,
  cursorOf: (row: Row) => Cursor,
): ListPage<Row, Cursor> {
  const all = pages.flatMap((p) => p.rows).sort(order);
  const cut = pages
    .filter((p) => p.next !== null)
    .flatMap((p) => p.rows.slice(-1))
    .sort(order)
    .at(0);
  const rows = all.filter((row) => cut === undefined || order(row, cut) <= 0).slice(0, limit);
  const last = rows.at(-1);
  return { rows, next: last && (cut !== undefined || rows.length < all.length) ? cursorOf(last) : null };
}
