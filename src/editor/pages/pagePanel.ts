import { Uri, type WebviewPanel } from 'vscode';
import type { Address } from '../../protocol/address.js';
import type { RunChange } from '../../store/views.js';
import { act, changed, goTo } from '../../contracts/everyPage.js';
import type { PageAction, PageKind } from '../../contracts/pageKinds.js';
import type { NotificationType } from '../../contracts/messaging.js';
import { Disposable } from '../disposable.js';
import { pageHtml } from './html.js';
import { Router } from './router.js';

/** One tab with a page of ours in it. The page is thrown away while its tab is hidden and starts again when it is shown. */
export class PagePanel extends Disposable {
  /** A text field of the page has the focus. */
  editing = false;
  readonly router: Router;
  private started = false;

  constructor(
    readonly kind: PageKind,
    readonly panel: WebviewPanel,
    public address: Address,
    root: Uri,
    report: (problem: string, error?: unknown) => void,
  ) {
    super();
    const { webview } = panel;
    webview.options = { enableScripts: true, enableForms: false, localResourceRoots: PagePanel.roots(root) };
    panel.iconPath = {
      light: Uri.joinPath(root, 'media', 'pages', `${kind}-light.svg`),
      dark: Uri.joinPath(root, 'media', 'pages', `${kind}-dark.svg`),
    };
    this.router = new Router((m) => void webview.postMessage(m), report);
    this.register({ dispose: () => this.router.cancelAll() });
    this.register(panel.onDidDispose(() => this.dispose()));
    this.register(panel);
    this.register(
      panel.onDidChangeViewState(() => {
        if (panel.visible) return;
        this.started = this.editing = false;
        this.router.cancelAll();
      }),
    );
    this.register(webview.onDidReceiveMessage((m: unknown) => void this.router.receive(m)));
    const file = (name: string): string => webview.asWebviewUri(Uri.joinPath(root, 'dist', 'webview', name)).toString();
    webview.html = pageHtml({ title: 'GRPO Lab', script: file(`${kind}.js`), style: file(`${kind}.css`), source: webview.cspSource });
  }

  static roots(root: Uri): Uri[] {
    return [Uri.joinPath(root, 'dist', 'webview'), Uri.joinPath(root, 'media')];
  }

  /** The page has loaded and asks for its address: from now on it receives messages. */
  start(): Address {
    this.started = true;
    return this.address;
  }

  show(address: Address, preserveFocus = false): void {
    this.moveOn(address);
    this.panel.reveal(undefined, preserveFocus);
  }

  /** Shows something else where it is, and does not come to the front for it. */
  moveOn(address: Address): void {
    this.address = address;
    if (this.started) this.router.send(goTo, { address });
  }

  act(action: PageAction): void {
    this.tell(act, { action });
  }

  changed({ run, upTo, identity }: RunChange): void {
    this.tell(changed, { run, upTo, identity });
  }

  /** Sends a notification to the page, if it is loaded. What it misses while it is hidden it asks for when it starts again. */
  tell<P>(type: NotificationType<P>, params: P): void {
    if (this.started) this.router.send(type, params);
  }
}
