import { env, Uri, window, workspace, commands, type UriHandler } from 'vscode';
import { runOf, type Address } from '../protocol/address.js';
import { linkText, parseLink, type Link } from '../protocol/link.js';
import type { AfterOpening } from './afterOpening.js';
import { Disposable } from './disposable.js';
import type { Labs } from './labs.js';

/** How long the status bar says that a link was copied. */
const SAID_MS = 3000;

/** Copies links to pages, and opens them: `vscode://<publisher>.<name>/runs/<id>/step 42/group 7?folder=/home/me/sums` */
export class Links extends Disposable implements UriHandler {
  constructor(
    private readonly extensionId: string,
    private readonly labs: Labs,
    private readonly later: AfterOpening,
    private readonly open: (address: Address) => Promise<void>,
  ) {
    super();
    this.register(window.registerUriHandler(this));
  }

  /** Copies a link with the folder that holds the run, so that another window finds it, and says so in the status bar. */
  async copy(address: Address): Promise<void> {
    const run = runOf(address);
    const lab = run === undefined ? undefined : await this.labs.labOf(run);
    const folder = lab?.folder ?? workspace.workspaceFolders?.at(0)?.uri.fsPath;
    await env.clipboard.writeText(linkText(env.uriScheme, this.extensionId, { address, ...(folder !== undefined && { folder }) }));
    window.setStatusBarMessage('$(link) Link copied', SAID_MS);
  }

  /** Opens what a link or a bare address names, here or, when asked, in a window of its folder. @param text pasted, typed, or of a link */
  async follow(text: string): Promise<void> {
    const link = parseLink(text);
    if (!link) throw new Error(`"${text.slice(0, 200)}" is not the address of a run, step, group, solution or page.`);
    const run = runOf(link.address);
    if (run === undefined || (await this.labs.ask.run(run))) await this.open(link.address);
    else await this.offerFolder(run, link);
  }

  async handleUri(uri: Uri): Promise<void> {
    try {
      await this.follow(uri.toString());
    } catch (error) {
      void window.showErrorMessage(`GRPO Lab cannot open this link: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** The run is not in this window: its folder is named, and opened when a person says so. */
  private async offerFolder(run: string, { address, folder }: Link): Promise<void> {
    if (folder === undefined) throw new Error(`there is no run ${run} in this window, and the link does not say which folder holds it.`);
    if (this.labs.directories().some((directory) => Uri.file(directory).path === Uri.joinPath(Uri.file(folder), '.grpo-lab').path))
      throw new Error(`there is no run ${run} in ${folder} any more.`);
    const exists = await workspace.fs.stat(Uri.file(folder)).then(
      () => true,
      () => false,
    );
    if (!exists)
      throw new Error(
        `its run is in the folder ${folder}, which is not on this machine. Open your copy of that folder and paste the link there.`,
      );
    const open = 'Open Folder';
    if ((await window.showInformationMessage(`${run} is in ${folder}, which is not open in this window.`, open)) !== open) return;
    await this.later.remember(folder, { address });
    await commands.executeCommand('vscode.openFolder', Uri.file(folder), { forceNewWindow: true });
  }
}
