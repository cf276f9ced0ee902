import { claimRun } from '../launch/createRun.js';
import { withLock } from '../launch/targets/local/lock.js';
import { lockOf } from '../launch/loss.js';
import { startRunner, type RunnerProgram } from '../launch/targets/local/startRunner.js';
import { importerCommand } from '../launch/importerCommand.js';
import { importedIdentity } from './identity.js';
import { chooseFormat, experimentName, optionsOf, shownName, type ImportRequest } from './request.js';

/** Makes a run of a folder and starts following it. @returns its directory; @throws like `importOnce` */
export async function startFollowing(runsDir: string, request: ImportRequest, runner: RunnerProgram): Promise<string> {
  const { source, importer } = await chooseFormat(request);
  const session = importer.open(source, optionsOf(request));
  const run = await session.describe().finally(() => session.close());
  const given = request.name ?? run.name;
  const name = experimentName(given, source.root);
  const directory = await claimRun(runsDir, name, (claim) =>
    importedIdentity(claim, request, { source, importer }, run, shownName(given) || name, {
      follow: true,
      notes: [],
      command: importerCommand(runner, claim.directory, request.python),
    }),
  );
  await withLock(lockOf(directory), () => startRunner(runner, directory, importerCommand(runner, directory, request.python)));
  return directory;
}
