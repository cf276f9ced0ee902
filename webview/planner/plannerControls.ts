/** The choices, in groups of fields. */
import { html, nothing, type TemplateResult } from 'lit';
import { memoryOf, memoryMethods } from '../../src/core/methods.js';
import { dtypes, optimisers, recomputations, type Dtype, type Optimiser, type Recomputation } from '../../src/core/memory.js';
import { compact } from '../../src/core/format.js';
import {
  bounds,
  deviceSizes,
  parseNumber,
  parseParameters,
  policies,
  sizeOf,
  type Choices,
  type PolicyName,
  type NumberChoice,
} from './plannerChoices.js';

const optimiserLabel: Record<Optimiser, string> = { adamw: 'AdamW, fp32 moments', adam8bit: 'Adam, 8-bit moments', sgd: 'SGD' };
const recomputationLabel: Record<Recomputation, string> = { none: 'nothing', attention: 'attention', layers: 'whole layers' };
const zeroLabel = ['not sharded', 'ZeRO-1: optimiser', 'ZeRO-2: + gradients', 'ZeRO-3: + weights'] as const;
const policyLabel = (p: PolicyName | 'custom'): string => (p === 'custom' ? 'Another size…' : p);
const dtypeTitle: Record<Dtype, string> = { bf16: 'Weights and gradients of 2 bytes', fp32: 'Weights and gradients of 4 bytes' };

/** What is typed in and is no number (yet), by field. */
export type Rejected = Partial<Record<NumberChoice | 'custom', string>>;

export interface ControlsHost {
  choices: Choices;
  rejected: Rejected;
  choose: (change: Partial<Choices>) => void;
  reject: (field: keyof Rejected, text: string) => void;
}

export function controls({ choices, rejected, choose, reject }: ControlsHost): TemplateResult {
  const c = choices;
  const number = (key: NumberChoice, label: string, title: string): TemplateResult => {
    const [low, high] = bounds[key];
    const wrong = `A whole number from ${low} to ${high.toLocaleString('en-US')}`;
    return typed(label, title, rejected[key] ?? String(c[key]), key in rejected ? wrong : undefined, (text) => {
      const value = parseNumber(key, text);
      if (value === undefined) reject(key, text);
      else choose({ [key]: value });
    });
  };
  return html`
    <div class="choices">
      ${fields(
        'Model and method',
        html`
          ${dropdown('Policy', policies, c.policy, policyLabel, (policy) => choose({ policy }), size(c))}
          ${
            c.policy === 'custom'
              ? typed(
                  'Parameters',
                  'As 7B, 350M or a number',
                  rejected.custom ?? compact(c.custom),
                  'custom' in rejected ? 'A number such as 7B or 350M' : undefined,
                  (text) => {
                    const custom = parseParameters(text);
                    if (custom === undefined) reject('custom', text);
                    else choose({ custom });
                  },
                )
              : nothing
          }
          ${dropdown(
            'Method',
            memoryMethods,
            c.method,
            (m) => memoryOf[m].label,
            (method) => choose({ method }),
          )}
          ${segments(
            'Reward',
            [false, true],
            c.rewardModel,
            (model) => (model ? 'model' : 'rule'),
            (rewardModel) => choose({ rewardModel }),
          )}
          ${checkbox('Reference (β > 0)', c.reference, (reference) => choose({ reference }))}
        `,
      )}
      ${fields(
        'Precision and optimiser',
        html`
          ${segments(
            'Weights',
            dtypes,
            c.dtype,
            (d) => d,
            (dtype) => choose({ dtype }),
            (d) => dtypeTitle[d],
          )}
          ${checkbox('fp32 copy of the weights', c.masterWeights && c.dtype !== 'fp32', (masterWeights) => choose({ masterWeights }), c.dtype === 'fp32')}
          ${dropdown(
            'Optimiser',
            optimisers,
            c.optimiser,
            (o) => optimiserLabel[o],
            (optimiser) => choose({ optimiser }),
          )}
        `,
      )}
      ${fields(
        'Hardware',
        html`
          ${number('devices', 'Devices', 'How many train together, with data parallelism')}
          ${dropdown(
            'Sharding',
            ['0', '1', '2', '3'] as const,
            String(c.zero) as '0' | '1' | '2' | '3',
            (z) => zeroLabel[Number(z)],
            (z) => choose({ zero: Number(z) as Choices['zero'] }),
          )}
          ${segments(
            'Memory of each, GB',
            deviceSizes,
            c.device,
            (d) => `${d}`,
            (device) => choose({ device }),
            (d) => `${d} GB as sold, drawn as ${d} GiB`,
          )}
        `,
      )}
      ${fields(
        'Batch and sampling, on each device',
        html`
          ${number('length', 'Sequence length', 'Tokens of prompt and output together')}
          ${number('microBatch', 'Micro-batch', 'Sequences of one forward and backward pass')}
          ${dropdown(
            'Recompute',
            recomputations,
            c.recomputation,
            (r) => recomputationLabel[r],
            (recomputation) => choose({ recomputation }),
          )}
          ${number('sequences', 'Sampled at once', 'Sequences in the KV cache')}
          ${segments(
            'Sampler’s weights',
            ['same', 'separate'] as const,
            c.sampler,
            (s) => (s === 'same' ? 'shared' : 'a copy'),
            (sampler) => choose({ sampler }),
            (s) =>
              s === 'same'
                ? 'The policy’s own weights sample, and the KV cache is freed before the update'
                : 'A sampler beside the trainer keeps its own copy and its KV cache',
          )}
        `,
      )}
    </div>
  `;
}

