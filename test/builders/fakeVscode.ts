/**
 * A small VS Code for unit tests: vitest puts it where `vscode` is imported. `fake` is the person in front of it, and what they see:
 * trust and folders, answers to questions, what was said, tabs and commands. What our code does not use is not here.
 */
import { cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, relative, sep } from 'node:path';
import { Uri } from './fakeUri.js';

export { Uri };

interface Disposes {
  dispose(): void;
}
type Listener<T> = (value: T) => unknown;

export class EventEmitter<T> {
  private readonly listeners = new Set<Listener<T>>();
  event = (listener: Listener<T>): Disposes => {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  };
  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }
  dispose(): void {
    this.listeners.clear();
  }
}

export class ThemeColor {
  constructor(readonly id: string) {}
}
export class ThemeIcon {
  constructor(
    readonly id: string,
    readonly color?: ThemeColor,
  ) {}
}
export class FileDecoration {
  constructor(
    readonly badge?: string,
    readonly tooltip?: string,
    readonly color?: ThemeColor,
  ) {}
}
export class TreeItem {
  constructor(
    readonly label: string,
    readonly collapsibleState = 0,
  ) {}
}
export class MarkdownString {
  constructor(public value = '') {}
  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }
  appendText = (text: string): this => this.appendMarkdown(text);
}
export class Range {
  constructor(
    readonly startLine: number,
    readonly startCharacter: number,
    readonly endLine: number,
    readonly endCharacter: number,
  ) {}
}
export class CodeLens {
  constructor(
    readonly range: Range,
    readonly command?: unknown,
  ) {}
}
export class TabInputText {
  constructor(readonly uri: Uri) {}
}
export class TabInputWebview {
  constructor(readonly viewType: string) {}
}
export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 } as const;
export const ViewColumn = { Active: -1, Beside: -2, One: 1, Two: 2, Three: 3 } as const;
export const QuickPickItemKind = { Separator: -1, Default: 0 } as const;
export const ProgressLocation = { Window: 10, Notification: 15 } as const;
export const StatusBarAlignment = { Left: 1, Right: 2 } as const;

export interface Tab {
  label: string;
  input: unknown;
  isPinned: boolean;
  isActive: boolean;
}
interface TabGroup {
  viewColumn: number;
  tabs: Tab[];
}

/** One page's tab, as `createWebviewPanel` makes it. */
export class FakePanel {
  readonly disposed = new EventEmitter<void>();
  readonly viewStateChanged = new EventEmitter<void>();
  readonly received = new EventEmitter<unknown>();
  readonly sent: unknown[] = [];
  readonly tab: Tab;
  visible = true;
  active = true;
  iconPath: unknown;
  readonly webview = {
    options: {},
    html: '',
    cspSource: 'fake:',
    asWebviewUri: (uri: Uri) => uri,
    postMessage: (message: unknown) => Promise.resolve(void this.sent.push(message)),
    onDidReceiveMessage: this.received.event,
  };
  readonly onDidDispose = this.disposed.event;
  readonly onDidChangeViewState = this.viewStateChanged.event;
  private gone = false;

  constructor(
    readonly viewType: string,
    title: string,
    readonly viewColumn: number,
  ) {
    this.tab = { label: title, input: new TabInputWebview(`mainThreadWebview-${viewType}`), isPinned: false, isActive: true };
    groupAt(viewColumn).tabs.push(this.tab);
    fake.panels.push(this);
    this.reveal();
  }
  get title(): string {
    return this.tab.label;
  }
  set title(title: string) {
    this.tab.label = title;
  }
  reveal(_column?: unknown, preserveFocus = false): void {
    for (const other of fake.panels.filter((p) => p !== this && p.viewColumn === this.viewColumn)) other.visible = other.active = false;
    this.visible = true;
    this.active = !preserveFocus;
    this.viewStateChanged.fire();
  }
  dispose(): void {
    if (this.gone) return;
    this.gone = true;
    fake.panels = fake.panels.filter((p) => p !== this);
    for (const group of fake.tabGroups) group.tabs = group.tabs.filter((t) => t !== this.tab);
    this.disposed.fire();
  }
}

