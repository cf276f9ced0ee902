/** Rows that stand beside those that were trained on, and were not. */
import type { HeldOutSplit } from '../../src/core/heldOutSplit.js';
import { html, nothing, type TemplateResult } from 'lit';

export const splitBadge = (split: HeldOutSplit | null): TemplateResult | typeof nothing =>
  split === null ? nothing : html`<span class="badge" title="Nothing was trained on these rows">${split} rows</span>`;
