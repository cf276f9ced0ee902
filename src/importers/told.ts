/** What a run has been told already, so that files read again double nothing. */
import { createHash } from 'node:crypto';
import { toWire } from '../protocol/arrays.js';
import type { EventBody } from '../protocol/events.js';

type Step = Map<string, string>;

/**
 * Remembers a digest of each thing told of each step. A follower that starts anew reads the trainer's files from their beginning
 * and tells them all again: only what differs from what is known passes. No offsets have to be kept, so none can be wrong.
 */
export class Told {
  private readonly steps = new Map<number, Step>();
  /** What has been told again since `beginReplay`; null when nothing is being replayed. */
  private again: Map<number, Set<string>> | null = null;

  /**
   * @returns the event, or what is new of it; null when all of it is known
   */
  news(event: EventBody): EventBody | null {
    switch (event.type) {
      case 'resume':
        this.forget(event.from_step);
        return event;
      case 'metrics': {
        const values = Object.entries(event.values).filter(([name, value]) => this.isNew(event.step, `m${name}`, String(value)));
        return values.length === 0 ? null : { ...event, values: Object.fromEntries(values) };
      }
      case 'group': {
        if (!this.isNew(event.step, `g${event.group}`, digest(event))) return null;
        // Another group in its place: the traces told of the former one are not its traces.
        const known = this.steps.get(event.step);
        for (const key of known?.keys() ?? []) if (key.startsWith(`t${event.group}/`)) known?.delete(key);
        return event;
      }
      case 'trace':
        return this.isNew(event.step, `t${event.group}/${event.solution}`, digest(event)) ? event : null;
      case 'benchmark':
        return this.isNew(event.step, `b${event.suite}\n${event.mode}`, digest(event)) ? event : null;
      case 'checkpoint':
        return this.isNew(event.step, `c${event.path}`, digest(event)) ? event : null;
      case 'log':
        return this.isNew(event.step ?? 0, `l${digest(event)}`, '') ? event : null;
      case 'status':
      case 'process':
        return event;
    }
  }

  /** From here on what is told is compared with what is known: see `staleFrom`. */
  beginReplay(): void {
    this.again = new Map();
  }

  /**
   * After everything has been told again: the first step whose groups the files now tell differently, because they were cut or
   * written anew while nobody followed. Steps of which they no longer say anything, below the last they tell, are kept:
   * trainers remove old files.
   * @returns null when all that is known still holds
   */
  staleFrom(): number | null {
    const again = this.again ?? new Map<number, Set<string>>();
    this.again = null;
    const isGroup = (key: string): boolean => key.startsWith('g');
    const last = Math.max(-1, ...[...again].filter(([, keys]) => [...keys].some(isGroup)).map(([step]) => step));
    if (last < 0) return null;
    const stale = [...this.steps].filter(([step, known]) => {
      const groups = [...known.keys()].filter(isGroup);
      if (groups.length === 0) return false;
      if (step > last) return true;
      const told = again.get(step);
      return told !== undefined && [...told].some(isGroup) && groups.some((key) => !told.has(key));
    });
    return stale.length === 0 ? null : Math.min(...stale.map(([step]) => step));
  }

  private forget(fromStep: number): void {
    for (const step of this.steps.keys()) if (step > fromStep) this.steps.delete(step);
  }

  private isNew(step: number, key: string, value: string): boolean {
    let known = this.steps.get(step);
    if (!known) this.steps.set(step, (known = new Map<string, string>()));
    if (this.again) {
      const told = this.again.get(step) ?? new Set();
      this.again.set(step, told.add(key));
    }
    if (known.get(key) === value) return false;
    known.set(key, value);
    return true;
  }
}

/** Numbered and dated or not, in whatever order its keys stand: the same for what was told and for what was read back. */
function digest(event: EventBody): string {
  const { type, ...rest } = event;
  const body = Object.entries(rest).filter(([key]) => !envelope.has(key));
  return createHash('md5')
    .update(JSON.stringify([type, Object.fromEntries(body)], canonical))
    .digest('base64');
}

const envelope = new Set(['v', 'seq', 'time']);

function canonical(_key: string, value: unknown): unknown {
  if (typeof value === 'number') return toWire(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
