/** What is imported, kind by kind. */
import { archives } from './kinds/archives.js';
import { jsonl, largeJsonl } from './kinds/jsonl.js';
import type { Kind } from './kinds/kind.js';
import { logs } from './kinds/logs.js';
import { nested, oneNested } from './kinds/nested.js';
import { oneTable, tables } from './kinds/tables.js';

/** Whose rates are measured. */
export const kinds: Record<string, Kind> = { ...jsonl, ...tables, ...nested, ...archives, ...logs };

/** Whose memory is measured when there is very much of it. */
export const large: Record<string, Kind> = {
  ...Object.fromEntries(['groups', 'parquet', 'prime-rl', 'verl, former trainer'].map((name) => [name, kinds[name]])),
  ...largeJsonl,
  ...oneTable,
  ...oneNested,
};