function groupAt(column: number): TabGroup {
  const viewColumn = column === ViewColumn.Beside ? fake.tabGroups.length + 1 : Math.max(1, column);
  let group = fake.tabGroups.find((g) => g.viewColumn === viewColumn);
  if (!group) fake.tabGroups.push((group = { viewColumn, tabs: [] }));
  return group;
}

interface FakeQuickPick {
  items: { label: string }[];
  value: string;
  type(text: string): void;
  accept(label: string | RegExp): void;
}

type Answer = unknown;

class Fake {
  trusted = true;
  folders: string[] = [];
  settings: Record<string, unknown> = {};
  /** What was said, newest last. */
  messages: string[] = [];
  /** The small print of what was said. */
  details: string[] = [];
  statusMessages: string[] = [];
  /** How the next questions are answered: a button's or item's label (the first that fits), items of a multiple choice, or a text. */
  answers: Answer[] = [];
  /** What was offered in quick picks, newest last. */
  offered: string[][] = [];
  clipboard = '';
  panels: FakePanel[] = [];
  tabGroups: TabGroup[] = [];
  activeTextEditor: unknown;
  quickPick: FakeQuickPick | undefined;
  decorations: { provideFileDecoration(uri: Uri): Promise<FileDecoration | undefined> }[] = [];
  /** Commands of VS Code itself that were given: id and arguments. */
  executed: [string, ...unknown[]][] = [];
  readonly commands = new Map<string, (...args: unknown[]) => unknown>();
  readonly serializers = new Map<string, { deserializeWebviewPanel(panel: FakePanel, state: unknown): Promise<void> }>();
  readonly trees = new Map<string, FakeTree>();
  readonly context = new Map<string, unknown>();
  readonly foldersChanged = new EventEmitter<void>();
  readonly trustGranted = new EventEmitter<void>();
  readonly documents = new Map<string, { provideTextDocumentContent(uri: Uri): Promise<string> | string }>();

  /** As a window that has just been opened: forget the last test's. */
  reset(): void {
    const { commands, serializers, trees, context, foldersChanged, trustGranted, documents } = this;
    for (const map of [commands, serializers, trees, context, documents]) map.clear();
    foldersChanged.dispose();
    trustGranted.dispose();
    Object.assign(this, new Fake(), { commands, serializers, trees, context, foldersChanged, trustGranted, documents });
  }

  /** A tab that VS Code has brought back and not yet loaded: it has a place and a title, and no page. */
  sleepingTab(viewType: string, label: string, viewColumn = 1, isPinned = false): Tab {
    const tab: Tab = { label, input: new TabInputWebview(`mainThreadWebview-${viewType}`), isPinned, isActive: false };
    groupAt(viewColumn).tabs.push(tab);
    return tab;
  }

  tabs(): string[] {
    return this.tabGroups.flatMap((g) => g.tabs.map((t) => t.label));
  }

  setFolders(...folders: string[]): void {
    this.folders = folders;
    this.foldersChanged.fire();
  }

  /** @throws what the command failed with, which a person would only be told */
  command(id: string, ...args: unknown[]): unknown {
    const handler = this.commands.get(id);
    if (!handler) throw new Error(`There is no command ${id}.`);
    return handler(...args);
  }
}

interface FakeTree {
  treeDataProvider: unknown;
  message?: string | undefined;
  badge?: unknown;
  visible: boolean;
  canSelectMany?: boolean;
}

export const fake = new Fake();

const nothing = { dispose: () => undefined };
const never = () => nothing;
const labelOf = (item: unknown): string => (typeof item === 'string' ? item : (item as { label: string }).label);
const fits = (label: string, wanted: unknown): boolean => (wanted instanceof RegExp ? wanted.test(label) : label === wanted);

/** A message is said; its buttons are pressed when the next answer names one. */
function say(message: string, ...rest: unknown[]): Promise<unknown> {
  fake.messages.push(message);
  for (const part of rest) if (typeof part === 'object' && part !== null && 'detail' in part) fake.details.push(String(part.detail));
  const buttons = rest.filter((r) => typeof r === 'string');
  const answered = buttons.find((b) => fits(b, fake.answers[0]));
  if (answered !== undefined) fake.answers.shift();
  return Promise.resolve(answered);
}

