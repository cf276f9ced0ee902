import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { readAt } from '../../core/files/readAt.js';
import { messageOf } from '../../core/messageOf.js';
import { ImportError } from '../importer.js';
import { asRecord, parseJson } from './json.js';
import { isPointer, pointerHead, pointerReason } from './lfsPointer.js';

const MiB = 1024 * 1024;
/** What some editors put before UTF-8. */
const mark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Where files are read to that fit: memory that is new each time takes longer to get than bytes to read. Made when it is needed, for
 * the collector counts it and begins its work sooner.
 */
let room: Buffer | undefined;
const roomBytes = 4 * MiB;

/**
 * A JSON object that is a whole file, read in one piece: imports have a process of their own, and giving way for each of many small
 * files takes longer than reading them.
 * @throws ImportError when it is too large, not UTF-8, no JSON, or no object
 */
export const jsonFile = (file: { path: string; name: string }, maxBytes = 64 * MiB): Record<string, unknown> =>
  jsonBytes(file.name, null, contentOrError(file, maxBytes));

/**
 * A JSON list of objects that is a whole file.
 * @throws ImportError when it is too large, not UTF-8, no JSON, or anything else than such a list
 */
export function jsonRecords(file: { path: string; name: string }, maxBytes = 64 * MiB): Record<string, unknown>[] {
  const value = jsonValue(file.name, null, contentOrError(file, maxBytes));
  if (!Array.isArray(value)) throw new ImportError(file.name, null, 'not a JSON list.');
  return value.map((item, i) => {
    const record = asRecord(item);
    if (!record) throw new ImportError(file.name, `[${i}]`, 'not a JSON object: each item of the list must be one.');
    return record;
  });
}

function contentOrError(file: { path: string; name: string }, maxBytes: number): Buffer {
  try {
    return contentOf(file, maxBytes);
  } catch (cause) {
    if (cause instanceof ImportError) throw cause;
    throw new ImportError(file.name, null, messageOf(cause), cause);
  }
}

/** @returns null where `jsonFile` throws */
export function jsonFileIfAny(file: { path: string; name: string }, maxBytes?: number): Record<string, unknown> | null {
  try {
    return jsonFile(file, maxBytes);
  } catch {
    return null;
  }
}

/** @returns bytes that hold until the next are asked for */
function contentOf({ path, name }: { path: string; name: string }, maxBytes: number): Buffer {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    if (size > maxBytes)
      throw new ImportError(name, null, `${Math.ceil(size / MiB)} MiB of JSON; at most ${Math.floor(maxBytes / MiB)} are read.`);
    const bytes = size > roomBytes ? Buffer.allocUnsafe(size) : (room ??= Buffer.allocUnsafeSlow(roomBytes));
    return readAt(fd, 0, size, bytes);
  } finally {
    closeSync(fd);
  }
}

/** @param at of the bytes in the file, for messages */
export function jsonBytes(name: string, at: string | null, bytes: Buffer): Record<string, unknown> {
  const record = asRecord(jsonValue(name, at, bytes));
  if (!record) throw new ImportError(name, at, 'not a JSON object.');
  return record;
}

function jsonValue(name: string, at: string | null, bytes: Buffer): unknown {
  try {
    if (!isUtf8(bytes)) throw new Error('not UTF-8');
    return parseJson(bytes.toString('utf8', bytes.subarray(0, mark.length).equals(mark) ? mark.length : 0));
  } catch (cause) {
    if (isPointer(bytes.toString('latin1', 0, pointerHead))) throw new ImportError(name, at, `this is ${pointerReason}`, cause);
    throw new ImportError(name, at, `not JSON (${messageOf(cause).slice(0, 200)}). It may be cut off, or still being written.`, cause);
  }
}
