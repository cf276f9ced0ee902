import { env, Uri, window, type UriHandler } from 'vscode';
import { addressPath, parseAddress, type Address } from '../protocol/address.js';
import { Disposable } from './disposable.js';

/** `vscode://<publisher>.<name>/runs/<id>/step 42/group 7/solution 3`, `vscode://…/planner`: made for the clipboard, opened from anywhere. */
export class Links extends Disposable implements UriHandler {
  constructor(
    private readonly extensionId: string,
    private readonly open: (address: Address) => Promise<void>,
  ) {
    super();
    this.register(window.registerUriHandler(this));
  }

  to(address: Address): string {
    return Uri.from({ scheme: env.uriScheme, authority: this.extensionId, path: addressPath(address) }).toString();
  }

  async handleUri(uri: Uri): Promise<void> {
    const address = parseAddress(uri.path);
    if (address) await this.open(address);
    else void window.showErrorMessage(`GRPO Lab cannot open this link: ${uri.path.slice(0, 200)} is not the address of a page.`);
  }
}
