import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase, type Sqlite } from '../../src/store/sqlite.js';

interface Column {
  name: string;
  type: string;
  notnull: number;
  dflt_value: string | null;
  pk: number;
}

/** A table as one would write it today: a migration that adds a column leaves the text of the table as it was. */
function tableText(db: Sqlite, name: string): string {
  const columns = db.pragma(`table_info(${name})`) as Column[];
  const key = columns.filter((c) => c.pk > 0).sort((a, b) => a.pk - b.pk);
  const lines = columns.map((c) =>
    [c.name, c.type, c.notnull && 'NOT NULL', c.dflt_value !== null && `DEFAULT ${c.dflt_value}`, key.length === 1 && c.pk && 'PRIMARY KEY']
      .filter(Boolean)
      .join(' '),
  );
  if (key.length > 1) lines.push(`PRIMARY KEY (${key.map((c) => c.name).join(', ')})`);
  return `CREATE TABLE ${name} (\n  ${lines.join(',\n  ')}\n);`;
}

test('schema.sql is what all migrations together make (`npm run golden` writes it anew)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-schema-'));
  try {
    const { db } = await openDatabase(join(folder, 'new.db'));
    const of = (type: string) =>
      db
        .prepare<[string], { name: string; sql: string }>(
          'SELECT name, sql FROM sqlite_schema WHERE type = ? AND sql IS NOT NULL ORDER BY name',
        )
        .all(type);
    const head =
      '-- The tables as all migrations together make them, to read; what columns mean says migrations.ts. A test holds this file.';
    const text = [
      head,
      ...of('table').map(({ name }) => tableText(db, name)),
      of('index')
        .map(({ sql }) => `${sql};`)
        .join('\n'),
    ].join('\n\n');
    db.close();
    await expect(`${text}\n`).toMatchFileSnapshot(join(import.meta.dirname, '../../src/store/schema.sql'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
