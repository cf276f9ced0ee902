/** The stages of one way side by side, suite by suite, each with its error bar. */
import { html, nothing, type TemplateResult } from 'lit';
import { publishedCounterpart, publishedStages } from '../../src/core/published.js';
import { breakable } from '../shared/breakable.js';
import { reveal } from '../../src/core/reveal.js';
import { methodLabel, type Way } from './chains.js';
import type { TestedCheckpoint, Column, CellScore } from '../../src/contracts/benchmarkResults.js';
import { checkpointName, points, range, scoreTitle } from '../shared/scoreText.js';

/** @param columns one per suite */
export const stageBars = (way: Way, columns: readonly Column[], published: boolean): TemplateResult => html`
  <div class="stages">
    ${columns
      .filter((c) => way.stops.some((s) => s.scores.has(c.id)))
      .map(
        (column) => html`
          <figure>
            <figcaption>
              <h3>${breakable(column.suite)}</h3>
              <span class="quiet">${reveal(column.mode)}, %</span>
            </figcaption>
            <dl>${way.stops.map((stop) => bar(stop, stop.scores.get(column.id)))} ${published ? publishedBars(column) : nothing}</dl>
          </figure>
        `,
      )}
  </div>
`;

const bar = (stop: TestedCheckpoint, score: CellScore | undefined): TemplateResult => html`
  <div title=${`${checkpointName(stop)}: ${score ? scoreTitle(score) : 'not measured'}`}>
    <dt>${methodLabel(stop)}</dt>
    ${
      score
        ? html`<dd class="bar ${stop.stage ?? 'unknown'}">
              <i style="width: ${100 * score.mean}%"></i>
              <span class="whisker" style="left: ${100 * score.low}%; width: ${100 * (score.high - score.low)}%"></span>
            </dd>
            <dd class="number"><b>${points(score.mean)}</b> <span class="quiet">${range(score)}</span></dd>`
        : html`<dd class="bar none"></dd>
            <dd class="number quiet">not measured</dd>`
    }
  </div>
`;

function publishedBars(column: Column): TemplateResult | typeof nothing {
  const benchmark = publishedCounterpart(column.suite);
  const models = publishedStages.flatMap((m) => {
    const value = benchmark && m.mode === column.mode ? m.scores[benchmark] : undefined;
    return value === undefined ? [] : [{ ...m, value }];
  });
  if (models.length === 0) return nothing;
  return html`
    <div class="heading quiet">published: DeepSeekMath 7B on ${benchmark}, not measured here</div>
    ${models.map(
      ({ stage, model, place, value }) => html`
        <div class="published" title="${model}, ${place}">
          <dt>${stage === 'base' ? 'base' : stage.toUpperCase()}</dt>
          <dd class="bar"><i style="width: ${value}%"></i></dd>
          <dd class="number quiet">${value.toFixed(1)}</dd>
        </div>
      `,
    )}
  `;
}
