/** The field that gives a label to all solutions that are selected. */
import { html, type TemplateResult } from 'lit';
import { longestLabel } from '../../src/protocol/labelName.js';

/**
 * @param known labels that are offered
 * @param give answers whether they have it now
 */
export const labelChosen = (known: readonly string[], title: string, give: (text: string) => Promise<boolean>): TemplateResult => html`
  <input
    class="label"
    type="text"
    list="known-labels"
    maxlength=${longestLabel}
    placeholder="Label"
    aria-label="Label of the selected"
    title=${title}
    @keydown=${async (e: KeyboardEvent) => {
      const field = e.target as HTMLInputElement;
      if (e.key === 'Enter' && (await give(field.value))) field.value = '';
    }}
  />
  <datalist id="known-labels">${known.map((label) => html`<option value=${label}></option>`)}</datalist>
`;
