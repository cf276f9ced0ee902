/** Memory, planned and measured, and how fast the run is, below its curves. */
import { html, type TemplateResult } from 'lit';
import type { ResourcesView } from '../../src/contracts/resources.js';
import { memoryFacts, resourcesSummary, speedFacts, type ResourceFact } from './resourcesFacts.js';

export const resourcesView = (view: ResourcesView, method: string): TemplateResult => html`
  <details class="resources">
    <summary>
      <h2>Memory and speed</h2>
      <span class="quiet">${resourcesSummary(view)}</span>
    </summary>
    ${table('Memory', memoryFacts(view))} ${table('Speed', speedFacts(view, method))}
  </details>
`;

const table = (caption: string, facts: readonly ResourceFact[]): TemplateResult => html`
  <table class="facts">
    <caption>
      ${caption}
    </caption>
    <tbody>
      ${facts.map(
        ({ label, value, detail }) => html`
          <tr>
            <th scope="row">${label}</th>
            <td class="number">${value}</td>
            <td class="quiet">${detail}</td>
          </tr>
        `,
      )}
    </tbody>
  </table>
`;
