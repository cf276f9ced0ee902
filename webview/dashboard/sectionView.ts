/** Charts under their headings; those that never move fold into a line. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Constant } from '../../src/store/views.js';
import { count, significant } from '../../src/core/format.js';
import type { ChartSpec } from './chartList.js';
import { firstId, metricCount, type Section } from './sections.js';

export interface SectionState {
  open: boolean;
  /** Whether the line of constants is unfolded. */
  constantsOpen: boolean;
}

export interface SectionEvents {
  toggle: (id: string, open: boolean) => void;
  chart: (spec: ChartSpec) => TemplateResult;
}

/** The line of constants of a section, among what is open. */
export const constantsId = (section: string): string => `constants:${section}`;

export function sectionView(
  section: Section,
  state: SectionState,
  constants: ReadonlyMap<string, Constant>,
  events: SectionEvents,
  alone: boolean,
): TemplateResult {
  const [moving, still] = apart(section.charts, constants);
  const body = html`
    ${moving.length === 0 ? nothing : grid(moving, events)}
    ${still.length === 0 ? nothing : constantLine(section.id, still, state.constantsOpen, constants, events)}
  `;
  if (section.id === firstId || alone) return html`<section class="section" aria-label="Charts">${body}</section>`;
  return html`<details
    class="section"
    ?open=${state.open}
    @toggle=${(e: Event) => {
      if (e.target === e.currentTarget) events.toggle(section.id, (e.currentTarget as HTMLDetailsElement).open);
    }}
  >
    <summary>
      <h2>${section.heading}</h2>
      <span class="quiet">${count(metricCount(section.charts), 'metric')}</span>
    </summary>
    ${state.open ? body : nothing}
  </details>`;
}

const grid = (charts: readonly ChartSpec[], { chart }: SectionEvents): TemplateResult => html`
  <div class="charts">${repeat(charts, (c) => c.id, chart)}</div>
`;

/** Charts that move, and those of which no curve does. That a reward never moves is worth a chart. */
export function apart(charts: readonly ChartSpec[], constants: ReadonlyMap<string, Constant>): [moving: ChartSpec[], still: ChartSpec[]] {
  const isStill = ({ role, curves }: ChartSpec): boolean =>
    role !== 'reward' && role !== 'held-out' && curves.every((c) => constants.has(c.metric));
  return [charts.filter((c) => !isStill(c)), charts.filter(isStill)];
}

function constantLine(
  section: string,
  still: readonly ChartSpec[],
  open: boolean,
  constants: ReadonlyMap<string, Constant>,
  events: SectionEvents,
): TemplateResult {
  const id = constantsId(section);
  return html`<details
    class="constants"
    ?open=${open}
    @toggle=${(e: Event) => {
      events.toggle(id, (e.currentTarget as HTMLDetailsElement).open);
    }}
  >
    <summary>
      <span class="quiet">constant:</span>
      ${still.map((c, i) => html`${i === 0 ? '' : ', '}<span class="constant">${constantText(c, constants)}</span>`)}
    </summary>
    ${open ? grid(still, events) : nothing}
  </details>`;
}

/** `Learning rate 1e−6`, `Clipped tokens 0`, `Ratio 0.9 and 1.1` where its curves differ. */
export function constantText({ heading, curves }: ChartSpec, constants: ReadonlyMap<string, Constant>): string {
  const values = [...new Set(curves.map((c) => constants.get(c.metric)!.value))].sort((a, b) => a - b);
  return `${heading} ${values.map((v) => significant(v)).join(' and ')}`;
}
