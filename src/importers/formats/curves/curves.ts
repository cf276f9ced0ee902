/** A table of metrics that nobody's format is: a column counts steps, the others hold numbers. */
import { tableReader } from '../../files/anyTable.js';
import type { Importer, RunInSource } from '../../importer.js';
import { fileRuns } from '../../severalRuns.js';
import { metricsOf, stepIn } from './columns.js';
import { CurvesSession } from './curvesSession.js';
import { chosenTable, metricsTables, type MetricsTable } from './metricsTable.js';
import { RunColumns } from './runColumns.js';

export const curves: Importer = {
  id: 'curves',
  title: 'Curves: any CSV, TSV, JSON, JSONL or Parquet with steps and numbers',
  besideOthers: true,
  several: {
    inFiles: true,
    async runs(source) {
      const tables = await metricsTables(source.listed);
      const all = await Promise.all(tables.map((table) => runsIn(table, tables.length > 1)));
      return all.flat().filter(({ within }) => source.within === undefined || within === source.within);
    },
    together: () => 'Of the table that was written to last the run that wrote last is shown, and no other.',
  },

  async detect(source) {
    const table = await chosenTable(source);
    if (!table) return null;
    const why = `${table.file.name}, a table with steps (${table.step}) and numbers`;
    // Rows of texts are groups by all signs: what their fields mean is better named.
    return table.texts ? { confidence: 0.1, why: `${why}, and with texts` } : { confidence: 0.55, why };
  },

  open: (source) => new CurvesSession(source),
};

/** The run that wrote last first. @param oneOfSeveral tables: its runs are called by it, too */
async function runsIn(table: MetricsTable, oneOfSeveral: boolean): Promise<RunInSource[]> {
  const { file } = table;
  const columns = new RunColumns();
  // A table's fault is told when it is imported.
  await lookAt(table, columns).catch(() => undefined);
  const apart = columns.apart();
  if (apart.columns.length === 0) return fileRuns([file]);
  return columns
    .runs(apart.columns)
    .map(({ id }) => ({ id: oneOfSeveral ? `${file.name}/${id}` : id, name: id, path: file.name, files: [file], within: id }));
}

/** As far as columns may tell runs apart: records may have other keys further down, a table has its columns. */
async function lookAt({ file, kind, step }: MetricsTable, columns: RunColumns): Promise<void> {
  const hasColumns = kind === 'csv' || kind === 'parquet';
  for await (const block of tableReader(file, kind).read(new AbortController().signal))
    for (const { row } of block) {
      const at = stepIn(row, step);
      if (at === null) continue;
      columns.add(row, at, metricsOf(row, (name) => name === step).join('\n'));
      if (hasColumns && columns.rulesOut(Object.keys(row))) return;
    }
}
