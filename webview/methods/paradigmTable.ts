/** The paradigm's table, with this workspace's runs in it. */
import { html, nothing, type TemplateResult } from 'lit';
import { count } from '../../src/core/format.js';
import '../shared/richText.js';
import type { MethodUsage } from '../../src/contracts/methods.js';
import { paradigm, type MethodRow } from './paradigm.js';

type Open = (run: string, aside: boolean) => void;

export function paradigmTable(usage: readonly MethodUsage[], open: Open): TemplateResult {
  const known = new Set<string>(paradigm.map((m) => m.name));
  const others = usage.filter((u) => !known.has(u.method));
  return html`
    <table class="paradigm">
      <thead>
        <tr>
          <th scope="col">method</th>
          <th scope="col">data</th>
          <th scope="col">reward</th>
          <th scope="col">gradient coefficient</th>
          <th scope="col">online</th>
          <th scope="col">runs here</th>
          <th scope="col" class="number" title="Best held-out accuracy after the first step, greedy">best held-out</th>
        </tr>
      </thead>
      <tbody>
        ${paradigm.map((m) =>
          row(
            m,
            usage.find((u) => m.name === u.method),
            open,
          ),
        )}
        ${others.map(
          (u) =>
            html`<tr class="other">
              <th scope="row">${u.method}</th>
              <td colspan="4" class="quiet" data-label="data">not one of the paper’s</td>
              ${runsOf(u, open)}
            </tr>`,
        )}
      </tbody>
    </table>
  `;
}

const row = ({ label, data, reward, coefficient, online }: MethodRow, usage: MethodUsage | undefined, open: Open): TemplateResult => html`
  <tr>
    <th scope="row">${label}</th>
    <td data-label="data">${data}</td>
    <td data-label="reward">${reward}</td>
    <td data-label="coefficient" class="formula"><tex-formula .latex=${coefficient}></tex-formula></td>
    <td data-label="online">${online ? 'yes' : 'no'}</td>
    ${runsOf(usage, open)}
  </tr>
`;

function runsOf(usage: MethodUsage | undefined, open: Open): TemplateResult {
  if (!usage)
    return html`<td data-label="runs here" class="quiet">none</td>
      <td data-label="best held-out" class="number quiet">–</td>`;
  const { runs, newest, best } = usage;
  const link = (run: string, text: TemplateResult | string, title: string): TemplateResult =>
    html`<button class="link" title=${title} @click=${(e: MouseEvent) => open(run, e.ctrlKey || e.metaKey)}>${text}</button>`;
  return html`
    <td data-label="runs here">
      ${runs === 1 ? nothing : `${count(runs, 'run')}, newest `}${link(newest.run, newest.name, 'Open its dashboard')}
    </td>
    <td data-label="best held-out" class="number">
      ${best ? link(best.run, `${(100 * best.value).toFixed(1)} %`, `${best.name}, step ${best.step}, ${best.n} questions`) : html`<span class="quiet">–</span>`}
    </td>
  `;
}
