/** Makes runs of what other trainers wrote: asked, shown, cancelled and put right from the editor. */
import { basename } from 'node:path';
import type { Uri } from 'vscode';
import { ProgressLocation, window, workspace, type CancellationToken } from 'vscode';
import type { ImportRequest } from '../../launch/imports/request.js';
import { isLive, type RunDetail } from '../../store/views.js';
import type { Lab } from '../lab.js';
import type { Labs } from '../labs.js';
import type { Launcher } from '../launcher.js';
import type { Pages } from '../pages/pages.js';
import { pythonFor } from '../python.js';
import { requireTrust } from '../trust.js';
import { ImporterProcess } from './importer.js';
import { askFollow, askFormat, askGroupSize, askMapping, askReplace, askRun, Dismissed } from './questions.js';

export interface ImportSources {
  labs: Labs;
  pages: Pages;
  launcher: () => Promise<Launcher>;
  /** The folder with the bundles. */
  dist: string;
}

export class Imports {
  constructor(private readonly sources: ImportSources) {}

  /** @param uri a folder or file; asked for when left out */
  async open(uri?: Uri): Promise<void> {
    requireTrust('nothing is imported into it');
    const from = uri ?? (await pickSource());
    if (!from) return;
    const lab = await this.labFor(from);
    const name = basename(from.fsPath);
    try {
      const look = await this.working(`Looking at ${name}`, (token) => this.importer(lab).look(from.fsPath, token));
      if (!look) return;
      const format = await askFormat(look, name);
      if (format === undefined) return;
      const mapping = format === 'generic' ? await askMapping(look, name) : undefined;
      const run = format === look.chosen?.id ? await askRun(look, name) : undefined;
      const follow = await askFollow(name);
      const replaced = await askReplace(look.earlier, name);
      const python = await pythonFor(from);
      const request: ImportRequest = { path: from.fsPath, format, python, ...(mapping && { mapping }), ...(run !== undefined && { run }) };
      await this.run(
        lab,
        request,
        follow,
        replaced.map(({ id }) => id),
      );
    } catch (error) {
      if (!(error instanceof Dismissed)) throw error;
    }
  }

  /** Imports the same once more, in place of what there is. */
  again(run: RunDetail): Promise<void> {
    return this.repeat(run, {});
  }

  /** The group size was a guess: a person says it, and the run is made again. */
  async setGroupSize(run: RunDetail): Promise<void> {
    const groupSize = await askGroupSize(run.import?.groupSize);
    if (groupSize !== undefined) await this.repeat(run, { groupSize });
  }

  private async repeat(run: RunDetail, change: Pick<ImportRequest, 'groupSize'>): Promise<void> {
    requireTrust('nothing is imported into it');
    const origin = run.import;
    const lab = await this.sources.labs.labOf(run.id);
    if (!origin || !lab) throw new Error(`${run.name} was not imported: there is nothing to import again.`);
    const { source, format, groupSize, mapping, run: held, python } = origin;
    const request: ImportRequest = {
      path: source,
      format,
      name: run.experiment,
      ...(groupSize !== undefined && { groupSize }),
      ...(mapping?.solution !== undefined && { mapping: { ...mapping, solution: mapping.solution } }),
      ...(held !== undefined && { run: held }),
      ...(python !== undefined && { python }),
      ...change,
    };
    await this.run(lab, request, origin.follow, [run.id]);
  }

  private async run(lab: Lab, request: ImportRequest, follow: boolean, replaced: readonly string[]): Promise<void> {
    const name = basename(request.path);
    const importer = this.importer(lab);
    const imported = await this.working(`Importing ${name}`, async (token, progress) => {
      if (!follow) return importer.once(request, token, progress);
      const directory = await importer.follow(request, token);
      return directory === undefined ? undefined : { id: basename(directory), notes: [] };
    });
    if (!imported) return;
    await lab.catchUp(imported.id);
    await this.sources.pages.open({ run: imported.id });
    await this.remove(replaced);
  }

  /** Only now that the new run is there. */
  private async remove(runs: readonly string[]): Promise<void> {
    for (const id of runs) {
      const run = await this.sources.labs.run(id);
      if (!run) continue;
      const launcher = await this.sources.launcher();
      if (isLive(run.state)) await launcher.stop(run);
      await launcher.delete(run);
      this.sources.pages.forget(id);
    }
  }

  private importer(lab: Lab): ImporterProcess {
    return new ImporterProcess(this.sources.dist, lab.runsDir);
  }

  private working<T>(title: string, work: (token: CancellationToken, progress: (share: number) => void) => Promise<T>): Promise<T> {
    return Promise.resolve(
      window.withProgress({ location: ProgressLocation.Notification, title, cancellable: true }, (progress, token) => {
        let told = 0;
        return work(token, (share) => {
          const percent = Math.floor(share * 100);
          if (percent > told) progress.report({ increment: percent - told, message: `${percent} %` });
          told = Math.max(told, percent);
        });
      }),
    );
  }

  /** The workspace folder that holds it; else the only one, or the one that is asked for. */
  private async labFor(uri: Uri): Promise<Lab> {
    const { labs } = this.sources;
    const own = labs.labAt(uri);
    if (own) return own;
    const folders = (workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
    const folder = folders.length > 1 ? await window.showWorkspaceFolderPick({ placeHolder: 'Keep the run in' }) : folders.at(0);
    const lab = folder && labs.labAt(folder.uri);
    if (!lab) throw new Error('Open a folder first: runs are kept in it, under .grpo-lab.');
    return lab;
  }
}

async function pickSource(): Promise<Uri | undefined> {
  const kind = await window.showQuickPick(
    [
      { label: '$(folder) Folder…', detail: 'What a trainer writes: its output folder', folder: true },
      { label: '$(file) File…', detail: 'JSONL, CSV, Parquet, SQLite, an Inspect log, …', folder: false },
    ],
    { title: 'Import Rollouts' },
  );
  if (!kind) return undefined;
  const picked = await window.showOpenDialog({ canSelectFolders: kind.folder, canSelectFiles: !kind.folder, openLabel: 'Import' });
  return picked?.at(0);
}
