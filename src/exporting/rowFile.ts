/** Rows that become a file, some at a time, and what a value is in each kind of file. */

export type Write = (piece: string | Uint8Array) => Promise<void>;

export interface RowFile<Row> {
  add(rows: readonly Row[]): Promise<void>;
  /** What stands behind the last row. */
  end(): Promise<void>;
}

/** What a column holds; with `?` also null, which is what nobody knows. */
export type ColumnType = 'text' | 'text?' | 'integer' | 'number?' | 'boolean?' | 'terms' | 'turns?';

/** A column, the same in every kind of file: `terms` are reward terms by name, `turns` who said what. */
export interface Column<Row> {
  name: string;
  type: ColumnType;
  value: (row: Row) => unknown;
}

/** @param line with its end @param head what stands before the first row */
export function lineFile<Row>(write: Write, line: (row: Row) => string, head = ''): RowFile<Row> {
  let before = head;
  const next = async (text: string): Promise<void> => {
    await write(before + text);
    before = '';
  };
  return { add: (rows) => next(rows.map(line).join('')), end: () => next('') };
}

/** A line of JSON; `unlessNull` are columns that are left out where they are null. */
export const jsonLine =
  <Row>(columns: readonly Column<Row>[], unlessNull: readonly Column<Row>[] = []) =>
  (row: Row): string => {
    const entries = columns.map(({ name, value }) => [name, value(row)]);
    const more = unlessNull.map(({ name, value }) => [name, value(row)]).filter(([, value]) => value !== null);
    return `${JSON.stringify(Object.fromEntries([...entries, ...more]))}\n`;
  };

/** As RFC 4180 has it: texts as they are, what is no single value as JSON, what is unknown as an empty cell. */
export const csvHead = (columns: readonly Column<never>[]): string => `${columns.map(({ name }) => name).join(',')}\r\n`;
export const csvLine =
  <Row>(columns: readonly Column<Row>[]) =>
  (row: Row): string =>
    `${columns.map(({ value }) => cell(value(row))).join(',')}\r\n`;

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