export const window = {
  get activeTextEditor(): unknown {
    return fake.activeTextEditor;
  },
  visibleTextEditors: [],
  tabGroups: {
    get all(): TabGroup[] {
      return fake.tabGroups;
    },
    get activeTabGroup(): TabGroup & { activeTab: Tab | undefined } {
      const group = fake.tabGroups.at(0) ?? groupAt(1);
      return { ...group, activeTab: group.tabs.find((t) => t.isActive) };
    },
    close: (tabs: Tab | Tab[]): Promise<boolean> => {
      const closed = [tabs].flat();
      for (const group of fake.tabGroups) group.tabs = group.tabs.filter((t) => !closed.includes(t));
      return Promise.resolve(true);
    },
  },
  createWebviewPanel: (viewType: string, title: string, { viewColumn }: { viewColumn: number }) => {
    const group = groupAt(viewColumn);
    return new FakePanel(viewType, title, group.viewColumn);
  },
  registerWebviewPanelSerializer: (
    viewType: string,
    serializer: { deserializeWebviewPanel(panel: FakePanel, state: unknown): Promise<void> },
  ) => {
    fake.serializers.set(viewType, serializer);
    return nothing;
  },
  createTreeView: (id: string, options: { treeDataProvider: unknown; canSelectMany?: boolean }) => {
    const tree: FakeTree & Disposes & { reveal(): void } = { visible: true, ...options, ...nothing, reveal: () => undefined };
    fake.trees.set(id, tree);
    return tree;
  },
  registerFileDecorationProvider: (provider: (typeof fake.decorations)[number]) => {
    fake.decorations.push(provider);
    return nothing;
  },
  showInformationMessage: say,
  showWarningMessage: say,
  showErrorMessage: say,
  setStatusBarMessage: (text: string) => {
    fake.statusMessages.push(text);
    return nothing;
  },
  showQuickPick: async (given: unknown, options: { canPickMany?: boolean } = {}) => {
    const items = (await given) as unknown[];
    fake.offered.push(items.map(labelOf));
    const answer = fake.answers.shift();
    if (options.canPickMany) return Array.isArray(answer) ? items.filter((i) => answer.some((a) => fits(labelOf(i), a))) : undefined;
    return items.find((i) => fits(labelOf(i), answer));
  },
  createQuickPick: () => {
    const [accepted, hidden, changed] = [new EventEmitter<void>(), new EventEmitter<void>(), new EventEmitter<string>()];
    const pick = {
      items: [] as { label: string }[],
      selectedItems: [] as { label: string }[],
      value: '',
      onDidAccept: accepted.event,
      onDidHide: hidden.event,
      onDidChangeValue: changed.event,
      show: () => (fake.quickPick = pick),
      hide: () => hidden.fire(),
      dispose: () => undefined,
      type: (text: string) => {
        pick.value = text;
        changed.fire(text);
      },
      accept: (label: string | RegExp) => {
        pick.selectedItems = pick.items.filter((i) => fits(i.label, label)).slice(0, 1);
        accepted.fire();
      },
    };
    return pick;
  },
  showInputBox: () => Promise.resolve(fake.answers.shift() as string | undefined),
  showOpenDialog: () => Promise.resolve(fake.answers.shift() as Uri[] | undefined),
  showSaveDialog: () => Promise.resolve(fake.answers.shift() as Uri | undefined),
  showWorkspaceFolderPick: () => Promise.resolve(undefined),
  showTextDocument: (uri: Uri) => Promise.resolve(void fake.executed.push(['showTextDocument', uri])),
  withProgress: (_options: unknown, work: (progress: unknown, token: unknown) => unknown) =>
    work({ report: () => undefined }, { isCancellationRequested: false, onCancellationRequested: never }),
  createStatusBarItem: () => ({ ...nothing, show: () => undefined, hide: () => undefined }),
  createOutputChannel: () => ({
    ...nothing,
    show: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (what: string, error: unknown) => fake.messages.push(`log: ${what}: ${String(error)}`),
  }),
  registerUriHandler: never,
  onDidChangeActiveTextEditor: never,
};

