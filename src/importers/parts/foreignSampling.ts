import type { Sampling } from '../../protocol/runFiles.js';
import { asRecord, integer, number } from '../files/json.js';

/** How solutions were sampled, by the names that most have for it. @param configs the first that has a setting counts */
export function samplingOf(...configs: readonly unknown[]): Sampling {
  const sampling: Sampling = {};
  for (const config of configs.map(asRecord)) {
    const settings = {
      temperature: number(config?.temperature),
      top_p: number(config?.top_p),
      top_k: integer(config?.top_k),
      max_tokens: integer(config?.max_tokens) ?? integer(config?.max_output_tokens),
    };
    for (const [name, setting] of Object.entries(settings) as [keyof typeof settings, number | null][])
      // A top_k of −1 is none.
      if (setting !== null && setting >= 0) sampling[name] ??= setting;
  }
  return sampling;
}
