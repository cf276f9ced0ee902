/** The calibration plot: what the model said against how often it was so, and how often it said it. */
import { svg, type TemplateResult } from 'lit';
import { largest } from '../../src/core/extremes.js';
import { wilsonInterval } from '../../src/core/estimators.js';
import type { Reliability, ReliabilityBin } from '../../src/core/platt.js';
import { tickTexts } from '../shared/charts/tickText.js';
import { count, percent } from '../../src/core/format.js';
import { binText, probabilityText } from './opinionFacts.js';

const side = 240;
const left = 44;
const top = 8;
/** Height of the counts beneath, and the gap between the two. */
const counts = 40;
const gap = 32;
const width = left + side + 12;
const height = top + side + gap + counts + 4;

const named = [0, 0.5, 1];
const texts = tickTexts(named);

const x = (p: number): number => left + p * side;
const y = (share: number): number => top + (1 - share) * side;
const base = top + side + gap + counts;

/** @param chosen the lower end of the bin whose solutions are listed */
export function plot({ bins }: Reliability, chosen: number | undefined, choose: (bin: ReliabilityBin) => void): TemplateResult {
  const most = largest(
    bins.map((b) => b.n),
    1,
  );
  return svg`
    <svg class="reliability" width=${width} height=${height} viewBox="0 0 ${width} ${height}" role="group" aria-label="Calibration plot">
      ${[0, 0.25, 0.5, 0.75, 1].map(
        (t) => svg`
          <line class="grid" x1=${x(0)} x2=${x(1)} y1=${y(t)} y2=${y(t)} />
          <line class="grid" x1=${x(t)} x2=${x(t)} y1=${y(0)} y2=${y(1)} />
        `,
      )}
      ${named.map(
        (t, i) => svg`
          <text x=${left - 6} y=${y(t) + 4} text-anchor="end">${texts[i]}</text>
          <text x=${x(t)} y=${y(0) + 14} text-anchor="middle">${texts[i]}</text>
        `,
      )}
      <text transform="translate(10 ${y(0.5)}) rotate(-90)" text-anchor="middle">share right</text>
      <text transform="translate(10 ${base - counts / 2}) rotate(-90)" text-anchor="middle">count</text>
      <text x=${x(0.5)} y=${y(0) + 26} text-anchor="middle">probability</text>
      <line class="diagonal" x1=${x(0)} y1=${y(0)} x2=${x(1)} y2=${y(1)} />
      <polyline class="curve" points=${bins.map((b) => `${x(b.mean)},${y(b.right)}`).join(' ')} />
      ${bins.map((b) => bin(b, most, b.low === chosen, choose))}
      <line class="axis" x1=${x(0)} x2=${x(1)} y1=${base} y2=${base} />
    </svg>
  `;
}

function bin(b: ReliabilityBin, most: number, chosen: boolean, choose: (bin: ReliabilityBin) => void): TemplateResult {
  const { low, high } = wilsonInterval(Math.round(b.right * b.n), b.n);
  const bar = Math.max(1, (b.n / most) * counts);
  const label = `${binText(b)}: ${percent(b.right)} of ${count(b.n, 'solution')} right, where it said ${probabilityText(b.mean)}`;
  const press = (e: KeyboardEvent): void => {
    if (e.key !== 'Enter' && e.key !== ' ') return;
    e.preventDefault();
    choose(b);
  };
  return svg`
    <g
      class=${chosen ? 'bin chosen' : 'bin'}
      role="button"
      tabindex="0"
      aria-pressed=${chosen ? 'true' : 'false'}
      aria-label=${label}
      @click=${() => choose(b)}
      @keydown=${press}
    >
      <title>${label}</title>
      <rect class="hit" x=${x(b.low)} y=${top} width=${side / 10} height=${side} />
      <rect class="hit" x=${x(b.low)} y=${base - counts} width=${side / 10} height=${counts} />
      <line class="whisker" x1=${x(b.mean)} x2=${x(b.mean)} y1=${y(low)} y2=${y(high)} />
      <circle cx=${x(b.mean)} cy=${y(b.right)} r="4" />
      <rect class="count" x=${x(b.low) + 2} y=${base - bar} width=${side / 10 - 4} height=${bar} />
    </g>
  `;
}