const folderOf = (uri: Uri): { uri: Uri; name: string } | undefined => {
  const path = fake.folders.find((f) => uri.scheme === 'file' && (uri.fsPath === f || uri.fsPath.startsWith(f + sep)));
  return path === undefined ? undefined : { uri: Uri.file(path), name: basename(path) };
};

export const workspace = {
  get isTrusted(): boolean {
    return fake.trusted;
  },
  get workspaceFolders(): { uri: Uri; name: string }[] | undefined {
    return fake.folders.length === 0 ? undefined : fake.folders.map((f) => ({ uri: Uri.file(f), name: basename(f) }));
  },
  getWorkspaceFolder: folderOf,
  asRelativePath: (of: Uri | string): string => {
    const path = typeof of === 'string' ? of : of.fsPath;
    const folder = folderOf(Uri.file(path));
    return folder ? relative(folder.uri.fsPath, path) : path;
  },
  onDidChangeWorkspaceFolders: (listener: Listener<void>) => fake.foldersChanged.event(listener),
  onDidGrantWorkspaceTrust: (listener: Listener<void>) => fake.trustGranted.event(listener),
  onDidChangeConfiguration: never,
  onDidChangeTextDocument: never,
  onDidOpenTextDocument: never,
  onDidCloseTextDocument: never,
  textDocuments: [],
  createFileSystemWatcher: () => ({ ...nothing, onDidChange: never, onDidCreate: never, onDidDelete: never }),
  findFiles: () => Promise.resolve([]),
  getConfiguration: (section: string) => ({ get: (key: string, fallback: unknown) => fake.settings[`${section}.${key}`] ?? fallback }),
  registerTextDocumentContentProvider: (scheme: string, provider: { provideTextDocumentContent(uri: Uri): Promise<string> | string }) => {
    fake.documents.set(scheme, provider);
    return nothing;
  },
  openTextDocument: async (uri: Uri) => {
    const text = (await fake.documents.get(uri.scheme)?.provideTextDocumentContent(uri)) ?? (await readFile(uri.fsPath, 'utf8'));
    return { uri, isDirty: false, getText: () => text };
  },
  fs: {
    readFile: (uri: Uri) => readFile(uri.fsPath),
    writeFile: async (uri: Uri, data: Uint8Array) => {
      await mkdir(dirname(uri.fsPath), { recursive: true });
      await writeFile(uri.fsPath, data);
    },
    stat: (uri: Uri) => stat(uri.fsPath),
    createDirectory: (uri: Uri) => mkdir(uri.fsPath, { recursive: true }),
    copy: (from: Uri, to: Uri, { overwrite = false } = {}) =>
      cp(from.fsPath, to.fsPath, { recursive: true, force: overwrite, errorOnExist: !overwrite }),
  },
};

export const commands = {
  registerCommand: (id: string, handler: (...args: unknown[]) => unknown) => {
    fake.commands.set(id, handler);
    return { dispose: () => void fake.commands.delete(id) };
  },
  executeCommand: (id: string, ...args: unknown[]): Promise<unknown> => {
    if (id === 'setContext') return Promise.resolve(void fake.context.set(args[0] as string, args[1]));
    if (fake.commands.has(id)) return Promise.resolve(fake.command(id, ...args));
    fake.executed.push([id, ...args]);
    return Promise.resolve(undefined);
  },
};

export const env = {
  uriScheme: 'vscode',
  remoteName: undefined,
  appHost: 'desktop',
  clipboard: { writeText: (text: string) => Promise.resolve(void (fake.clipboard = text)) },
};

export const languages = {
  setTextDocumentLanguage: (document: object, languageId: string) => Promise.resolve({ ...document, languageId }),
  registerCodeLensProvider: never,
  registerHoverProvider: never,
  registerCompletionItemProvider: never,
  registerCodeActionsProvider: never,
  registerDefinitionProvider: never,
  createDiagnosticCollection: () => ({ ...nothing, set: () => undefined, delete: () => undefined, clear: () => undefined }),
};

export const extensions = { getExtension: () => undefined, onDidChange: never };
