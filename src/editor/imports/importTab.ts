/** One tab of the import page. An import that was started in it goes on while the page is hidden, and its end is announced. */
import { basename } from 'node:path';
import { CancellationTokenSource, commands, Uri, window, workspace } from 'vscode';
import { importCounts } from '../../core/importCounts.js';
import { messageOf } from '../../core/messageOf.js';
import type { Mapping } from '../../importers/importer.js';
import { importsOf } from '../../importing/earlierImports.js';
import type { ImportLook } from '../../importing/look.js';
import type { ImportRequest } from '../../importing/request.js';
import {
  cancelImport,
  lookAtSource,
  openSettings,
  pickSource,
  startImport,
  worked,
  type ImportChoices,
  type ImportedView,
  type ImportView,
  type ImportOutcome,
  type SourceView,
  type Work,
} from '../../contracts/import.js';
import { Disposable } from '../disposable.js';
import type { Lab } from '../lab.js';
import type { PagePanel } from '../pages/pagePanel.js';
import { pythonFor } from '../pythonSetting.js';
import { requireTrust } from '../trust.js';
import { Imports, type ImportSources } from './imports.js';

const none: Work = { state: 'none' };

export class ImportTab extends Disposable {
  private readonly imports: Imports;
  /** State of the import of each source that this tab has shown. */
  private readonly works = new Map<string, Work>();
  private readonly running = new Map<string, CancellationTokenSource>();

  constructor(
    private readonly page: PagePanel,
    private readonly sources: ImportSources,
  ) {
    super();
    this.imports = new Imports(sources);
    this.register({ dispose: () => this.running.forEach((source) => source.cancel()) });
    this.register(workspace.onDidGrantWorkspaceTrust(() => this.show()));
    page.panel.onDidDispose(() => this.dispose());
  }

  answer(): void {
    this.page.router
      .on(lookAtSource, ({ path }) => this.view(path))
      .on(pickSource, async ({ what }) => {
        const folder = what === 'folder';
        const picked = await window.showOpenDialog({ canSelectFolders: folder, canSelectFiles: !folder, openLabel: 'Import' });
        return picked?.at(0)?.fsPath ?? null;
      })
      .on(startImport, async (choices) => {
        requireTrust('nothing is imported into it');
        await this.start(choices);
        return null;
      })
      .on(cancelImport, () => {
        if (this.path !== undefined) this.running.get(this.path)?.cancel();
        return null;
      })
      .on(openSettings, async ({ what }) => {
        await commands.executeCommand(what === 'trust' ? 'workbench.trust.manage' : 'vscode.openFolder');
        return null;
      });
  }

  private get path(): string | undefined {
    const { address } = this.page;
    return 'page' in address ? address.source : undefined;
  }

  /** The page looks again. */
  private show(): void {
    this.page.show(this.page.address, true);
  }

  private async view(path: string): Promise<ImportView> {
    const labs = this.labsFor(path);
    const shown = {
      name: basename(path),
      path,
      trusted: workspace.isTrusted,
      folders: labs.map(({ folder }) => folder),
      work: this.works.get(path) ?? none,
    };
    const lab = labs.at(0);
    // What is looked at is decoded by a process: not where nobody has trusted anything.
    if (!lab || !shown.trusted) return { ...shown, problem: null, source: null };
    const token = new CancellationTokenSource();
    try {
      const look = await this.imports.importer(lab).look(path, token.token);
      return { ...shown, problem: null, source: look ? sourceView(look) : null };
    } catch (error) {
      return { ...shown, problem: messageOf(error), source: null };
    } finally {
      token.dispose();
    }
  }

  /** The lab of the folder that holds the path; otherwise those of all open folders. */
  private labsFor(path: string): Lab[] {
    const { labs } = this.sources;
    const own = labs.labAt(Uri.file(path));
    if (own) return [own];
    const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    return folders.flatMap(({ uri }) => labs.labAt(uri) ?? []);
  }

