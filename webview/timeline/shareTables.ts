/** What the time of a run went into, as numbers: by phase, and by lane. */
import { html, nothing, type TemplateResult } from 'lit';
import { duration, percent } from '../../src/core/format.js';
import { reveal } from '../../src/core/reveal.js';
import type { ShareOfLane, TimeShares } from '../../src/store/views.js';
import { waitingName } from './words.js';

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** @param names as they are shown @param colors a class for each */
export function phaseTable(shares: TimeShares, names: readonly string[], colors: readonly string[]): TemplateResult {
  const { busy, waiting } = shares.total;
  const all = sum(busy) + waiting;
  const row = (color: string, name: string, seconds: number): TemplateResult => html`
    <tr>
      <th scope="row"><span class="swatch ${color}" aria-hidden="true"></span><span>${reveal(name)}</span></th>
      <td class="number">${duration(seconds)}</td>
      <td class="number">${percent(seconds / all)}</td>
    </tr>
  `;
  return html`<table class="phases">
    <caption class="visually-hidden">
      Time by phase
    </caption>
    <thead>
      <tr>
        <th scope="col">phase</th>
        <th scope="col" class="number">time</th>
        <th scope="col" class="number">share</th>
      </tr>
    </thead>
    <tbody>
      ${names.map((name, k) => row(colors[k], name, busy[k]))} ${waiting > 0 ? row('phase-none', waitingName(shares), waiting) : nothing}
    </tbody>
  </table>`;
}

/** Who worked and who waited, and for what most. */
export function laneTable({ lanes }: TimeShares, names: readonly string[]): TemplateResult | typeof nothing {
  if (lanes.length < 2) return nothing;
  return html`<table class="lanes">
    <caption class="visually-hidden">
      Time by lane
    </caption>
    <thead>
      <tr>
        <th scope="col">lane</th>
        <th scope="col" class="number">busy</th>
        <th scope="col" class="number">waiting</th>
        <th scope="col">mostly during</th>
      </tr>
    </thead>
    <tbody>
      ${lanes.map((lane) => laneRow(lane, names))}
    </tbody>
  </table>`;
}

function laneRow({ lane, busy, waiting, alone }: ShareOfLane, names: readonly string[]): TemplateResult {
  const waits = sum(waiting);
  const all = sum(busy) + waits + alone;
  const reasons = waiting
    .map((seconds, k) => ({ name: names[k], seconds }))
    .filter(({ seconds }) => waits > 0 && seconds / waits >= 0.1)
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, 3)
    .map(({ name, seconds }) => `${name} ${percent(seconds / waits)}`);
  const share = (seconds: number): string => (all === 0 ? '–' : percent(seconds / all));
  return html`<tr>
    <th scope="row"><span>${reveal(lane)}</span></th>
    <td class="number" title=${duration(sum(busy))}>${share(sum(busy))}</td>
    <td class="number" title="${duration(waits)}; ${duration(alone)} in which no lane did anything">${share(waits)}</td>
    <td>${reveal(reasons.join(', '))}</td>
  </tr>`;
}
