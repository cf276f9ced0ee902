import { closeSync, createReadStream, mkdirSync, openSync, readdirSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

export type Each = (record: unknown) => void;

/** What is imported: how such files come to be, and how the library that reads them merely decodes them. */
export interface Kind {
  /** As in `--format`. */
  format: string;
  mapping?: Record<string, string>;
  /** What is counted, where it is no rollouts. */
  unit?: string;
  /** Bytes that one takes, about. */
  bytes: number;
  /** Share of the usual size that is measured, of kinds that are read slowly. */
  share?: number;
  make(rows: number, folder: string): void;
  decode(folder: string, each: Each): Promise<void>;
}

/** Bytes of a rollout, and of one with numbers for each of its tokens. */
export const plain = 1460;
export const withTokens = 23_500;

/** @returns paths of files below a folder, in order of their names */
export const within = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** Steps of a run of so many rows, from 1 on, with their first row and how many they have. */
export function* stepsOf(rows: number, perStep: number): Generator<{ step: number; first: number; count: number }> {
  for (let step = 1, first = 0; first < rows; step++, first += perStep) yield { step, first, count: Math.min(perStep, rows - first) };
}

export function writePieces(path: string, rows: number, per: number, piece: (first: number) => string): void {
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(path, 'w');
  for (let first = 0; first < rows; first += per) writeSync(fd, piece(first));
  closeSync(fd);
}

export const writeLines = (path: string, rows: number, per: number, line: (first: number) => unknown): void =>
  writePieces(path, rows, per, (first) => `${JSON.stringify(line(first))}\n`);

export async function decodeLines(path: string, each: Each): Promise<void> {
  for await (const line of createInterface({ input: createReadStream(path) })) each(JSON.parse(line));
}
