import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { messageOf } from '../../core/messageOf.js';
import { ImportError } from '../importer.js';
import { asRecord, parseJson } from './json.js';

const MiB = 1024 * 1024;
/** What some editors put before UTF-8. */
const mark = Buffer.from([0xef, 0xbb, 0xbf]);

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
    // In one piece, for imports have a process of their own: reading that gives way takes pieces and copies them.
    bytes = readFileSync(file.path);
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
    if (!isUtf8(bytes)) throw new Error('not UTF-8');
    value = parseJson(bytes.toString('utf8', bytes.subarray(0, mark.length).equals(mark) ? mark.length : 0));
  } catch (cause) {
    throw new ImportError(name, at, `not JSON (${messageOf(cause).slice(0, 200)}). It may be cut off, or still being written.`, cause);
  }
  const record = asRecord(value);
  if (!record) throw new ImportError(name, at, 'not a JSON object.');
  return record;
}