function size(c: Choices): string {
  const { parameters, architecture: a } = sizeOf(c);
  const heads = a.kvHeads === a.heads ? `${a.heads} heads` : `${a.heads} heads (${a.kvHeads} of keys and values)`;
  return `${compact(parameters)} parameters: ${a.layers} layers, width ${a.width.toLocaleString('en-US')}, ${heads}, vocabulary ${a.vocabulary.toLocaleString('en-US')}`;
}

const fields = (title: string, content: TemplateResult): TemplateResult => html`
  <fieldset>
    <legend>${title}</legend>
    <div class="fields">${content}</div>
  </fieldset>
`;

function dropdown<T extends string>(
  label: string,
  options: readonly T[],
  value: T,
  text: (option: T) => string,
  choose: (option: T) => void,
  title?: string,
): TemplateResult {
  const changed = (e: Event): void => {
    const chosen = options.find((o) => o === (e.target as HTMLInputElement).value);
    if (chosen !== undefined && chosen !== value) choose(chosen);
  };
  return html`<label class="field" title=${title ?? nothing}>
    <span class="label">${label}</span>
    <vscode-dropdown aria-label=${label} .value=${value} @change=${changed}>
      ${options.map((o) => html`<vscode-option value=${o} ?selected=${o === value}>${text(o)}</vscode-option>`)}
    </vscode-dropdown>
  </label>`;
}

/** The control takes its name for screen readers from its own text, so that the label is inside. */
const typed = (label: string, title: string, value: string, wrong: string | undefined, typedIn: (text: string) => void): TemplateResult =>
  html`<div class="field" title=${title}>
    <vscode-text-field
      aria-invalid=${wrong === undefined ? 'false' : 'true'}
      .value=${value}
      @input=${(e: Event) => typedIn((e.target as HTMLInputElement).value)}
      ><span class="label">${label}</span></vscode-text-field
    >
    ${wrong === undefined ? nothing : html`<span class="wrong" role="alert">${wrong}</span>`}
  </div>`;

const segments = <T extends string | number | boolean>(
  label: string,
  options: readonly T[],
  value: T,
  text: (option: T) => string,
  choose: (option: T) => void,
  title?: (option: T) => string,
): TemplateResult =>
  html`<div class="field">
    <span class="label">${label}</span>
    <div class="segments" role="group" aria-label=${label}>
      ${options.map(
        (o) =>
          html`<button aria-pressed=${o === value ? 'true' : 'false'} title=${title?.(o) ?? nothing} @click=${() => choose(o)}>
            ${text(o)}
          </button>`,
      )}
    </div>
  </div>`;

const checkbox = (label: string, checked: boolean, choose: (checked: boolean) => void, disabled = false): TemplateResult =>
  html`<div class="field check">
    <vscode-checkbox
      .checked=${checked}
      ?disabled=${disabled}
      @change=${(e: Event) => {
        const now = (e.target as HTMLInputElement).checked;
        if (now !== checked) choose(now);
      }}
      >${label}</vscode-checkbox
    >
  </div>`;
