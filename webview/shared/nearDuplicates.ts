/** `<near-duplicates .run .scope>`: which solutions of a step, a group or a question nearly say the same, in clusters. */
import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { count } from '../../src/core/format.js';
import { reveal } from '../../src/core/reveal.js';
import { mostNearRows, nearDuplicatesOf } from '../../src/contracts/everyPage.js';
import type { RunAddress } from '../../src/protocol/address.js';
import type { NearDuplicates, NearMember, NearRow, NearScope } from '../../src/store/views.js';
import { memberText, nearLeftText, nearMethod, nearText, rowFacts } from '../../src/words/nearDuplicatesText.js';
import { host } from './host.js';
import { ReadOnOpen } from './readOnOpen.js';
import type { RequestOptions } from './page.js';

/** Members of a cluster that are ways to solutions. */
const mostDoors = 16;

class NearDuplicatesView extends ReadOnOpen<NearDuplicates | null> {
  static override properties: PropertyDeclarations = {
    ...ReadOnOpen.properties,
    run: { attribute: false },
    scope: { attribute: false },
  };
  declare run: string;
  declare scope: NearScope;
  protected override readonly heading = 'Near-duplicates';

  protected override get about(): string {
    return `${this.run} ${JSON.stringify(this.scope)}`;
  }

  protected override read(options: RequestOptions): Promise<NearDuplicates | null> {
    return host.request(nearDuplicatesOf, { run: this.run, scope: this.scope }, options);
  }

  protected override headline(found: NearDuplicates | null): string {
    return found === null ? 'no solutions' : nearText(found);
  }

  protected override content(found: NearDuplicates | null): TemplateResult {
    if (found === null) return html`<p class="quiet">There are no solutions any more.</p>`;
    const left = nearLeftText(found);
    return html`
      ${
        found.rows.length === 0
          ? nothing
          : html`<ol class="clusters">
              ${found.rows.map((row) => this.cluster(row))}
            </ol>`
      }
      ${
        found.clusters > found.rows.length
          ? html`<p class="quiet">
              ${count(found.clusters - found.rows.length, 'smaller cluster')}, beyond the ${mostNearRows} that are listed.
            </p>`
          : nothing
      }
      ${left === undefined ? nothing : html`<p>${left}</p>`}
      <p class="quiet">${nearMethod}</p>
    `;
  }

  private cluster(row: NearRow): TemplateResult {
    const shown = row.members.slice(0, mostDoors);
    return html`<li>
      <p><b>${count(row.size, 'solution')}</b> <span class="quiet">${rowFacts(row).join(' · ')}</span></p>
      <p class="preview">${row.preview === '' ? html`<i>empty text</i>` : reveal(row.preview)}</p>
      <p class="doors">
        ${shown.map((member) => this.door(member))}
        ${row.size > shown.length ? html`<span class="quiet">and ${(row.size - shown.length).toLocaleString('en-US')} more</span>` : nothing}
      </p>
    </li>`;
  }

  private door(member: NearMember): TemplateResult {
    const { step, group, solution } = member;
    return html`<button
      class="link"
      title="Step ${step}, group ${group + 1}, solution ${solution + 1}"
      @click=${(e: MouseEvent) => this.go({ run: this.run, step, group, solution }, e.ctrlKey || e.metaKey)}
    >
      ${memberText(member, this.scope)}
    </button>`;
  }

  private go(address: RunAddress, aside: boolean): void {
    this.dispatchEvent(new CustomEvent('go', { detail: { address, aside }, bubbles: true }));
  }
}

customElements.define('near-duplicates', NearDuplicatesView);
