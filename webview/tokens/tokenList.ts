/** The worst tokens, each a way to its place on the solution's page. */
import { html, nothing, type TemplateResult } from 'lit';
import { exactly, reveal } from '../../src/core/reveal.js';
import type { TokenMeasure } from '../../src/core/worstTokens.js';
import type { TokenScope, WorstToken } from '../../src/store/views.js';
import { measureValue, measureWords } from '../../src/words/worstTokensText.js';

export interface TokenListEvents {
  open: (row: WorstToken, aside: boolean) => void;
  select: (index: number) => void;
}

export const tokenList = (
  rows: readonly WorstToken[],
  by: TokenMeasure,
  scope: TokenScope,
  selected: number | undefined,
  events: TokenListEvents,
): TemplateResult => html`
  <ol class="entries worst" aria-label="Worst tokens by ${measureWords[by].label}">
    ${rows.map((row, i) => item(row, i, by, scope, i === selected, events))}
  </ol>
`;

function item(
  row: WorstToken,
  index: number,
  by: TokenMeasure,
  scope: TokenScope,
  selected: boolean,
  { open, select }: TokenListEvents,
): TemplateResult {
  const { text, value, token, of, id } = row;
  const { symbol } = measureWords[by];
  return html`
    <li class=${selected ? 'selected' : ''} aria-current=${selected ? 'true' : 'false'}>
      <button
        class="plain"
        data-index=${index}
        title="Open the token on the solution’s page"
        @focus=${() => select(index)}
        @click=${(e: MouseEvent) => open(row, e.ctrlKey || e.metaKey)}
        @auxclick=${(e: MouseEvent) => (e.button === 1 ? open(row, true) : undefined)}
      >
        <span class="value" title="${symbol} = ${value}"><span class="visually-hidden">${symbol}</span> ${measureValue(by, value)}</span>
        <span class="context">${contextOf(text)}</span>
        <span class="place quiet">${placeText(row, scope)}</span>
        <span class="which quiet">token ${token + 1} of ${of}${id === null ? nothing : ` · id ${id}`}</span>
      </button>
    </li>
  `;
}

/** Without a space between its parts: they are one text. */
const contextOf = (text: WorstToken['text']): TemplateResult =>
  text === null
    ? html`<span class="quiet">its place in the text is unknown</span>`
    : html`<span class="before quiet"><span>${inLine(text.before)}</span></span
        ><code>${exactly(text.token)}${text.cut ? '…' : ''}</code><span class="after quiet">${inLine(text.after)}</span>`;

/** What stands around a token is one line, whatever lines it is of. */
const inLine = (text: string): string => reveal(text).replace(/[\n\t]/g, (c) => (c === '\n' ? '↵' : '⇥'));

/** What of a token's place is not that of the whole list. */
function placeText({ step, group, solution }: WorstToken, scope: TokenScope): string {
  const parts = [
    ...(scope.step === undefined ? [`step ${step.toLocaleString('en-US')}`] : []),
    ...(scope.group === undefined ? [`group ${group + 1}`] : []),
    ...(scope.solution === undefined ? [`solution ${solution + 1}`] : []),
  ];
  return parts.join(' · ');
}
