/** `<modes-over-training .run>`: how many different things the solutions of a question say, at every step. */
import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { percent } from '../../src/core/format.js';
import { modeMeans, modesTotal } from '../../src/core/modes.js';
import { modesOf, type ModesView } from '../../src/contracts/question.js';
import { nearMethod } from '../../src/words/nearDuplicatesText.js';
import type { CursorEvent, PointEvent, RangeEvent } from '../shared/charts/lineChart.js';
import type { Range } from '../shared/charts/chartConfig.js';
import { host } from '../shared/host.js';
import type { RequestOptions } from '../shared/page.js';
import { ReadOnOpen } from '../shared/readOnOpen.js';
import { modeCharts } from './modeLines.js';

class ModesOverTraining extends ReadOnOpen<ModesView> {
  static override properties: PropertyDeclarations = {
    ...ReadOnOpen.properties,
    run: { attribute: false },
    cursor: { state: true },
    range: { state: true },
  };
  declare run: string;
  declare private cursor: number | undefined;
  declare private range: Range | undefined;
  protected override readonly heading = 'Different answers and near-duplicates over training';

  protected override get about(): string {
    return this.run;
  }

  protected override read(options: RequestOptions): Promise<ModesView> {
    this.cursor = this.range = undefined;
    return host.request(modesOf, { run: this.run }, options);
  }

  protected override headline({ steps }: ModesView): string {
    if (steps.length === 0) return 'no step with groups';
    const { near, repeated } = modeMeans(modesTotal(steps));
    return `${percent(near)} near-duplicates, ${percent(repeated)} repeated letter by letter`;
  }

  protected override content({ steps, read, all, stride }: ModesView): TemplateResult {
    return html`
      <div class="charts">
        ${modeCharts(steps).map(
          ({ heading, lines, notes }) =>
            html`<line-chart
              .heading=${heading}
              .lines=${lines}
              .notes=${notes}
              .range=${this.range}
              .cursor=${this.cursor}
              @chart-cursor=${(e: CursorEvent) => (this.cursor = e.detail.x)}
              @chart-range=${(e: RangeEvent) => (this.range = e.detail.range)}
              @chart-point=${({ detail: { step } }: PointEvent) => this.go(step)}
            ></line-chart>`,
        )}
      </div>
      ${
        read < all
          ? html`<p>
              Only the first ${read.toLocaleString('en-US')} of ${all.toLocaleString('en-US')} steps were read in the time there was.
              <code>grpo-lab modes</code> reads all.
            </p>`
          : nothing
      }
      <p class="quiet">
        ${stride > 1 ? `A point stands for ${stride.toLocaleString('en-US')} steps behind each other. ` : ''}Of each group; a click on a
        point opens its step. ${nearMethod}
      </p>
    `;
  }

  private go(step: number): void {
    const detail = { address: { run: this.run, step }, aside: false };
    this.dispatchEvent(new CustomEvent('go', { detail, bubbles: true }));
  }
}

customElements.define('modes-over-training', ModesOverTraining);
