import { z } from 'zod';
import { runEvent } from './events.js';
import { processFile } from './jobRecord.js';
import { runIdentity } from './runFiles.js';
import { gradeLine, gradesHeader } from './grades.js';
import { labelLine, labelsHeader } from './labels.js';
import { lostLine } from './watch.js';

/**
 * The contract as a JSON Schema: `schema.json` beside this file, for people who write events from another language.
 * The root describes one line of a segment; `#/$defs/…` the other files.
 */
export function protocolSchema(): Record<string, unknown> {
  const of = (schema: z.ZodType): Record<string, unknown> => {
    const json: Record<string, unknown> = z.toJSONSchema(schema, { io: 'input' });
    delete json.$schema; // stated once, at the root
    return json;
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'GRPO Lab run directory, version 1: one event',
    ...of(runEvent),
    $defs: {
      'run.json': of(runIdentity),
      'process.json': of(processFile),
      'grades header': of(gradesHeader),
      'grades line': of(gradeLine),
      'labels header': of(labelsHeader),
      'labels line': of(labelLine),
      'watch line': of(lostLine),
    },
  };
}
