import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { expect, test } from 'vitest';
import { runEvent, type EventType } from '../../../src/protocol/events.js';
import { protocolSchema } from '../../../src/protocol/eventJsonSchema.js';
import { parseLine } from '../../../src/protocol/parseLine.js';

const folder = join(import.meta.dirname, '../../../src/protocol');
const readme = readFileSync(join(folder, 'README.md'), 'utf8');

test('schema.json is up to date (vitest -u writes it anew)', async () => {
  const text = await format(JSON.stringify(protocolSchema()), { parser: 'json', printWidth: 140 });
  await expect(text).toMatchFileSnapshot(join(folder, 'schema.json'));
});

test('the README shows a valid example of every event', () => {
  const examples = [...readme.matchAll(/^```json\n(\{"v":.*\})\n```$/gm)].map((m) => parseLine(m[1]));
  const shown = new Set(examples.map((e) => (e.kind === 'event' ? e.event.type : e)));
  expect(shown).toEqual(new Set<EventType>(runEvent.options.map((o) => o.shape.type.value)));
});