  private async start(choices: ImportChoices): Promise<void> {
    const { path, folder, follow, replace } = choices;
    if (this.running.has(path)) return;
    const labs = this.labsFor(path);
    const lab = labs.find((one) => one.folder === folder) ?? labs.at(0);
    if (!lab) throw new Error('Open a folder first: runs are kept in it, under .grpo-lab.');
    const cancel = new CancellationTokenSource();
    this.running.set(path, cancel);
    this.tell(path, { state: 'working', share: null });
    void this.work(lab, await requestsOf(choices), { follow, replace, path }, cancel)
      .then((outcome) => this.tell(path, outcome ? { state: 'done', outcome } : none))
      .catch((error: unknown) => this.tell(path, { state: 'failed', message: messageOf(error) }))
      .finally(() => {
        this.running.delete(path);
        cancel.dispose();
      });
  }

  /** @returns undefined when it was cancelled before anything was imported */
  private async work(
    lab: Lab,
    requests: readonly ImportRequest[],
    { follow, replace, path }: { follow: boolean; replace: boolean; path: string },
    { token }: CancellationTokenSource,
  ): Promise<ImportOutcome | undefined> {
    // Before the new runs are there, which are from the same place.
    const earlier = replace ? await importsOf(lab.runsDir, path) : [];
    const outcome: ImportOutcome = { runs: [], failed: [], replaced: [] };
    for (const [i, request] of requests.entries()) {
      const progress = (share: number): void => this.tell(path, { state: 'working', share: (i + share) / requests.length });
      try {
        const imported = await this.imports.perform(lab, request, follow, token, progress);
        if (!imported) break;
        const { id, counts, notes } = imported;
        outcome.runs.push({ run: id, name: (await this.sources.labs.ask.run(id))?.name ?? id, counts, notes });
      } catch (error) {
        // Of several the others may be sound.
        if (request.run === undefined || requests.length === 1) throw error;
        outcome.failed.push({ run: request.run, message: messageOf(error) });
        continue;
      }
      const same = earlier.filter(({ run }) => run === (request.run ?? null));
      await this.imports.remove(same.map(({ directory }) => basename(directory)));
      outcome.replaced = [...outcome.replaced, ...same.map(({ name }) => name)];
    }
    return outcome.runs.length + outcome.failed.length > 0 ? outcome : undefined;
  }

  private tell(path: string, work: Work): void {
    this.works.set(path, work);
    const inSight = !this.disposed && this.path === path;
    if (inSight) this.page.tell(worked, { work });
    if (inSight && this.page.panel.visible) return;
    if (work.state === 'done' && work.outcome.runs.length > 0) void this.announce(work.outcome.runs);
    if (work.state === 'failed' && !this.disposed) void window.showErrorMessage(`Importing ${basename(path)}: ${work.message}`);
  }

  /** Announces the end of an import that nobody was looking at. */
  private async announce(runs: readonly ImportedView[]): Promise<void> {
    const open = 'Open Dashboard';
    const [{ run, name, counts }] = runs;
    const one = counts ? `${name} was imported: ${importCounts(counts)}.` : `${name} follows its source.`;
    const text = runs.length === 1 ? one : `${runs.length} runs were imported: ${runs.map((each) => each.name).join(', ')}.`;
    if ((await window.showInformationMessage(text, open)) === open) await this.sources.pages.open({ run });
  }
}

const sourceView = ({ chosen, ...look }: ImportLook): SourceView => ({ ...look, chosen: chosen?.id ?? null });

/** One for each chosen run. */
async function requestsOf({ path, runs, format, name, groupSize, mapping }: ImportChoices): Promise<ImportRequest[]> {
  const request: ImportRequest = {
    path,
    format,
    python: await pythonFor(Uri.file(path)),
    ...(name !== undefined && { name }),
    ...(groupSize !== undefined && { groupSize }),
    // As JSON, which the importer process is told, has it: without fields that are not there.
    ...(mapping && { mapping: JSON.parse(JSON.stringify(mapping)) as Mapping }),
  };
  return runs ? runs.map((run) => ({ ...request, run })) : [request];
}
