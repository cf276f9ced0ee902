/** Any table whose fields a person has named: the importer for what no other knows. */
import { basename } from 'node:path';
import { smallest } from '../../../core/extremes.js';
import { questionId } from '../../../core/hash.js';
import { messageOf } from '../../../core/messageOf.js';
import { firstJsonLines } from '../../files/peek.js';
import { tornNote } from '../../files/tornLines.js';
import { asRecord } from '../../files/json.js';
import { groupOf } from '../../foreignGroups.js';
import {
  ImportError,
  takeBack,
  type ForeignRun,
  type ImportItem,
  type Importer,
  type ImportOptions,
  type ImportSession,
  type Mapping,
  type Source,
  type SourceFile,
} from '../../importer.js';
import { guessMapping } from './fields.js';
import { Gather, type GatheredGroup } from './gather.js';
import { rowMapper } from './rowMapping.js';
import { tableKind, tableReader, type TableKind, type TableReader } from '../../files/anyTable.js';
import { runsBy } from '../../severalRuns.js';

export { guessMapping, previewOf, type TablePreview } from './fields.js';

export const generic: Importer = {
  id: 'generic',
  title: 'Any JSONL, CSV, Parquet or SQLite, by naming its fields',
  takesGroupSize: true,
  several: runsBy(
    (name) => (tableName.test(name) ? name : null),
    'They are read as one table: rows with the same step and group are one group, whichever file they are in.',
  ),

  async detect(source) {
    for (const file of (await source.list()).slice(0, 50)) {
      const kind = await tableKind(file);
      if (!kind) continue;
      const fields = kind === 'jsonl' ? Object.keys(asRecord((await firstJsonLines(file.path, 1))[0]) ?? {}) : [];
      const { solution } = guessMapping(fields);
      // Never chosen without being asked: what the fields mean is a guess.
      return {
        confidence: 0.2,
        why: `${file.name}, a table${solution === undefined ? '' : ` with a field "${solution}"`}, whose fields you name`,
      };
    }
    return null;
  },

  open(source, options) {
    if (!options.mapping)
      throw new ImportError(
        source.root,
        null,
        'say which fields mean what, at least the solution: --map question=FIELD,solution=FIELD,reward=FIELD.',
      );
    return new GenericSession(source, options.mapping, options);
  },
};

/** As `tableKind` has it, of the names alone. */
const tableName = /\.(?:parquet|db|sqlite3?|csv|tsv|jsonl|ndjson)$/i;

interface Table {
  file: SourceFile;
  kind: TableKind;
  reader: TableReader;
}

class GenericSession implements ImportSession {
  rows = 0;
  private readonly tables = new Map<string, Table | null>();
  private readonly gather = new Gather();
  private readonly mapRow: ReturnType<typeof rowMapper>;
  /** Rows that carry no key of their own: a group goes on while its question does. */
  private run = { key: 0, size: 0, question: null as string | null, step: -1 };

  constructor(
    private readonly source: Source,
    private readonly mapping: Mapping,
    private readonly options: ImportOptions,
  ) {
    this.mapRow = rowMapper(mapping);
  }

  describe(): Promise<ForeignRun> {
    const name = basename(this.source.root).replace(/\.[A-Za-z0-9]{1,8}$/, '');
    return Promise.resolve({ name, method: null, totalSteps: null, seed: null, config: { mapping: { ...this.mapping } }, versions: {} });
  }

