import type { Sampling } from '../../protocol/runFiles.js';
import { asRecord, integer, number } from '../files/json.js';

/** How solutions were sampled, by the names that most have for it. @param configs the first that has a setting counts */
export function samplingOf(...configs: readonly unknown[]): Sampling {
  const sampling: Sampling = {};
  const take = (name: 'temperature' | 'top_p' | 'top_k' | 'max_tokens', setting: number | null): void => {
    // A top_k of −1 is none.
    if (setting !== null && setting >= 0) sampling[name] ??= setting;
  };
  for (const config of configs) {
    const record = asRecord(config);
    if (!record) continue;
    take('temperature', number(record.temperature));
    take('top_p', number(record.top_p));
    take('top_k', integer(record.top_k));
    take('max_tokens', integer(record.max_tokens) ?? integer(record.max_output_tokens));
  }
  return sampling;
}
