/** The bins of the calibration plot as a table: the same in numbers. */
import { html, type TemplateResult } from 'lit';
import type { Reliability, ReliabilityBin } from '../../src/core/platt.js';
import { percent } from '../../src/core/format.js';
import { binText, probabilityText } from './opinionFacts.js';

export const binTable = ({ bins }: Reliability, chosen: number | undefined, choose: (bin: ReliabilityBin) => void): TemplateResult => html`
  <table class="bins">
    <thead>
      <tr>
        <th scope="col">probability</th>
        <th scope="col" class="number" title="Mean probability of the bin's solutions">said</th>
        <th scope="col" class="number" title="Share of them that the rule counts as right">right</th>
        <th scope="col" class="number">solutions</th>
      </tr>
    </thead>
    <tbody>
      ${bins.map(
        (b) => html`
          <tr class=${b.low === chosen ? 'selected' : ''}>
            <th scope="row">
              <button
                class="link"
                aria-pressed=${b.low === chosen ? 'true' : 'false'}
                title=${b.low === chosen ? 'List all solutions' : 'List the solutions of this bin'}
                @click=${() => choose(b)}
              >
                ${binText(b)}
              </button>
            </th>
            <td class="number">${probabilityText(b.mean)}</td>
            <td class="number">${percent(b.right)}</td>
            <td class="number">${b.n.toLocaleString('en-US')}</td>
          </tr>
        `,
      )}
    </tbody>
  </table>
`;
