/** `<address-actions>`: bookmark and copy link, for whatever a page shows. Fires `trouble` with a sentence when the host could not. */
import { html, LitElement, type PropertyValues } from 'lit';
import { messageOf } from '../../src/core/messageOf.js';
import { addressPath, type RunAddress } from '../../src/protocol/address.js';
import { copyLink, isBookmarked, toggleBookmark } from '../../src/contracts/everyPage.js';
import { withKey } from './help.js';
import { host } from './host.js';
import { icon } from './states.js';
import './addressActions.css';

/** How long the link button says that it has copied. */
const copiedFor = 1500;

const isAnother = (a: RunAddress, b: RunAddress | undefined): boolean => b === undefined || addressPath(a) !== addressPath(b);

export class AddressActions extends LitElement {
  static override properties = {
    address: { hasChanged: isAnother },
    bookmarkKey: {},
    bookmarked: { state: true },
    copied: { state: true },
  };
  declare address: RunAddress;
  /** Key of the bookmark action, for the tooltip. */
  declare bookmarkKey: string | undefined;
  declare private bookmarked: boolean;
  declare private copied: boolean;

  constructor() {
    super();
    this.bookmarked = this.copied = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('address')) void this.learn(this.address);
  }

  toggle(): void {
    const { address } = this;
    void this.attempt(async () => {
      const now = await host.request(toggleBookmark, { address });
      if (this.address === address) this.bookmarked = now;
    });
  }

  private async learn(address: RunAddress): Promise<void> {
    this.bookmarked = false;
    await this.attempt(async () => {
      const now = await host.request(isBookmarked, { address });
      if (this.address === address) this.bookmarked = now;
    });
  }

  private copy(): void {
    void this.attempt(async () => {
      await host.request(copyLink, { address: this.address });
      this.copied = true;
      setTimeout(() => (this.copied = false), copiedFor);
    });
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.dispatchEvent(new CustomEvent('trouble', { detail: messageOf(error) }));
    }
  }

  protected override render() {
    const bookmark = this.bookmarked ? 'Remove bookmark' : 'Bookmark';
    return html`
      <button
        class="icon"
        aria-pressed=${this.bookmarked ? 'true' : 'false'}
        aria-label="Bookmark"
        title=${withKey(bookmark, this.bookmarkKey)}
        @click=${() => this.toggle()}
      >
        ${icon('bookmark')}
      </button>
      <button class="icon" title=${this.copied ? 'Copied' : 'Copy link'} aria-label="Copy link" @click=${() => this.copy()}>
        ${icon(this.copied ? 'check' : 'link')}
      </button>
      <span class="visually-hidden" role="status">${this.copied ? 'Link copied' : ''}</span>
    `;
  }
}

customElements.define('address-actions', AddressActions);
