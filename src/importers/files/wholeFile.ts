import { readFile, stat } from 'node:fs/promises';
import { messageOf } from '../../core/messageOf.js';
import { ImportError } from '../importer.js';
import { asRecord, parseJson } from './json.js';

const MiB = 1024 * 1024;

/**
 * A JSON object that is a whole file.
 * @throws ImportError when it is too large, not UTF-8, no JSON, or no object
 */
export async function jsonFile(file: { path: string; name: string }, maxBytes = 64 * MiB): Promise<Record<string, unknown>> {
  let bytes: Buffer;
  try {
    const { size } = await stat(file.path);
    if (size > maxBytes)
      throw new ImportError(file.name, null, `${Math.ceil(size / MiB)} MiB of JSON; at most ${Math.floor(maxBytes / MiB)} are read.`);
    bytes = await readFile(file.path);
  } catch (cause) {
    if (cause instanceof ImportError) throw cause;
    throw new ImportError(file.name, null, messageOf(cause), cause);
  }
  return jsonBytes(file.name, null, bytes);
}

/** @param at of the bytes in the file, for messages */
export function jsonBytes(name: string, at: string | null, bytes: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    const reason = cause instanceof TypeError ? 'not UTF-8' : messageOf(cause).slice(0, 200);
    throw new ImportError(name, at, `not JSON (${reason}). It may be cut off, or still being written.`, cause);
  }
  const record = asRecord(value);
  if (!record) throw new ImportError(name, at, 'not a JSON object.');
  return record;
}
