/** Imports in tests: what an importer tells, and what stands in the end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { EventBody } from '../../src/protocol/events.js';
import { folderSource } from '../../src/importers/files/folderSource.js';
import { sourceNotes } from '../../src/importers/severalRuns.js';
import type { Ledger } from '../../src/importers/following/ledger.js';
import type { ImportItem, Importer, ImportNote, ImportOptions, ImportSession, Source } from '../../src/importers/importer.js';

export const importFixtures = join(import.meta.dirname, '../fixtures/importers');

export interface Telling {
  events: EventBody[];
  notes: ImportNote[];
}

export async function look(session: ImportSession): Promise<Telling> {
  const items: ImportItem[] = [];
  for await (const one of session.read(new AbortController().signal)) items.push(one);
  return {
    events: items.flatMap((one) => (one.kind === 'event' ? [one.event] : [])),
    notes: items.flatMap((one) => (one.kind === 'note' ? [one.note] : [])),
  };
}

/** What a follower hears of it: only what differs from what it has been told. */
export async function news(session: ImportSession, ledger: Ledger): Promise<EventBody[]> {
  return (await look(session)).events.flatMap((event) => ledger.news(event) ?? []);
}

/** One-shot. @param root a folder or file, or what one run of it is */
export async function importOf(importer: Importer, root: string | Source, options: ImportOptions = {}) {
  const source = typeof root === 'string' ? folderSource(root) : root;
  const session = importer.open(source, options);
  const { events, notes } = await look(session);
  const run = await session.describe();
  await session.close();
  return { events, notes: [...notes, ...(await sourceNotes(importer, source))], run };
}

/** What holds after events in this order: of two about the same thing the later one; a `resume` takes back later steps. */
export function standing(events: readonly EventBody[]): Map<string, unknown> {
  const stands = new Map<string, { step: number; value: unknown }>();
  const put = (step: number, key: string, value: unknown): unknown => stands.set(`${step} ${key}`, { step, value });
  for (const event of events) {
    if (event.type === 'resume') for (const [key, { step }] of stands) if (step > event.from_step) stands.delete(key);
    if (event.type === 'metrics') for (const [name, value] of Object.entries(event.values)) put(event.step, `metric ${name}`, value);
    if (event.type === 'group') put(event.step, `group ${event.group}`, event);
    if (event.type === 'trace') put(event.step, `trace ${event.group}/${event.solution}`, event);
    if (event.type === 'benchmark') put(event.step, `benchmark ${event.suite} ${event.mode}`, event);
  }
  return new Map([...stands].map(([key, { value }]) => [key, value] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const folders: string[] = [];
// Here and not where a folder is made: within a test it is too late to ask for what is done behind all of them.
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that goes away with the test file. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-import-'));
  folders.push(folder);
  return folder;
}
