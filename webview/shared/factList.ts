import { html, nothing, type TemplateResult } from 'lit';

/** A number that a page's header says, and in its title how it is to be read. */
export interface Fact {
  label: string;
  value: string;
  title?: string;
}

export const factList = (facts: readonly Fact[]): TemplateResult => html`
  <dl class="answers">
    ${facts.map(
      ({ label, value, title }) =>
        html`<div title=${title ?? nothing}>
          <dt>${label}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>
`;
