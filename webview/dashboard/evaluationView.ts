/** What an evaluation has found so far: each suite with its interval, votes and passes by k, and how the rewards are spread. */
import { html, nothing, type TemplateResult } from 'lit';
import type { BenchmarkView, RewardHistogram, Trend } from '../../src/store/views.js';
import { bySuite, modeOf, scoreOf, type CellScore } from '../../src/contracts/benchmarkResults.js';
import { breakable } from '../shared/breakable.js';
import { rewardHistogram } from '../shared/histogram.js';
import { points, range, scoreTitle } from '../shared/scoreText.js';
import type { Bin } from '../../src/core/histogram.js';
import { count, significant } from '../../src/core/format.js';
import { reveal } from '../../src/core/reveal.js';
import { curveOf } from './chartList.js';
import { text } from './tiles.js';

export interface EvaluationView {
  results: readonly BenchmarkView[];
  /** By step; of the first steps that have groups. */
  rewards: ReadonlyMap<number, RewardHistogram>;
  /** Steps that have groups. */
  groupSteps: readonly number[];
  /** Metrics that were told once: a curve of one dot says less than its number. */
  once: {
    trends: readonly Trend[];
    /** Metrics that are not among them yet, and how to have more of them. */
    left: number;
    more: () => void;
  };
}

export interface EvaluationEvents {
  /** The groups that were graded at a step. */
  open: (step: number, aside: boolean) => void;
  /** The solutions of a step that a bar counts. */
  find: (step: number, bins: readonly Bin[], i: number, aside: boolean) => void;
}

export function evaluationView(of: EvaluationView, events: EvaluationEvents): TemplateResult {
  const steps = [...new Set([...of.results.map((r) => r.step), ...of.groupSteps])].sort((a, b) => a - b);
  const several = steps.length > 1;
  return html`<main class="evaluated">
    ${suiteTable(of.results)} ${of.once.trends.length === 0 && of.once.left === 0 ? nothing : onceView(of.once)}
    <div class="evaluated-steps">${steps.map((step) => stepView(of, step, several, events))}</div>
  </main>`;
}

const onceView = ({ trends, left, more }: EvaluationView['once']): TemplateResult =>
  html`<dl class="once">
      ${trends.map(({ metric, last }) => {
        const { label, meaning } = curveOf(metric);
        return html`<div title=${meaning}>
          <dt>${label}</dt>
          <dd>${text(metric, last)}</dd>
        </div>`;
      })}
    </dl>
    ${
      left === 0
        ? nothing
        : html`<p class="note quiet" role="status">
            ${count(left, 'further metric')} not shown. <button class="link" @click=${more}>Show more</button>
          </p>`
    }`;

const isByK = ({ mode }: BenchmarkView): boolean => /^(maj|pass)@\d+$/.test(mode);
/** A share of questions, and so with an interval in per cent; a judge's mean mark is none. */
const isShare = ({ value }: BenchmarkView): boolean => value !== null && value >= 0 && value <= 1;

