import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync, type Stats } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { z } from 'zod';
import { questionId } from '../../core/hash.js';
import { messageOf } from '../../core/messageOf.js';
import type { Split } from '../tasks/taskQuestions.js';
import { documentSplit } from './documentSplit.js';
import { beginning, type DocumentSource, type Place } from './textSource.js';

/** A source cannot be read. The message says which file and line, why, and what to do. */
export class CorpusError extends Error {
  constructor(where: string, reason: string, cause?: unknown) {
    super(`${where}: ${reason}`, { cause });
    this.name = 'CorpusError';
  }
}

/** A document larger than this would be held in memory whole. */
const largestDocument = 64 * 1024 * 1024;
const chunk = 64 * 1024;
const linesOfJson: readonly string[] = ['.jsonl', '.ndjson'];
const wholeFiles: readonly string[] = ['.txt', '.md'];

const record = z.object({ text: z.string() });

interface TextFile {
  path: string;
  bytes: number;
}

/**
 * Files of text in the order of their paths. Only one document is in memory at a time, however large a JSONL file is.
 * @param path a file, or a folder whose files are read with those of its folders; hidden ones and links are left out
 * @throws CorpusError
 */
export function fileSource(path: string, heldOutFraction: number): DocumentSource {
  const files = textFiles(path);
  /** The document at a place; no text at the end of a file, and where there is nothing but white space. */
  const read = ({ file, at }: Place): { text: string; next: Place } => {
    const { path: name, bytes } = files[file];
    const { text, end } = linesOfJson.includes(extname(name)) ? jsonLine(name, at) : wholeFile(name, bytes);
    return { text, next: end < bytes ? { file, at: end } : { file: file + 1, at: 0 } };
  };
  const isOf = (text: string, split: Split): boolean => text.trim() !== '' && documentSplit(text, heldOutFraction) === split;
  return {
    fingerprint: questionId(files.map((f) => `${relative(path, f.path)}\n${f.bytes}`).join('\n')),
    next(from) {
      for (let at = from, passes = 0; passes < 2;) {
        if (at.file >= files.length) {
          at = beginning;
          passes++;
          continue;
        }
        const { text, next } = read(at);
        if (isOf(text, 'train')) return { text, next };
        at = next;
      }
      throw new CorpusError(path, 'it holds no document to train on. Name other files, or choose a smaller data.held_out_fraction.');
    },
    heldOut(split, size) {
      const found = new Set<string>();
      for (let at = beginning; at.file < files.length && found.size < size;) {
        const { text, next } = read(at);
        if (isOf(text, split)) found.add(text);
        at = next;
      }
      return [...found];
    },
  };
}

function textFiles(path: string): TextFile[] {
  let stat: Stats;
  try {
    stat = statSync(path);
  } catch (error) {
    throw new CorpusError(path, 'it cannot be read. A path in data.mixture is relative to the experiment file.', error);
  }
  const known = [...wholeFiles, ...linesOfJson];
  if (stat.isFile()) {
    if (known.includes(extname(path))) return [{ path, bytes: stat.size }];
    throw new CorpusError(path, `it is none of ${known.join(', ')}. Rename it if it is text.`);
  }
  const files = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && known.includes(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (file) =>
        !relative(path, file)
          .split(/[\\/]/)
          .some((part) => part.startsWith('.')),
    )
    .sort((a, b) => (a < b ? -1 : 1));
  if (files.length === 0) throw new CorpusError(path, `the folder holds no ${known.join(', ')}.`);
  return files.map((file) => ({ path: file, bytes: statSync(file).size }));
}

const tooLarge = (where: string): CorpusError =>
  new CorpusError(where, `the document is larger than ${largestDocument / 1024 ** 2} MiB. Split it.`);

function wholeFile(path: string, bytes: number): { text: string; end: number } {
  if (bytes > largestDocument) throw tooLarge(path);
  return { text: decoded(readFileSync(path), () => path), end: bytes };
}

/** The line that begins at an offset. */
function jsonLine(path: string, at: number): { text: string; end: number } {
  const { line, end } = readLine(path, at);
  const where = (): string => `${path}:${lineNumber(path, at)}`;
  const text = decoded(line, where);
  if (text.trim() === '') return { text: '', end };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CorpusError(where(), `the line is not JSON (${messageOf(error)}).`, error);
  }
  const found = record.safeParse(value);
  if (!found.success) throw new CorpusError(where(), 'the line has no field "text" that holds a text.');
  return { text: plain(found.data.text), end };
}

function readLine(path: string, at: number): { line: Buffer; end: number } {
  const descriptor = openSync(path, 'r');
  try {
    const parts: Buffer[] = [];
    for (let length = 0; ;) {
      const part = Buffer.alloc(chunk);
      const read = readSync(descriptor, part, 0, chunk, at + length);
      const newline = part.subarray(0, read).indexOf(10);
      parts.push(part.subarray(0, newline < 0 ? read : newline));
      length += newline < 0 ? read : newline + 1;
      if (newline >= 0 || read === 0) return { line: Buffer.concat(parts), end: at + length };
      if (length > largestDocument) throw tooLarge(`${path}:${lineNumber(path, at)}`);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** 1-based number of the line that begins at an offset: asked for in messages only. */
function lineNumber(path: string, at: number): number {
  let [line, from] = [1, 0];
  for (let end = readLine(path, from).end; end <= at && end > from; end = readLine(path, from).end) {
    line++;
    from = end;
  }
  return line;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decoded(bytes: Uint8Array, where: () => string): string {
  try {
    return plain(utf8.decode(bytes));
  } catch (error) {
    throw new CorpusError(where(), 'it is not UTF-8. Convert it.', error);
  }
}

/** Lines end alike on every system. */
const plain = (text: string): string => text.replaceAll('\r\n', '\n');
