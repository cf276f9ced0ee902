/** What is imported, kind by kind. */
import { archives } from './kinds/archives.js';
import { jsonl } from './kinds/jsonl.js';
import type { Kind } from './kinds/kind.js';
import { logs } from './kinds/logs.js';
import { nested } from './kinds/nested.js';
import { tables } from './kinds/tables.js';

export const kinds: Record<string, Kind> = { ...jsonl, ...tables, ...nested, ...archives, ...logs };
