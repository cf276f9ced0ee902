import { html, nothing, type TemplateResult } from 'lit';
import { count } from '../../../src/core/format.js';
import { Chart } from './chart.js';
import { ChartElement } from './chartElement.js';
import { chartColors } from './colors.js';
import { palette, type LineColor } from './line.js';

export interface Slice {
  label: string;
  /** Place in the palette: the same as of its curve elsewhere. */
  place: number;
  /** Share of the whole. */
  value: number;
  /** The share it should have; null where there is none. */
  target: number | null;
}

export interface Ring {
  slices: Slice[];
  /** What the whole is, in `unit`s; null when unknown. */
  total: number | null;
  /** Said in the middle. */
  centre: string;
  unit: string;
}

/** Once round the palette, then fainter. */
const colorOf = ({ place }: Slice): { color: LineColor; opacity: number } => ({
  color: palette[place % palette.length],
  opacity: 0.5 ** Math.floor(place / palette.length),
});

/** `56.0 %` needs one digit more than elsewhere: what is compared here differs by less than one in a hundred. */
const points = (share: number | null): string => (share === null ? '–' : `${(100 * share).toFixed(1)}%`);

/** `<doughnut-chart>`: shares as the outer ring, their targets as the inner one, and both as a table. */
export class DoughnutChart extends ChartElement<'doughnut', number[]> {
  static override properties = { heading: {}, ring: {} };
  heading = '';
  ring: Ring = { slices: [], total: null, centre: '', unit: '' };

  protected override render(): TemplateResult {
    const { slices, centre, unit } = this.ring;
    return html`
      <figure>
        <figcaption><h3>${this.heading}</h3></figcaption>
        <div class="doughnut">
          <div class="rings">
            <canvas role="img" aria-label=${describe(this.heading, this.ring)}></canvas>
            ${centre === '' ? nothing : html`<p aria-hidden="true"><b>${centre}</b><span class="quiet">${unit}</span></p>`}
          </div>
          <div class="shares">
            <table>
              <thead>
                <tr>
                  <th scope="col">source</th>
                  <th scope="col" class="number" title="Share of the ${unit} so far: the outer ring">so far</th>
                  <th scope="col" class="number" title="The share that was asked for: the inner ring">target</th>
                </tr>
              </thead>
              <tbody>
                ${slices.map((s) => this.row(s))}
              </tbody>
            </table>
          </div>
        </div>
      </figure>
    `;
  }

  private row(slice: Slice): TemplateResult {
    const { label, value, target } = slice;
    const { total, unit } = this.ring;
    const { color, opacity } = colorOf(slice);
    const amount = total === null ? '' : `: ${count(Math.round(value * total), unit.replace(/s$/, ''))}`;
    return html`<tr title="${label}${amount}">
      <th scope="row"><i class="swatch ${color}" style="opacity: ${opacity}" aria-hidden="true"></i><span>${label}</span></th>
      <td class="number">${points(value)}</td>
      <td class="number quiet">${points(target)}</td>
    </tr>`;
  }

  protected override updated(): void {
    this.draw();
  }

  protected override draw(): void {
    const canvas = this.querySelector('canvas');
    if (!canvas) return;
    const { slices } = this.ring;
    const colors = chartColors();
    const fill = (faded: number): string[] =>
      slices.map((s) => {
        const { color, opacity } = colorOf(s);
        return colors.line(color, opacity * faded);
      });
    const ring = { borderColor: colors.background, borderWidth: colors.contrast ? 3 : 2, hoverOffset: 0 };
    const data = {
      labels: slices.map((s) => s.label),
      datasets: [
        { ...ring, data: slices.map((s) => s.value), backgroundColor: fill(1), weight: 2 },
        { ...ring, data: slices.map((s) => s.target ?? 0), backgroundColor: fill(colors.contrast ? 1 : 0.55), weight: 1 },
      ],
    };
    if (this.chart) {
      this.chart.data = data;
      this.chart.update('none');
    } else {
      const options = { animation: false, maintainAspectRatio: false, cutout: '55%', events: [] } as const;
      this.chart = new Chart(canvas, { type: 'doughnut', data, options: { ...options, events: [] } });
    }
  }
}

/** The rings in words, for those who cannot see them. */
export function describe(heading: string, { slices, total, unit }: Ring): string {
  const parts = slices.map(({ label, value, target }) => `${label} ${points(value)}${target === null ? '' : `, target ${points(target)}`}`);
  const of = total === null ? '' : ` of ${total.toLocaleString('en-US')} ${unit}`;
  return `${heading}. Shares${of}: ${parts.join('; ')}.`;
}

customElements.define('doughnut-chart', DoughnutChart);