  async *read(signal: AbortSignal): AsyncGenerator<ImportItem> {
    const files = await this.source.list();
    const of = files.reduce((sum, file) => sum + file.bytes, 0);
    let before = 0;
    for (const file of files) {
      const table = await this.table(file);
      if (table) {
        let rows = 0;
        for await (const block of table.reader.read(signal))
          for (const { row, at, bytes } of block) {
            if (rows++ === 0 && table.reader.anew) {
              yield* this.beginAnew(signal);
              return;
            }
            for (const group of this.take(table, at, row)) yield groupItem(file.name, group);
            this.rows++;
            if (rows % 1024 === 0) yield { kind: 'progress', bytes: before + Math.min(bytes, file.bytes), of };
          }
        // Seen empty, in the middle of being written anew: what it told is gone all the same.
        if (rows === 0 && table.reader.anew) {
          yield* this.beginAnew(signal);
          return;
        }
      }
      before += file.bytes;
    }
    if (this.tables.size === 0 || [...this.tables.values()].every((table) => table === null))
      throw new ImportError(this.source.root, null, 'no JSONL, CSV, Parquet or SQLite file in it.');
    for (const group of this.gather.flush()) yield groupItem(this.source.root, group);
    yield* this.notes();
    yield* tornNote(files.map((file) => ({ file, line: this.tables.get(file.name)?.reader.torn })));
    yield { kind: 'progress', bytes: of, of };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async table(file: SourceFile): Promise<Table | null> {
    const known = this.tables.get(file.name);
    if (known !== undefined) return known;
    const kind = file.bytes === 0 ? null : await tableKind(file);
    const table = kind && { file, kind, reader: tableReader(file, kind) };
    // An empty file may become a table yet.
    if (file.bytes > 0) this.tables.set(file.name, table);
    return table;
  }

  private take({ file, reader }: Table, at: number, row: Record<string, unknown>): GatheredGroup[] {
    const mapped = this.mapRow(row, (reason) => {
      reader.giveBack();
      throw new ImportError(file.name, `${reader.counts} ${at}`, reason);
    });
    const { step, gold, solutions } = mapped;
    const ended = mapped.group === null ? this.advance(step, mapped.question?.text ?? null, solutions.length) : null;
    // A long key, such as the whole prompt, is kept as its hash.
    const key = mapped.group === null ? String(this.run.key) : mapped.group.length > 64 ? questionId(mapped.group) : mapped.group;
    const full = this.gather.add({ step, key, question: mapped.question ?? { text: `group ${mapped.group ?? key}` }, gold, solutions });
    return ended ? [...this.gather.close(ended.step, ended.key), ...full] : full;
  }

  /** @returns the group that has ended with the row before */
  private advance(step: number, question: string | null, solutions: number): { step: number; key: string } | null {
    const { run } = this;
    const { groupSize } = this.options;
    const same = groupSize === undefined ? question !== null && question === run.question && solutions === 1 : run.size < groupSize;
    if (same && step === run.step) {
      run.size += solutions;
      return null;
    }
    const ended = run.step < 0 ? null : { step: run.step, key: String(run.key) };
    this.run = { key: run.key + 1, size: solutions, question, step };
    return ended;
  }

  /** Rows of all files are gathered into groups together, so when one file is written anew all are read again. */
  private async *beginAnew(signal: AbortSignal): AsyncGenerator<ImportItem> {
    const from = smallest(this.gather.steps);
    this.gather.clear();
    for (const table of this.tables.values()) if (table) table.reader = tableReader(table.file, table.kind);
    this.rows = 0;
    this.run = { key: 0, size: 0, question: null, step: -1 };
    if (Number.isFinite(from)) yield takeBack(from);
    yield* this.read(signal);
  }

  private *notes(): Generator<ImportItem> {
    const note = (id: string, level: 'info' | 'warning', message: string, setting?: 'groupSize' | 'mapping'): ImportItem => ({
      kind: 'note',
      note: { id, level, message, ...(setting && { setting }) },
    });
    if (this.mapping.group === undefined)
      yield this.options.groupSize === undefined
        ? note(
            'groups',
            'warning',
            'Groups: rows one after the other with equal questions. Set the group size if that is wrong.',
            'groupSize',
          )
        : note('groups', 'info', `Groups of ${this.options.groupSize} rows one after the other, as set.`, 'groupSize');
    if (this.mapping.step === undefined) yield note('steps', 'info', 'No field was named for the step: everything is step 1.', 'mapping');
    if (this.gather.split > 0)
      yield note(
        'split',
        'warning',
        `Rows of ${this.gather.split} groups stand far apart in the file and were taken for groups of their own. Sort the file by step and group.`,
      );
  }
}

function groupItem(file: string, { step, group, question, gold, solutions }: GatheredGroup): ImportItem {
  try {
    return { kind: 'event', event: groupOf({ step, group, question, gold, solutions }) };
  } catch (cause) {
    throw new ImportError(file, `step ${step}`, `${messageOf(cause)}. Is the right field named for the group?`, cause);
  }
}
