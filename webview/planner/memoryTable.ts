/** Every part of one method: its formula, with the numbers in it, and its bytes. */
import { html, nothing, type TemplateResult } from 'lit';
import { symbols, symbolValues, type MemoryPart, type Symbol } from '../../src/core/memory.js';
import { compact, memory } from '../../src/core/format.js';
import { icon } from '../shared/states.js';
import { filled, bytesInPeak, inPeak, kindLabel, modelLabel, ownerLabel, type Bar, type Owner } from './comparison.js';

/** Large counts are shortened: 6.91B parameters. */
const numberText = (n: number): string => (n >= 1e6 ? compact(n) : n.toLocaleString('en-US'));

export function table(bar: Bar): TemplateResult {
  const { devices } = bar.plan;
  return html`
    <table>
      <thead>
        <tr>
          <th>Part</th>
          <th class="formula">Bytes</th>
          <th class="number">Unsharded</th>
          <th class="number">Per device</th>
        </tr>
      </thead>
      ${bar.owners.map(
        ({ owner, parts }) => html`
          <tbody>
            ${ownerRow(bar, owner, parts)} ${parts.map((p) => partRow(bar, p))}
          </tbody>
        `,
      )}
      <tfoot>
        <tr>
          <th scope="row" colspan="2">At the peak${bar.turn === undefined ? '' : `, ${turnText(bar)}`}</th>
          <td class="number">${memory(bar.whole)}</td>
          <td class="number">${memory(bar.perDevice)}</td>
        </tr>
      </tfoot>
    </table>
    <p class="symbols quiet">
      ${(Object.keys(symbols) as Symbol[]).map(
        (letter) => html`<span><b class="mono">${letter}</b> ${symbols[letter]} ${numberText(symbolValues(bar.plan)[letter])}</span>`,
      )}
      ${devices > 1 ? html`<span><b class="mono">÷ ${devices.toLocaleString('en-US')}</b> sharded over the devices</span>` : nothing}
    </p>
  `;
}

/** Nothing at the peak: its parts have their turn before or after. */
const bytesText = (bytes: number): string => (bytes === 0 ? '–' : memory(bytes));

const ownerRow = (bar: Bar, owner: Owner, parts: readonly MemoryPart[]): TemplateResult => html`
  <tr class="owner-row">
    <th scope="rowgroup" colspan="2"><i class="swatch ${owner}"></i>${ownerLabel[owner]}</th>
    <td class="number">${bytesText(bytesInPeak(bar, parts, 'whole'))}</td>
    <td class="number">${bytesText(bytesInPeak(bar, parts, 'perDevice'))}</td>
  </tr>
`;

function partRow(bar: Bar, p: MemoryPart): TemplateResult {
  const away = !inPeak(bar, p);
  return html`
    <tr class=${away ? 'away' : ''} title=${away ? 'Not held at the peak: its room is given back before' : nothing}>
      <th scope="row">${kindLabel[p.kind]} ${away ? icon('arrow-swap') : nothing}</th>
      <td class="formula">
        <span class="mono">${p.formula}${divided(bar, p)}</span>
        <span class="mono quiet">${filled(p.formula, symbolValues(bar.plan), numberText)}${divided(bar, p)}</span>
      </td>
      <td class="number">${memory(p.whole)}</td>
      <td class="number">${memory(p.perDevice)}</td>
    </tr>
  `;
}

const divided = (bar: Bar, p: MemoryPart): string => (p.sharded ? ` ÷ ${bar.plan.devices.toLocaleString('en-US')}` : '');

const turnText = ({ turn }: Bar): string =>
  turn === 'sampling' ? 'while sampling' : turn === undefined ? '' : `while the ${modelLabel[turn].toLowerCase()} is updated`;
