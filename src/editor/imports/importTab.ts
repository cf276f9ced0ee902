/** One tab of the import page. An import that was started in it goes on while the page is hidden, and its end is announced. */
import { basename, join } from 'node:path';
import { CancellationTokenSource, commands, Uri, window, workspace } from 'vscode';
import { importCounts } from '../../core/importCounts.js';
import { messageOf } from '../../core/messageOf.js';
import type { Mapping } from '../../importers/importer.js';
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
    void this.work(lab, await requestOf(choices), { follow, replace, path }, cancel)
      .then((outcome) => this.tell(path, outcome ? { state: 'done', outcome } : none))
      .catch((error: unknown) => this.tell(path, { state: 'failed', message: messageOf(error) }))
      .finally(() => {
        this.running.delete(path);
        cancel.dispose();
      });
  }

  /** @returns undefined when it was cancelled */
  private async work(
    lab: Lab,
    request: ImportRequest,
    { follow, replace, path }: { follow: boolean; replace: boolean; path: string },
    { token }: CancellationTokenSource,
  ): Promise<ImportOutcome | undefined> {
    const importer = this.imports.importer(lab);
    // Asked before the new run is there, which is from the same place.
    const earlier = replace ? ((await importer.look(path, token))?.earlier ?? []) : [];
    const imported = await this.imports.perform(lab, request, follow, token, (share) => this.tell(path, { state: 'working', share }));
    if (!imported) return undefined;
    await this.imports.remove(earlier.map(({ id }) => id));
    const run = await this.sources.labs.ask.run(imported.id);
    const { counts, notes } = imported;
    return { run: imported.id, name: run?.name ?? imported.id, counts, notes, replaced: earlier.map(({ name }) => name) };
  }

  private tell(path: string, work: Work): void {
    this.works.set(path, work);
    const inSight = !this.disposed && this.path === path;
    if (inSight) this.page.tell(worked, { work });
    if (inSight && this.page.panel.visible) return;
    if (work.state === 'done') void this.announce(work.outcome);
    if (work.state === 'failed' && !this.disposed) void window.showErrorMessage(`Importing ${basename(path)}: ${work.message}`);
  }

  /** Announces the end of an import that nobody was looking at. */
  private async announce({ run, name, counts }: ImportOutcome): Promise<void> {
    const open = 'Open Dashboard';
    const text = counts ? `${name} was imported: ${importCounts(counts)}.` : `${name} follows its source.`;
    if ((await window.showInformationMessage(text, open)) === open) await this.sources.pages.open({ run });
  }
}

const sourceView = ({ nothing, chosen, formats, table, guess, earlier }: ImportLook): SourceView => ({
  nothing,
  chosen: chosen?.id ?? null,
  formats,
  table,
  guess,
  earlier: earlier.map(({ id, name }) => ({ id, name })),
});

async function requestOf({ path, place, format, run, name, groupSize, mapping }: ImportChoices): Promise<ImportRequest> {
  const whole = place === undefined ? path : join(path, place);
  return {
    path: whole,
    format,
    python: await pythonFor(Uri.file(whole)),
    ...(run !== undefined && { run }),
    ...(name !== undefined && { name }),
    ...(groupSize !== undefined && { groupSize }),
    // As JSON, which the importer process is told, has it: without fields that are not there.
    ...(mapping && { mapping: JSON.parse(JSON.stringify(mapping)) as Mapping }),
  };
}
