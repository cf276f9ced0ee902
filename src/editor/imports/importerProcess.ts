/** The importer process, on behalf of the editor: files are decoded there, never in the extension host. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { CancellationToken } from 'vscode';
import { Lines } from '../../core/lines.js';
import type { ImportedRun } from '../../importing/importOnce.js';
import type { ImporterLine } from '../../importing/importerLines.js';
import type { ImportLook } from '../../importing/look.js';
import type { ImportRequest } from '../../importing/request.js';
import { importerFlags } from '../../launch/importerProgram.js';

export class ImporterProcess {
  constructor(
    private readonly distFolder: string,
    private readonly runsDir: string,
  ) {}

  async look(path: string, token: CancellationToken): Promise<ImportLook | undefined> {
    const last = await this.run('look', { path }, token);
    return last?.kind === 'look' ? last.look : undefined;
  }

  /** @returns undefined when it was cancelled: then nothing of it is left */
  async once(request: ImportRequest, token: CancellationToken, progress: (share: number) => void): Promise<ImportedRun | undefined> {
    const last = await this.run('once', request, token, (line) => {
      if (line.kind === 'progress' && line.of > 0) progress(line.bytes / line.of);
    });
    return last?.kind === 'imported' ? last.run : undefined;
  }

  /** @returns the directory of the run that follows it */
  async follow(request: ImportRequest, token: CancellationToken): Promise<string | undefined> {
    const last = await this.run('follow', request, token);
    return last?.kind === 'following' ? last.directory : undefined;
  }

  /** @returns its last line; @throws what it failed with */
  private run(
    what: 'look' | 'once' | 'follow',
    request: ImportRequest,
    token: CancellationToken,
    each: (line: ImporterLine) => void = () => undefined,
  ): Promise<ImporterLine | undefined> {
    const args = [
      ...importerFlags,
      join(this.distFolder, 'importer.cjs'),
      what,
      '--into',
      this.runsDir,
      '--request',
      JSON.stringify(request),
    ];
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, args, { env, windowsHide: true, stdio: ['pipe', 'pipe', 'pipe'] });
      let last: ImporterLine | undefined;
      let words = '';
      const lines = new Lines();
      child.stdout.setEncoding('utf8').on('data', (piece: string) => {
        for (const text of lines.take(piece)) {
          last = JSON.parse(text) as ImporterLine;
          each(last);
        }
      });
      child.stderr.setEncoding('utf8').on('data', (piece: string) => (words = (words + piece).slice(-2000)));
      child.stdin.on('error', () => undefined); // it ended before it was told to
      const cancel = token.onCancellationRequested(() => child.stdin.end());
      child.once('error', reject);
      child.once('close', (code) => {
        cancel.dispose();
        if (token.isCancellationRequested) resolve(undefined);
        else if (last?.kind === 'failed') reject(new Error(last.message));
        else if (code !== 0) reject(new Error(words.trim() || `The importer ended with code ${code ?? 'none'}.`));
        else resolve(last);
      });
    });
  }
}
