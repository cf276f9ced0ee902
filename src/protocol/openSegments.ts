import type { EventOf, EventType } from './events.js';
import { eventIn, type EventPlace } from './eventAt.js';
import { openSegment, type Segment } from './segments.js';

/** So many stay open: events that are read one after another mostly stand in few segments. */
const mostOpen = 8;

/** Reads many events of a run again, each from its place alone; to be closed. */
export class OpenSegments {
  /** The one that was used last comes last; null: it cannot be opened. */
  private readonly open = new Map<string, (Segment & { close(): void }) | null>();

  constructor(private readonly runDir: string) {}

  /** @returns undefined where another event stands there, or none that can be read: it is looked for nowhere else */
  event<T extends EventType>(place: EventPlace, seq: number, type: T): EventOf<T> | undefined {
    try {
      const segment = this.segment(place.segment);
      const event = segment && eventIn(segment, place);
      return event?.seq === seq && event.type === type ? (event as EventOf<T>) : undefined;
    } catch {
      return undefined; // cut off, damaged
    }
  }

  close(): void {
    for (const segment of this.open.values()) segment?.close();
    this.open.clear();
  }

  private segment(name: string): Segment | null {
    let found = this.open.get(name);
    this.open.delete(name);
    if (found === undefined) {
      if (this.open.size >= mostOpen) {
        const [[oldest, segment]] = this.open;
        segment?.close();
        this.open.delete(oldest);
      }
      try {
        found = openSegment(this.runDir, name);
      } catch {
        found = null; // told as what cannot be read
      }
    }
    this.open.set(name, found);
    return found;
  }
}
