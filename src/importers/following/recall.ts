import { RunReader } from '../../protocol/runReader.js';
import type { Ledger } from './ledger.js';

/** What the run's own events say has been told. */
export function recall(directory: string, ledger: Ledger): void {
  const reader = new RunReader(directory);
  for (let more = true; more;) {
    const chunk = reader.next(4 * 1024 * 1024);
    for (const { event } of chunk.events) ledger.news(event);
    more = chunk.more;
  }
}
