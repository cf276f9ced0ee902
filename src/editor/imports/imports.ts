/** Imports what other trainers wrote, from the editor: opens the page, imports again, and sets the group size. */
import { basename } from 'node:path';
import { ProgressLocation, Uri, ViewColumn, window, type CancellationToken } from 'vscode';
import type { ImportCounts } from '../../core/importCounts.js';
import type { ImportNote } from '../../importers/importer.js';
import type { ImportRequest } from '../../importing/request.js';
import { isLive, type RunDetail } from '../../store/views.js';
import type { Lab } from '../lab.js';
import type { Labs } from '../labs.js';
import type { Launcher } from '../launcher.js';
import type { PageTabs } from '../pages/opening.js';
import { pythonFor } from '../pythonSetting.js';
import { requireTrust } from '../trust.js';
import { ImporterProcess } from './importerProcess.js';
import { askGroupSize } from './askGroupSize.js';

export interface ImportSources {
  labs: Labs;
  pages: PageTabs;
  launcher: () => Promise<Launcher>;
  /** The folder with the bundles. */
  dist: string;
}

export class Imports {
  constructor(private readonly sources: ImportSources) {}

  /**
   * Opens the import page.
   * @param uri a folder or file; the page asks for it when left out
   * @param another beside others that are open: in a tab of its own
   */
  async open(uri?: Uri, another = false): Promise<void> {
    requireTrust('nothing is imported into it');
    const address = { page: 'import', ...(uri && { source: uri.fsPath }) } as const;
    await this.sources.pages.open(address, another ? { aside: true, column: ViewColumn.Active } : {});
  }

  /** Imports the source of a run once more, in place of that run. */
  again(run: RunDetail): Promise<void> {
    return this.repeat(run, {});
  }

  /** Asks for the group size, which was a guess, and imports the run again with it. */
  async setGroupSize(run: RunDetail): Promise<void> {
    const groupSize = await askGroupSize(run.import?.groupSize);
    if (groupSize !== undefined) await this.repeat(run, { groupSize });
  }

  private async repeat(run: RunDetail, change: Pick<ImportRequest, 'groupSize'>): Promise<void> {
    requireTrust('nothing is imported into it');
    const origin = run.import;
    const lab = await this.sources.labs.labOf(run.id);
    if (!origin || !lab) throw new Error(`${run.name} was not imported: there is nothing to import again.`);
    const { source, format, groupSize, mapping, run: runInSource } = origin;
    const request: ImportRequest = {
      path: source,
      format,
      name: run.experiment,
      ...(groupSize !== undefined && { groupSize }),
      ...(mapping?.solution !== undefined && { mapping: { ...mapping, solution: mapping.solution } }),
      ...(runInSource !== undefined && { run: runInSource }),
      python: await pythonFor(Uri.file(source)),
      ...change,
    };
    await this.run(lab, request, origin.follow, [run.id]);
  }

  private async run(lab: Lab, request: ImportRequest, follow: boolean, replaced: readonly string[]): Promise<void> {
    const imported = await this.working(`Importing ${basename(request.path)}`, (token, progress) =>
      this.perform(lab, request, follow, token, progress),
    );
    if (!imported) return;
    await this.sources.pages.open({ run: imported.id });
    await this.remove(replaced);
  }

  /** @returns the run, which the store knows; undefined when it was cancelled */
  async perform(
    lab: Lab,
    request: ImportRequest,
    follow: boolean,
    token: CancellationToken,
    progress: (share: number) => void,
  ): Promise<{ id: string; counts: ImportCounts | null; notes: ImportNote[] } | undefined> {
    const importer = this.importer(lab);
    let made: { id: string; counts: ImportCounts | null; notes: ImportNote[] } | undefined;
    if (follow) {
      const directory = await importer.follow(request, token);
      made = directory === undefined ? undefined : { id: basename(directory), counts: null, notes: [] };
    } else {
      const run = await importer.once(request, token, progress);
      made = run && { id: run.id, counts: run, notes: run.notes };
    }
    if (made) await lab.catchUp(made.id);
    return made;
  }

  /** Removes earlier imports; to be called when the new run is there. */
  async remove(runs: readonly string[]): Promise<void> {
    for (const id of runs) {
      const run = await this.sources.labs.ask.run(id);
      if (!run) continue;
      const launcher = await this.sources.launcher();
      if (isLive(run.state)) await launcher.stop(run);
      if (await launcher.delete(run)) this.sources.pages.forget(id);
    }
  }

  importer(lab: Lab): ImporterProcess {
    return new ImporterProcess(this.sources.dist, lab.runsDir);
  }

  private working<T>(title: string, work: (token: CancellationToken, progress: (share: number) => void) => Promise<T>): Promise<T> {
    return Promise.resolve(
      window.withProgress({ location: ProgressLocation.Notification, title, cancellable: true }, (progress, token) => {
        let shownPercent = 0;
        return work(token, (share) => {
          const percent = Math.floor(share * 100);
          if (percent > shownPercent) progress.report({ increment: percent - shownPercent, message: `${percent} %` });
          shownPercent = Math.max(shownPercent, percent);
        });
      }),
    );
  }
}
