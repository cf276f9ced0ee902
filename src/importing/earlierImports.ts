import { join } from 'node:path';
import { readIdentity } from '../protocol/identity.js';
import { runNames } from '../launch/originCandidates.js';

/** Directories of the runs that were imported from the same path before, oldest first. */
export async function importsOf(runsDir: string, source: string): Promise<string[]> {
  const found = (await runNames(runsDir)).flatMap((name) => {
    const directory = join(runsDir, name);
    try {
      const identity = readIdentity(directory);
      return identity?.import?.source === source ? [{ directory, created: identity.created }] : [];
    } catch {
      return []; // the store reports what is unreadable
    }
  });
  return found.sort((a, b) => (a.created < b.created ? -1 : 1)).map(({ directory }) => directory);
}
