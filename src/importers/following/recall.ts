import { RunReader } from '../../protocol/reader.js';
import type { Told } from './told.js';

/** What the run's own events say has been told. */
export function recall(directory: string, told: Told): void {
  const reader = new RunReader(directory);
  for (let more = true; more;) {
    const chunk = reader.next(4 * 1024 * 1024);
    for (const { event } of chunk.events) told.news(event);
    more = chunk.more;
  }
}
