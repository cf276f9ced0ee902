import { workspace, type Memento } from 'vscode';
import { addressPath, parseAddress, type Address } from '../protocol/address.js';

/** What a window is to do once its folder is open: show a page, or begin the example that is in a folder. */
export type Intention = { address: Address } | { example: string };

const key = 'afterOpening';
/** An intention is dropped after this time, so that it is no surprise when the folder is opened later. */
const FORGOTTEN_MS = 10 * 60_000;

interface StoredIntention {
  folder: string;
  /** Milliseconds since 1970. */
  until: number;
  /** Address of the page; when it is left out, the example is begun. */
  path?: string;
}

/** Opening a folder starts another extension host: what was to follow is handed to it through VS Code's storage. */
export class AfterOpening {
  constructor(private readonly storage: Memento) {}

  async remember(folder: string, what: Intention): Promise<void> {
    const kept: StoredIntention = {
      folder,
      until: Date.now() + FORGOTTEN_MS,
      ...('address' in what && { path: addressPath(what.address) }),
    };
    await this.storage.update(key, kept);
  }

  /** @returns what this window was opened for; undefined at the second call */
  async take(): Promise<Intention | undefined> {
    const kept = this.storage.get<StoredIntention>(key);
    if (!kept || !workspace.workspaceFolders?.some((f) => f.uri.fsPath === kept.folder)) return undefined;
    await this.storage.update(key, undefined);
    if (Date.now() > kept.until) return undefined;
    if (kept.path === undefined) return { example: kept.folder };
    const address = parseAddress(kept.path);
    return address && { address };
  }
}
