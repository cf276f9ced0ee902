/** Which file is a table of metrics: by its first rows. */
import { tableKind, tableReader, type TableKind } from '../../files/anyTable.js';
import type { Source, SourceFile } from '../../importer.js';
import { haveTexts, isStepName, metricsOf, stepColumn, type Row } from './columns.js';

/** Files that are looked into. */
const looked = 50;
const sampleRows = 50;

const tableName = /\.(?:csv|tsv|json|jsonl|ndjson|parquet)$/i;

export interface MetricsTable {
  file: SourceFile;
  kind: TableKind;
  /** The column of steps. */
  step: string;
  texts: boolean;
}

/** By its first rows; null for a file that is none. */
async function metricsTable(file: SourceFile): Promise<MetricsTable | null> {
  const kind = file.bytes === 0 || !tableName.test(file.name) ? null : await tableKind(file);
  if (!kind || kind === 'sqlite') return null;
  const rows: Row[] = [];
  try {
    for await (const block of tableReader(file, kind).read(new AbortController().signal)) {
      for (const { row } of block) if (rows.push(row) >= sampleRows) break;
      if (rows.length >= sampleRows) break;
    }
  } catch {
    // What can be read of it says what it is; its fault is told when it is imported.
  }
  const step = stepColumn(rows);
  if (step === null || rows.every((row) => metricsOf(row, isStepName).length === 0)) return null;
  return { file, kind, step, texts: haveTexts(rows) };
}

/** The tables of metrics among files; those with texts only where there are no others. */
export async function metricsTables(files: readonly SourceFile[]): Promise<MetricsTable[]> {
  const named = files.filter(({ name }) => tableName.test(name)).slice(0, looked);
  const tables = (await Promise.all(named.map(metricsTable))).filter((table) => table !== null);
  const plain = tables.filter(({ texts }) => !texts);
  return plain.length > 0 ? plain : tables;
}

/** The one that was written to last. */
export const chosenTable = async (source: Source): Promise<MetricsTable | null> =>
  (await metricsTables(await source.list())).sort((a, b) => a.file.modified - b.file.modified).at(-1) ?? null;
