/** What a run has been told already, so that files read again double nothing. */
import { createHash } from 'node:crypto';
import { largest } from '../../core/extremes.js';
import { hash64 } from '../../core/hash.js';
import { toWire } from '../../protocol/arrays.js';
import type { EventBody } from '../../protocol/events.js';
import { StepLedger, type Digest } from './stepLedger.js';

/**
 * Remembers a digest of each thing told of each step. A follower that starts anew reads the trainer's files from their beginning
 * and tells them all again: only what differs from what is known passes. No offsets have to be kept, so none can be wrong.
 */
export class Ledger {
  private readonly steps = new Map<number, StepLedger>();
  /** Replays begun; groups carry the number of the one in which they were told last. */
  private replays = 0;
  /** The last step of which a group was told since `beginReplay`; null when nothing is being replayed. */
  private last: number | null = null;

  /**
   * @returns the event, or what is new of it; null when all of it is known
   */
  news(event: EventBody): EventBody | null {
    switch (event.type) {
      case 'resume':
        this.forget(event.from_step);
        return event;
      case 'metrics': {
        const step = this.at(event.step);
        const values = Object.entries(event.values).filter(([name, value]) => step.put(`m${name}`, hash64(String(value))));
        return values.length === 0 ? null : { ...event, values: Object.fromEntries(values) };
      }
      case 'group':
        if (this.last !== null) this.last = Math.max(this.last, event.step);
        return this.at(event.step).putGroup(event.group, digest(event), this.replays) ? event : null;
      case 'trace':
        return this.at(event.step).putTrace(event.group, event.solution, digest(event)) ? event : null;
      case 'benchmark':
        return this.at(event.step).put(`b${event.suite}\n${event.mode}`, digest(event)) ? event : null;
      case 'checkpoint':
        return this.at(event.step).put(`c${event.path}`, digest(event)) ? event : null;
      case 'log':
        return this.at(event.step ?? 0).put(`l${digest(event).join()}`, [0, 0]) ? event : null;
      case 'span':
        return this.at(event.step).put(`s${digest(event).join()}`, [0, 0]) ? event : null;
      case 'telemetry':
        return this.at(0).put(`t${digest(event).join()}`, [0, 0]) ? event : null;
      case 'status':
      case 'process':
        return event;
    }
  }

  /** The highest step of which something has been told; 0 when nothing was. */
  get lastStep(): number {
    return largest([0, ...this.steps.keys()]);
  }

  /** From here on what is told is compared with what is known: see `staleFrom`. */
  beginReplay(): void {
    this.replays++;
    this.last = -1;
  }

  /**
   * After everything has been told again: the first step whose groups the files now tell differently, because they were cut or
   * written anew while nobody followed. Steps of which they no longer say anything, below the last they tell, are kept:
   * trainers remove old files.
   * @returns null when all that is known still holds
   */
  staleFrom(): number | null {
    const last = this.last ?? -1;
    this.last = null;
    if (last < 0) return null;
    let first: number | null = null;
    for (const [step, entry] of this.steps) {
      const { groups, again } = entry.countIn(this.replays);
      const stale = groups > 0 && (step > last || (again > 0 && again < groups));
      if (stale && (first === null || step < first)) first = step;
    }
    return first;
  }

  private forget(fromStep: number): void {
    for (const step of this.steps.keys()) if (step > fromStep) this.steps.delete(step);
  }

  private at(step: number): StepLedger {
    let known = this.steps.get(step);
    if (!known) this.steps.set(step, (known = new StepLedger()));
    return known;
  }
}

/** Numbered and dated or not, in whatever order its keys stand: the same for what was told and for what was read back. */
function digest(event: EventBody): Digest {
  const { type, ...rest } = event;
  const body = Object.entries(rest).filter(([key]) => !envelope.has(key));
  const hash = createHash('md5')
    .update(JSON.stringify([type, Object.fromEntries(body)], canonical))
    .digest();
  return [hash.readUInt32LE(0), hash.readUInt32LE(4)];
}

const envelope = new Set(['v', 'seq', 'time']);

function canonical(_key: string, value: unknown): unknown {
  if (typeof value === 'number') return toWire(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
