import { EventEmitter, workspace, type Event, type TextDocument, type Uri } from 'vscode';
import { naturally } from '../core/naturalOrder.js';
import { EXPERIMENT_SUFFIX } from '../experiment/find.js';
import { Disposable } from './disposable.js';
import type { ListedExperiment } from './experiment/describe.js';

export const experimentPattern = `**/*${EXPERIMENT_SUFFIX}`;
export const experimentDocuments = { pattern: experimentPattern };
/** Whether a document is an experiment that a person can edit and launch, rather than a copy of what one was. */
export const isExperiment = (d: Pick<TextDocument, 'uri'>): boolean =>
  d.uri.path.endsWith(EXPERIMENT_SUFFIX) && d.uri.scheme !== 'grpo-lab';
const skipped = '**/{node_modules,.grpo-lab,.git,__pycache__,.venv,venv,site-packages}/**';

/** The experiment files of all folders, read once and again when they change on disk. */
export class ExperimentFiles extends Disposable {
  private readonly changed = this.register(new EventEmitter<void>());
  readonly onDidChange: Event<void> = this.changed.event;
  private files: Promise<Map<string, ListedExperiment>> | undefined;

  constructor() {
    super();
    const watcher = this.register(workspace.createFileSystemWatcher(experimentPattern));
    for (const event of [watcher.onDidChange, watcher.onDidCreate]) this.register(event((uri) => void this.reread(uri)));
    this.register(watcher.onDidDelete((uri) => void this.drop(uri)));
    this.register(workspace.onDidChangeWorkspaceFolders(() => this.refresh()));
  }

  /** By name. */
  async all(): Promise<ListedExperiment[]> {
    this.files ??= findAll();
    return [...(await this.files).values()].sort((a, b) => naturally(a.name, b.name));
  }

  async find(uri: Uri): Promise<ListedExperiment | undefined> {
    return (await this.all()).find((f) => f.uri.toString() === uri.toString());
  }

  refresh(): void {
    this.files = undefined;
    this.changed.fire();
  }

  private async reread(uri: Uri): Promise<void> {
    const files = await (this.files ?? Promise.resolve(undefined));
    const file = files && (await read(uri));
    if (!file) return;
    files.set(uri.toString(), file);
    this.changed.fire();
  }

  private async drop(uri: Uri): Promise<void> {
    if ((await this.files)?.delete(uri.toString())) this.changed.fire();
  }
}

async function findAll(): Promise<Map<string, ListedExperiment>> {
  const uris = await workspace.findFiles(experimentPattern, skipped, 2000);
  const files = await Promise.all(uris.map(read));
  return new Map(files.flatMap((f) => (f ? [[f.uri.toString(), f]] : [])));
}

/** @returns undefined when the file cannot be read (any more) */
async function read(uri: Uri): Promise<ListedExperiment | undefined> {
  return workspace.fs.readFile(uri).then(
    async (data) => (await import('./experiment/describe.js')).describeExperiment(uri, new TextDecoder().decode(data)),
    () => undefined,
  );
}
