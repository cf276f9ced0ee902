import { join } from 'node:path';
import { readIdentity } from '../protocol/identity.js';
import { runNames } from '../launch/originCandidates.js';

export interface EarlierImport {
  directory: string;
  name: string;
  /** Which run of several it is; null for all of the source as one. */
  run: string | null;
}

/** The runs that were imported from the same path before, oldest first. */
export async function importsOf(runsDir: string, source: string): Promise<EarlierImport[]> {
  const found = (await runNames(runsDir)).flatMap((id) => {
    const directory = join(runsDir, id);
    try {
      const identity = readIdentity(directory);
      if (identity?.import?.source !== source) return [];
      return [{ directory, name: identity.name, run: identity.import.run ?? null, created: identity.created }];
    } catch {
      return []; // the store reports what is unreadable
    }
  });
  return found.sort((a, b) => (a.created < b.created ? -1 : 1)).map(({ directory, name, run }) => ({ directory, name, run }));
}
