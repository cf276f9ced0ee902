import { html, type TemplateResult } from 'lit';
import { models, residents, type TrainingMethod } from '../../src/core/residents.js';
import type { WorkspaceAddress } from '../../src/protocol/address.js';
import { compact } from '../shared/format.js';
import type { Actions } from '../shared/help.js';
import { host } from '../shared/host.js';
import { Page } from '../shared/page.js';
import { skeletonRows, stateView } from '../shared/states.js';
import { experimentToPlan, type PlannedExperiment } from './contract.js';

interface PlannerView {
  experiment: PlannedExperiment | null;
}

const parameters = 7e9;
const compared: readonly TrainingMethod[] = ['ppo', 'grpo'];

/** What must be resident to train a policy. */
export class PlannerPage extends Page<PlannerView, WorkspaceAddress> {
  protected override readonly kind = 'planner';
  protected override readonly actions: Actions = {};

  protected override async load({ about }: WorkspaceAddress): Promise<PlannerView> {
    return { experiment: about ? await host.request(experimentToPlan, { about }) : null };
  }

  protected override content({ experiment }: PlannerView): TemplateResult {
    const held = compared.map((method) => residents(method, { rewardModel: true, reference: true }).map((r) => r.model));
    return html`
      <header>
        <h1>Memory planner</h1>
        ${experiment ? html`<p class="quiet">${experiment.name}: ${experiment.method}</p>` : ''}
      </header>
      <table>
        <thead>
          <tr>
            <th>Parameters</th>
            ${compared.map((m) => html`<th class="number">${m.toUpperCase()}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${models.map(
            (model) =>
              html`<tr>
                <th>${model}</th>
                ${held.map((h) => html`<td class="number">${h.includes(model) ? compact(parameters) : '–'}</td>`)}
              </tr>`,
          )}
          <tr>
            <th>total</th>
            ${held.map((h) => html`<td class="number"><b>${compact(parameters * h.length)}</b></td>`)}
          </tr>
        </tbody>
      </table>
    `;
  }

  protected override skeleton(): TemplateResult {
    return skeletonRows(5, [40, 30, 30]);
  }

  protected override missing(): TemplateResult {
    return stateView({ icon: 'server', title: 'Nothing to plan', detail: 'Open the planner from the command palette.' });
  }
}
