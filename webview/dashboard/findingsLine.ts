/** What the doctor found, in a line: the page behind it has the evidence. */
import { html, nothing, type TemplateResult } from 'lit';
import type { NamedFinding } from '../../src/contracts/doctor.js';
import { icon } from '../shared/states.js';
import { findingsText } from './onsets.js';

export function findingsLine(findings: readonly NamedFinding[], openDoctor: () => void): TemplateResult | typeof nothing {
  if (findings.length === 0) return nothing;
  const serious = findings.some((f) => f.serious);
  return html`<p class="findings ${serious ? 'serious' : ''}" role="status">
    ${icon(serious ? 'warning' : 'info')}<span>${findingsText(findings)}</span>
    <button class="link" title="What was found, with the groups that show it" @click=${openDoctor}>Doctor</button>
  </p>`;
}
