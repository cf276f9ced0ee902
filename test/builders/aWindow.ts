import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ExtensionContext } from 'vscode';
import manifest from '../../package.json' with { type: 'json' };
import { activate } from '../../src/extension.js';
import { StoreClient } from '../../src/store/client.js';
import { Uri, fake } from './fakeVscode.js';

/** What VS Code keeps for the extension, in a window and between them. */
export class Storage {
  private readonly values = new Map<string, unknown>();
  get = <T>(key: string): T | undefined => this.values.get(key) as T | undefined;
  update = (key: string, value: unknown): Promise<void> => Promise.resolve(void this.values.set(key, value));
}

/** A window of the fake VS Code with the whole extension in it, on a workspace folder of its own that is removed with it. */
export class AWindow {
  readonly folder = mkdtempSync(join(tmpdir(), 'grpo-lab-window-'));
  /** What VS Code keeps of secrets. */
  readonly secrets = new Map<string, string>();
  readonly runsDir = join(this.folder, '.grpo-lab', 'runs');
  private readonly subscriptions: { dispose(): unknown }[] = [];

  constructor(
    /** Shared with the windows that are opened later. */
    private readonly globalState = new Storage(),
  ) {
    fake.reset();
    fake.folders = [this.folder];
    mkdirSync(this.runsDir, { recursive: true });
  }

  /** With the index read up to now. @param trusted whether somebody has said so of the folder */
  async open(trusted = true): Promise<void> {
    fake.trusted = trusted;
    const index = new StoreClient({ root: join(this.folder, '.grpo-lab'), worker: resolve('dist', 'storeWorker.cjs') });
    await index.catchUp();
    await index.close();
    const extensionUri = Uri.file(resolve('.'));
    activate({
      extension: { id: 'grpo-lab.grpo-lab', packageJSON: manifest },
      extensionUri,
      subscriptions: this.subscriptions,
      asAbsolutePath: (path: string) => resolve(path),
      secrets: {
        get: (name: string) => Promise.resolve(this.secrets.get(name)),
        store: (name: string, value: string) => Promise.resolve(void this.secrets.set(name, value)),
        delete: (name: string) => Promise.resolve(void this.secrets.delete(name)),
      },
      workspaceState: new Storage(),
      globalState: this.globalState,
    } as unknown as ExtensionContext);
  }

  close(): void {
    for (const part of this.subscriptions.splice(0).reverse()) part.dispose();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
