/** What a way's last stage changed on questions like those it trained on, and on others. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Change, Changes } from './change.js';
import { columnTitle, difference, differenceRange, points, range } from '../shared/scoreText.js';

export function changeTable({ inDomain, outOfDomain }: Changes, sources: readonly string[]): TemplateResult {
  const trained = sources.length > 0 ? `trained on ${sources.join(', ')}` : 'what it trained on is not recorded';
  return html`
    <table class="changes">
      <thead>
        <tr>
          <th scope="col">suite</th>
          <th class="number" scope="col">before</th>
          <th class="number" scope="col">after</th>
          <th class="number" scope="col" title="After minus before, in percentage points">change</th>
        </tr>
      </thead>
      ${part(`in-domain: ${trained}`, inDomain)} ${part('out-of-domain', outOfDomain)}
    </table>
  `;
}

const part = (heading: string, rows: readonly Change[]): TemplateResult => html`
  <tbody>
    <tr class="part">
      <th colspan="4" scope="rowgroup">${heading}</th>
    </tr>
    ${
      rows.length > 0
        ? rows.map(row)
        : html`<tr>
            <td colspan="4" class="quiet">no suite was measured at both checkpoints</td>
          </tr>`
    }
  </tbody>
`;

const row = ({ column, before, after, difference: change, clear }: Change): TemplateResult => html`
  <tr>
    <th scope="row">${columnTitle(column)}</th>
    <td class="number" title=${range(before)}>${points(before.mean)}</td>
    <td class="number" title=${range(after)}>${points(after.mean)}</td>
    <td class="number">
      <b class=${clear ? '' : 'quiet'}>${difference(change.mean)}</b>
      <span class="quiet">${differenceRange(change)}</span>
      ${clear ? nothing : html`<span class="visually-hidden">, may be no change</span>`}
    </td>
  </tr>
`;
