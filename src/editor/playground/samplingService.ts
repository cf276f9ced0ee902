import { join } from 'node:path';
import { window, type QuickPickItem, type SecretStorage } from 'vscode';
import { findNode } from '../../backends/findNode.js';
import { originOf, type Endpoint } from '../../sampling/endpoint/endpoint.js';
import { isLoopback, networkEnv, unusedProxy } from '../../sampling/networkEnv.js';
import { network } from '../network.js';
import type { SamplingProcess } from '../../sampling/samplingProcess.js';
import { Disposable } from '../disposable.js';
import { settings } from '../settings.js';
import { requireTrust } from '../trust.js';

/** What a window samples with: one process for all its tabs, started when it is needed, and the keys of endpoints. */
export class Sampling extends Disposable {
  private running: { nodePath: string; process: Promise<SamplingProcess> } | undefined;

  constructor(
    private readonly dist: string,
    private readonly secrets: SecretStorage,
  ) {
    super();
    this.register({ dispose: () => void this.end() });
  }

  /** @throws when the Node of the settings does not work */
  process(): Promise<SamplingProcess> {
    const nodePath = settings.nodePath();
    if (this.running?.nodePath !== nodePath) {
      void this.end();
      this.running = { nodePath, process: this.start(nodePath) };
      this.running.process.catch(() => (this.running = undefined)); // said to the one who asked; the next one tries again
    }
    return this.running.process;
  }

  /**
   * The key of an endpoint. A key belongs to the origin (scheme, host and port) for which it was given: the settings of a workspace cannot
   * send it elsewhere under the same name.
   */
  async keyOf(endpoint: Pick<Endpoint, 'url'>): Promise<string | undefined> {
    const origin = originOf(endpoint);
    return origin === undefined ? undefined : this.secrets.get(secretOf(origin));
  }

  /** What a person should know of the way to an endpoint. */
  notesOn({ url }: Endpoint): string[] {
    const note = isLoopback(url) ? null : unusedProxy(process.env, network());
    return note === null ? [] : [note];
  }

  /** Asks for the key of an endpoint, and keeps it in the secret storage; an empty one is forgotten. @param name of the endpoint */
  async askKey(name?: unknown): Promise<void> {
    requireTrust('no key is kept for it');
    const endpoints = settings.endpoints();
    const endpoint = endpoints.find((e) => e.name === name) ?? (await pickEndpoint('Set endpoint API key'));
    if (!endpoint) return;
    const origin = originOf(endpoint);
    if (origin === undefined)
      throw new Error(`"${endpoint.url}" is no URL. Correct the endpoint ${endpoint.name} in the setting grpoLab.endpoints.`);
    const key = await window.showInputBox({
      title: `API key of ${endpoint.name}`,
      prompt: `Kept in VS Code's secret storage, and sent to ${origin} only. Leave it empty to forget it.`,
      password: true,
      ignoreFocusOut: true,
    });
    if (key === undefined) return;
    if (key.trim() === '') await this.secrets.delete(secretOf(origin));
    else await this.secrets.store(secretOf(origin), key.trim());
  }

  private async start(nodePath: string): Promise<SamplingProcess> {
    const [{ SamplingProcess: Process }, { executable }] = await Promise.all([
      import('../../sampling/samplingProcess.js'),
      findNode(nodePath),
    ]);
    return new Process({ executable, script: join(this.dist, 'sampler.cjs'), env: networkEnv(process.env, network()) });
  }

  private async end(): Promise<void> {
    const running = this.running;
    this.running = undefined;
    (await running?.process.catch(() => undefined))?.close(); // one that did not start was told to whoever asked, and has nothing to close
  }
}

const secretOf = (origin: string): string => `endpoint ${origin}`;

/** Asks for one of the endpoints of the settings. @throws when there is none */
export async function pickEndpoint(title: string): Promise<Endpoint | undefined> {
  const endpoints = settings.endpoints();
  if (endpoints.length === 0) throw new Error('There is no endpoint yet. Name one in the setting grpoLab.endpoints.');
  const items: (QuickPickItem & { value: Endpoint })[] = endpoints.map((e) => ({
    label: e.name,
    description: `${e.model} at ${e.url}`,
    value: e,
  }));
  return (await window.showQuickPick(items, { ignoreFocusOut: true, title, placeHolder: 'Endpoint' }))?.value;
}
