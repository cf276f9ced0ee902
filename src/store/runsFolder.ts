/** The folder of run directories as it is now: there, or out of reach. */
import { lstatSync, readdirSync } from 'node:fs';
import { isMissing } from '../core/files/fileErrors.js';
import { messageOf } from '../core/messageOf.js';

const runFolder = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export interface FoundRuns {
  /** Of the run directories. */
  names: string[];
  /** Why they cannot be told, when they cannot. */
  absence: string | null;
}

/** Folders that can be runs, by their names. */
export function listRuns(runsDir: string): FoundRuns {
  try {
    const entries = readdirSync(runsDir, { withFileTypes: true });
    return { names: entries.filter((e) => !e.isFile() && runFolder.test(e.name)).map((e) => e.name), absence: null };
  } catch (error) {
    return { names: [], absence: isMissing(error) ? 'there is no such folder' : messageOf(error) };
  }
}

/** What a person should hear. */
export const absenceOf = (runsDir: string, reason: string): string =>
  `${runsDir} is not there now (${reason}): what was read from it before is shown, and nothing of it is forgotten. ` +
  'Mount or restore it to go on; if the runs are not wanted any more, put an empty folder there and rebuild the database.';

/** Whether the directory is known not to be there; a share that answers with an error has deleted nothing. */
export function isDeleted(directory: string): boolean {
  try {
    lstatSync(directory);
    return false;
  } catch (error) {
    return isMissing(error);
  }
}
