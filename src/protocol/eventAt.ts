import { messageOf } from '../core/messageOf.js';
import type { EventOf, EventType, RunEvent } from './events.js';
import { parseLine } from './parseLine.js';
import { RunReader } from './runReader.js';
import { withSegment, type Segment } from './segments.js';

/** Where an event's line stands: in which segment, and which bytes of it, as its writer wrote them: they stay the same when it is compressed. */
export interface EventPlace {
  segment: string;
  offset: number;
  bytes: number;
}

/** Bytes that are read at a time when an event is looked for in all segments. */
const pieceBytes = 4 * 1024 * 1024;

/**
 * Reads one event again. Where another line, or none, stands at its place (the segment was copied, cut or written anew), it is looked for
 * in all segments by its number.
 * @throws an Error that says where it was, and why it cannot be read
 */
export function eventAt<T extends EventType>(runDir: string, place: EventPlace, seq: number, type: T): EventOf<T> {
  const isIt = (event: RunEvent | undefined): event is EventOf<T> => event?.seq === seq && event.type === type;
  let why = `there is no event ${seq} any more`;
  try {
    const event = readEvent(runDir, place);
    if (isIt(event)) return event;
  } catch (error) {
    why = messageOf(error);
  }
  const reader = new RunReader(runDir);
  for (let more = true; more;) {
    const chunk = reader.next(pieceBytes);
    const found = chunk.events.find(({ event }) => isIt(event))?.event;
    if (isIt(found)) return found;
    ({ more } = chunk);
  }
  throw new Error(`It was in events/${place.segment} of the run directory, and cannot be read now: ${why}.`);
}

/** @returns undefined where no event stands there */
function readEvent(runDir: string, { segment, ...place }: EventPlace): RunEvent | undefined {
  return withSegment(runDir, segment, (s) => eventIn(s, place));
}

/** What stands at a place of an open segment: the event may be another one than was read there before. */
export function eventIn(segment: Segment, { offset, bytes }: Omit<EventPlace, 'segment'>): RunEvent | undefined {
  const line = segment.read(offset, bytes).toString('utf8');
  const parsed = parseLine(line.startsWith('\uFEFF') ? line.slice(1) : line);
  return parsed.kind === 'event' ? parsed.event : undefined;
}
