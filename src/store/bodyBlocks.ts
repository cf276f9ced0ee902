/**
 * Bodies of solutions: what is read of one when somebody looks at it, and no list sorts or counts by. Those of a group lie together,
 * compressed, in blocks that are unpacked in an instant: what solutions of one question repeat (words, the keys of grades) is stored once.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type Sqlite3 from 'better-sqlite3';
import { uninterrupted } from '../core/threads/uninterrupted.js';
import { tryJson } from '../core/tryJson.js';
import type { Grade } from '../protocol/events.js';
import type { Turn } from '../protocol/turns.js';

export interface SolutionBody {
  text: string;
  turns?: Turn[] | undefined;
  grade: Grade | null;
}

/** Bodies of solutions that lie behind each other. */
export interface BodyBlock {
  /** Id of the first of them. */
  first: number;
  block: Buffer;
}

/** Characters of a block's JSON with which it is full; one solution may be longer, up to the line of its event. */
const fullBlock = 256 * 1024;
/** What is longer was written by nobody of us. */
const longestBlock = 512 * 1024 * 1024;
/** On texts as fast as SQLite takes them; the usual level is a third slower for 2 %. */
const level = 1;

/** @param first id of the first of the solutions, which lie behind each other */
export function* bodyBlocks(first: number, bodies: readonly SolutionBody[]): Generator<BodyBlock> {
  let begin = 0;
  let parts: string[] = [];
  let length = 0;
  for (const [i, body] of bodies.entries()) {
    const part = stored(body);
    parts.push(part);
    length += part.length;
    if (length < fullBlock && i + 1 < bodies.length) continue;
    yield { first: first + begin, block: pack(parts) };
    begin = i + 1;
    parts = [];
    length = 0;
  }
}

const stored = ({ text, grade, turns }: SolutionBody): string => JSON.stringify([text, grade ?? 0, turns ?? 0] satisfies StoredBody);

const pack = (parts: readonly string[]): Buffer =>
  uninterrupted(() => zstdCompressSync(`[${parts.join(',')}]`, { params: { [constants.ZSTD_c_compressionLevel]: level } }));

type StoredBody = [text: string, grade: Grade | 0, turns: Turn[] | 0];

/** The block's JSON as UTF-8: what a text holds stands in it as JSON writes it. */
export const inflate = (block: Buffer): Buffer => uninterrupted(() => zstdDecompressSync(block, { maxOutputLength: longestBlock }));

/** @param inflated what `inflate` gave */
export const bodiesOf = (inflated: Buffer): SolutionBody[] =>
  (JSON.parse(inflated.toString()) as StoredBody[]).map(([text, grade, turns]) => ({
    text,
    grade: grade === 0 ? null : grade,
    turns: turns === 0 ? undefined : turns,
  }));

export const unpack = (block: Buffer): SolutionBody[] => bodiesOf(inflate(block));

/**
 * Makes `body_block(id, text, grade, turns)` known to SQL, an aggregate over solutions behind each other (grade and turns as JSON or
 * NULL): a migration packs with it what former versions stored as columns.
 */
export function addBodyBlock(db: Sqlite3.Database): void {
  type Row = SolutionBody & { id: number };
  db.aggregate<Row[]>('body_block', {
    directOnly: true,
    varargs: true,
    start: () => [],
    step: (rows: Row[], ...values: unknown[]) => {
      const [id, text, grade, turns] = values as [number, string, string | null, string | null];
      const known = (json: string | null): unknown => (json === null ? undefined : tryJson(json));
      rows.push({ id, text, grade: (known(grade) as Grade | undefined) ?? null, turns: known(turns) as Turn[] | undefined });
    },
    result: (rows) => {
      rows.sort((a, b) => a.id - b.id);
      return pack(rows.map(stored));
    },
  });
}