function suiteTable(results: readonly BenchmarkView[]): TemplateResult | typeof nothing {
  const rows = results.filter((r) => !isByK(r)).sort((a, b) => bySuite(a.suite, b.suite) || a.step - b.step);
  if (rows.length === 0) return nothing;
  const steps = new Set(rows.map((r) => r.step));
  // Of our own evaluations each suite is a step; only of others' does the number say something.
  const byStep = rows.length > new Set(rows.map((r) => `${r.suite}\n${r.mode}`)).size && steps.size > 1;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Suites">
    <table class="suites">
      <thead>
        <tr>
          <th scope="col">suite</th>
          <th scope="col">measured as</th>
          ${byStep ? html`<th class="number" scope="col">step</th>` : nothing}
          <th class="number" scope="col">result</th>
          <th scope="col" title="95 % interval">interval</th>
          <th class="number" scope="col">questions</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map((r, i) => suiteRow(r, rows.at(i - 1)?.suite !== r.suite || i === 0, byStep))}
      </tbody>
    </table>
  </div>`;
}

function suiteRow(result: BenchmarkView, first: boolean, byStep: boolean): TemplateResult {
  const score = isShare(result) ? scored(result) : undefined;
  return html`<tr title=${score ? scoreTitle(score) : nothing}>
    <th scope="row">${first ? breakable(result.suite) : html`<span class="visually-hidden">${reveal(result.suite)}</span>`}</th>
    <td class="quiet">${reveal(result.mode)}</td>
    ${byStep ? html`<td class="number">${result.step}</td>` : nothing}
    <td class="number"><b>${score ? `${points(score.mean)} %` : significant(result.value)}</b></td>
    <td>${score ? intervalView(score) : html`<span class="quiet">not a share, interval unknown</span>`}</td>
    <td class="number">${result.n.toLocaleString('en-US')}</td>
  </tr>`;
}

const scored = (result: BenchmarkView): CellScore | undefined => scoreOf({ ...result, run: '', of: { run: '', step: result.step } });

const intervalView = (score: CellScore): TemplateResult => html`
  <span class="share" aria-hidden="true">
    <i style="width: ${100 * score.mean}%"></i>
    <span class="whisker" style="left: ${100 * score.low}%; width: ${100 * (score.high - score.low)}%"></span>
  </span>
  <span class="quiet">${range(score)}</span>
`;

function stepView(
  { results, rewards, groupSteps }: EvaluationView,
  step: number,
  several: boolean,
  { open, find }: EvaluationEvents,
): TemplateResult | typeof nothing {
  const here = results.filter((r) => r.step === step);
  const histogram = rewards.get(step);
  const hasGroups = groupSteps.includes(step);
  const byK = againstK(here);
  const uncounted = hasGroups && histogram === undefined;
  if (byK === nothing && histogram === undefined && !hasGroups) return nothing;
  const suites = [...new Set(here.map((r) => r.suite))];
  const name = suites.length === 1 ? suites[0] : several ? `step ${step}` : 'What it wrote';
  const sampled = here.find((r) => r.samples !== null);
  const settings = sampled ? `${count(sampled.samples ?? 0, 'sample')} each at temperature ${sampled.temperature ?? 'unknown'}` : '';
  return html`<section>
    <div class="head">
      <h2>${breakable(name)}</h2>
      <span class="quiet">${settings}</span>
      ${
        hasGroups
          ? html`<button class="link" @click=${(e: MouseEvent) => open(step, e.ctrlKey || e.metaKey)}>Read what it wrote</button>`
          : nothing
      }
    </div>
    ${byK} ${histogram === undefined ? nothing : rewardHistogram(histogram, (i, aside) => find(step, histogram.bins, i, aside))}
    ${uncounted ? html`<p class="note quiet">Its rewards are not counted: only those of the first ${rewards.size} are.</p>` : nothing}
  </section>`;
}

function againstK(results: readonly BenchmarkView[]): TemplateResult | typeof nothing {
  const scores = results.filter(isByK).flatMap((r) => scored(r) ?? []);
  const at = (kind: string, k: number): CellScore | undefined => scores.find((s) => s.result.mode === `${kind}@${k}`);
  const ks = [...new Set(scores.map((s) => modeOf(s.result.mode).k))].sort((a, b) => a - b);
  if (ks.length === 0) return nothing;
  const cell = (s: CellScore | undefined): TemplateResult =>
    html`<td title=${s ? scoreTitle(s) : nothing}>${s ? html`${points(s.mean)} <span class="quiet">${range(s)}</span>` : '–'}</td>`;
  return html`<table class="by-k">
    <thead>
      <tr>
        <th scope="col">k</th>
        <th scope="col">Maj@k, %</th>
        <th scope="col">Pass@k, %</th>
      </tr>
    </thead>
    <tbody>
      ${ks.map(
        (k) =>
          html`<tr>
            <th scope="row">${k}</th>
            ${cell(at('maj', k))}${cell(at('pass', k))}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
