/** Databases that nobody needs any more: each has the path of its folder beside it, and that file's time is when it was last opened. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { databaseName, realPath } from './placement.js';

const claimName = 'folder.txt';
/** A folder that is not there may come back: so long its database waits for it. */
const keptMs = 90 * 24 * 60 * 60 * 1000;

/** Writes down whose database this is, and that it was opened now. */
export function claim(database: string, root: string): void {
  writeFileSync(join(dirname(database), claimName), `${realPath(root)}\n`);
}

/** Removes the databases beside this one whose folder is gone and that nobody has opened for 90 days. */
export function removeUnused(database: string, now = Date.now()): void {
  const databases = dirname(dirname(database));
  for (const name of readdirSync(databases)) {
    const folder = join(databases, name);
    if (folder !== dirname(database) && isUnused(folder, now)) rmSync(folder, { recursive: true, force: true });
  }
}

function isUnused(folder: string, now: number): boolean {
  const claimed = join(folder, claimName);
  const [opened, written] = [claimed, join(folder, `${databaseName}-wal`)].map(
    (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  return opened > 0 && now - Math.max(opened, written) > keptMs && !existsSync(readFileSync(claimed, 'utf8').trim());
}

/** What a person should hear of a database in the folder itself, where earlier versions kept it: it is never opened. */
export function formerDatabase(root: string, database: string): string | null {
  const former = join(root, databaseName);
  if (!existsSync(former)) return null;
  return (
    `${former} is not used any more, for a database that lies in a workspace may come from anybody: runs are read anew into ${database}. ` +
    'The old one, and the files beside it that begin with its name, can be deleted.'
  );
}
