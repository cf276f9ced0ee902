import { dirname } from 'node:path';
import { claimRun } from '../launch/createRun.js';
import { importerProgram } from '../launch/importerProgram.js';
import type { Programs } from '../launch/ownPrograms.js';
import { withRunLock } from '../launch/runLock.js';
import { jobsOn } from '../launch/targets/jobsOn.js';
import { importedIdentity } from './importedIdentity.js';
import { chooseFormat, experimentName, optionsOf, shownName, type ImportRequest } from './request.js';

/** Makes a run of a folder and starts following it. @returns its directory; @throws like `importOnce` */
export async function startFollowing(runsDir: string, request: ImportRequest, programs: Programs): Promise<string> {
  const { source, importer } = await chooseFormat(request);
  const session = importer.open(source, optionsOf(request));
  let run;
  try {
    run = await session.describe();
  } finally {
    await session.close();
  }
  const title = request.name ?? run.name;
  const name = experimentName(title, source.root);
  const programFor = (directory: string) => importerProgram(programs, directory, request.python);
  const directory = await claimRun(runsDir, name, (claim) =>
    importedIdentity(claim, request, { importer }, run, shownName(title) || name, {
      follow: true,
      notes: [],
      command: programFor(claim.directory).argv,
    }),
  );
  const work = { ...programFor(directory), cwd: dirname(source.root) };
  await withRunLock(directory, () => jobsOn(programs).target('local').submit(directory, work, { name: 'local' }, {}));
  return directory;
}
