/** What an evaluation has found so far: of each suite the greedy accuracy, and Maj@k and Pass@k by k. */
import { html, nothing, type TemplateResult } from 'lit';
import type { BenchmarkView } from '../../src/store/views.js';
import { modeOf, scoreOf, type Score } from '../benchmarks/results.js';
import { points, range, scoreTitle } from '../benchmarks/words.js';
import { count } from '../shared/format.js';
import { reveal } from '../shared/richTextReveal.js';

/** @param open the groups that were graded for a suite: they are the evaluation's step of that number */
export function evaluationResults(
  run: string,
  results: readonly BenchmarkView[],
  open: (step: number, aside: boolean) => void,
): TemplateResult {
  // A step is a suite; the same one may be asked twice, with other settings.
  const steps = [...new Set(results.map((r) => r.step))].sort((a, b) => a - b);
  return html`<main class="evaluated">
    ${steps.map((step) =>
      suite(
        run,
        step,
        results.filter((r) => r.step === step),
        open,
      ),
    )}
  </main>`;
}

function suite(run: string, step: number, results: readonly BenchmarkView[], open: (step: number, aside: boolean) => void): TemplateResult {
  const scores = results.flatMap((r) => scoreOf({ ...r, run, of: { run, step } }) ?? []);
  const [{ suite: name, n }] = results;
  const greedy = scores.find((s) => s.result.mode === 'greedy');
  const sampled = scores.find((s) => s.result.samples !== null)?.result;
  const settings = sampled ? `, ${count(sampled.samples ?? 0, 'sample')} each at temperature ${sampled.temperature ?? 'unknown'}` : '';
  return html`<section>
    <div class="head">
      <h2>${reveal(name)}</h2>
      <span class="quiet">${count(n, 'question')}${settings}</span>
      <button class="link" @click=${(e: MouseEvent) => open(step, e.ctrlKey || e.metaKey)}>What it wrote</button>
    </div>
    ${greedy ? html`<p class="greedy" title=${scoreTitle(greedy)}>${scoreView(greedy)} <span class="quiet">greedy, %</span></p>` : nothing}
    ${againstK(scores)}
  </section>`;
}

const scoreView = (s: Score): TemplateResult => html`${points(s.mean)} <span class="quiet">${range(s)}</span>`;

function againstK(scores: readonly Score[]): TemplateResult | typeof nothing {
  const at = (kind: string, k: number): Score | undefined => scores.find((s) => s.result.mode === `${kind}@${k}`);
  const ks = [...new Set(scores.filter((s) => s.result.mode.includes('@')).map((s) => modeOf(s.result.mode).k))].sort((a, b) => a - b);
  if (ks.length === 0) return nothing;
  const cell = (s: Score | undefined): TemplateResult => html`<td title=${s ? scoreTitle(s) : nothing}>${s ? scoreView(s) : '–'}</td>`;
  return html`<table>
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
