import { ProgressLocation, Uri, window, type ExtensionContext } from 'vscode';
import { count } from './core/format.js';
import { messageOf } from './core/messageOf.js';
import { AfterOpening, type Intention } from './editor/afterOpening.js';
import { Bookmarks } from './editor/bookmarks.js';
import { addCompareCommands } from './editor/commands/compareCommands.js';
import { addExperimentCommands } from './editor/commands/experimentCommands.js';
import { addImportCommands } from './editor/commands/importCommands.js';
import { addPageCommands } from './editor/commands/pageCommands.js';
import { Commands, type DeclaredCommand } from './editor/commands/commandRegistry.js';
import { addRunCommands } from './editor/commands/runCommands.js';
import { Diagnoses } from './editor/doctor/diagnoses.js';
import { FindingNotices } from './editor/doctor/findingNotices.js';
import { Documents } from './editor/documents.js';
import { ComingBack } from './editor/experiment/comingBack.js';
import { Follow } from './editor/experiment/followExperiment.js';
import { LanguageFeatures } from './editor/experiment/languageFeatures.js';
import { ExperimentFiles } from './editor/experimentFiles.js';
import { Explorer } from './editor/explorer/explorer.js';
import type { ImportSources } from './editor/imports/imports.js';
import { Labs } from './editor/labs.js';
import { Links } from './editor/links.js';
import { Marking } from './editor/marking.js';
import { createLog } from './editor/outputLog.js';
import { Notifications } from './editor/notifications.js';
import { pageKeys, type Keybinding } from './editor/pages/pageKeys.js';
import { Pages } from './editor/pages/pages.js';
import { Sampling } from './editor/playground/samplingService.js';
import { RealModel } from './editor/realModel.js';
import { Runs } from './editor/runs.js';
import { StatusBar } from './editor/statusBar.js';

/**
 * Composes what lives in `editor/`. Stores and workers start when something asks them, not here, and what needs zod or yaml
 * is behind an `import()`: most windows only want the commands and the views to be there.
 */
export function activate(context: ExtensionContext): void {
  const { extension, extensionUri, subscriptions } = context;
  const own = <T extends { dispose(): unknown }>(part: T): T => {
    subscriptions.push(part);
    return part;
  };
  const dist = context.asAbsolutePath('dist');
  const log = own(createLog());
  const labs = own(new Labs(dist, log));
  const runs = own(new Runs(labs, (error) => log.error(`Reading the runs: ${messageOf(error)}`)));
  const diagnoses = own(
    new Diagnoses(context.asAbsolutePath('dist/examiner.cjs'), labs, runs, (error) => log.error(`Examining a run: ${messageOf(error)}`)),
  );
  const files = own(new ExperimentFiles());
  const bookmarks = own(new Bookmarks(labs));
  const marking = new Marking(labs);
  const sampling = own(new Sampling(dist, context.secrets));
  const later = new AfterOpening(context.globalState);
  const links = own(new Links(extension.id, labs, later, (address) => pages.open(address)));
  const launcher = async () => new (await import('./editor/launcher.js')).Launcher(dist, labs, sampling);
  const imports: ImportSources = {
    labs,
    launcher,
    dist,
    get pages() {
      return pages;
    },
  };
  const { contributes } = extension.packageJSON as { contributes: { commands: DeclaredCommand[]; keybindings: Keybinding[] } };
  const pages: Pages = own(
    new Pages(
      extensionUri,
      { files, store: labs.ask, asking: (options) => labs.asking(options), runs, diagnoses, bookmarks, links, marking, sampling, imports },
      pageKeys(contributes.keybindings),
      async () => new (await import('./editor/pages/pageMemory.js')).PageMemory(context.workspaceState),
      (problem, error) => log.warn(error === undefined ? problem : `${problem}: ${messageOf(error)}`),
    ),
  );
  const follow = own(new Follow(files, runs, pages));
  const explorer = own(new Explorer({ files, runs, labs, diagnoses, bookmarks, extension: extensionUri }));
  const statusBar = own(new StatusBar(runs));
  own(labs.onDidChange((change) => pages.changed(change)));
  own(diagnoses.onDidLearn((run) => pages.changed({ run, upTo: 0, identity: false })));
  own(new Documents(labs.ask));
  own(new Notifications(runs, labs.ask, (run) => pages.isInSight(run)));
  own(new FindingNotices(diagnoses, runs, log, (run) => pages.isInSight(run)));
  own(new LanguageFeatures(files, runs, labs.ask));

  const views = { runs, follow, explorer };
  const commandSet = own(new Commands(log, contributes.commands));
  addPageCommands(commandSet, { pages, files, runs, store: labs.ask, bookmarks, links });
  addCompareCommands(commandSet, { pages, runs, store: labs.ask });
  addRunCommands(commandSet, { runs, labs, store: labs.ask, pages, launcher, links, dist, views });
  addImportCommands(commandSet, imports);
  addExperimentCommands(commandSet, { extension: extensionUri, files, launcher, views, later });
  commandSet.add('grpoLab.evaluateEndpoint', 'Evaluating the model of a server', async () =>
    (await import('./editor/commands/evaluateEndpointCommand.js')).askEndpoint({ launcher, labs, views }),
  );
  const realModel = own(new RealModel(Uri.joinPath(extensionUri, 'examples', 'real', 'serve.py').fsPath));
  const real = { extension: extensionUri, model: realModel, launcher, labs, pages, views };
  commandSet.add('grpoLab.tryRealModel', 'Starting a real model', async () =>
    (await import('./editor/commands/tryRealModel.js')).tryRealModel(real),
  );
  commandSet.add('grpoLab.showDemonstration', 'Opening the demonstration', async () =>
    (await import('./editor/commands/tryRealModel.js')).showDemonstration(real),
  );
  commandSet.add('grpoLab.setEndpointKey', 'Setting the key', (name) => sampling.askKey(name));
  commandSet.add('grpoLab.rebuildIndex', 'Rebuilding the index', () => rebuild(labs, runs));
  commandSet.add('grpoLab.explorer.refresh', 'Reading the runs again', () => explorer.refresh());
  commandSet.add('grpoLab.explorer.moreSteps', 'Showing older steps', (row) => explorer.showMore(row));
  commandSet.add('grpoLab.showOutput', 'Showing the output', () => log.show());

  void later.take().then((what) => what && begin(what, pages));
  // Runs of an earlier window are adopted: badge and status bar show them without a click.
  if (labs.haveRuns) {
    own(new ComingBack(runs, labs, pages, follow));
    Promise.all([explorer.countRunning(), statusBar.update()]).catch((error: unknown) =>
      log.error(`Counting the runs: ${messageOf(error)}`),
    );
  }
}

async function begin(what: Intention, pages: Pages): Promise<void> {
  if ('address' in what) await pages.open(what.address);
  else await (await import('./editor/commands/tryExample.js')).showExample(Uri.file(what.example));
}

async function rebuild(labs: Labs, runs: Runs): Promise<void> {
  const title = 'Reading all runs from their folders again…';
  await window.withProgress({ location: ProgressLocation.Notification, title }, () => labs.rebuild());
  await runs.reload();
  void window.showInformationMessage(`The index is new: ${count((await runs.all()).length, 'run')} read from the folders.`);
}
