/** Memory of each device as stacked bars, one for a method, with the line where the device ends. */
import { html, nothing, type TemplateResult } from 'lit';
import { memoryOf, type MemoryMethod } from '../../src/core/methods.js';
import type { PartKind } from '../../src/core/memory.js';
import { compact, count, memory } from '../../src/core/format.js';
import { icon } from '../shared/states.js';
import { deviceBytes, bytesInPeak, inPeak, kindLabel, ownerLabel, type Bar, type Scale } from './comparison.js';

const percent = (share: number): string => `${(100 * share).toFixed(3)}%`;

export function bars(
  list: readonly Bar[],
  scale: Scale,
  device: number,
  chosen: MemoryMethod,
  choose: (method: MemoryMethod) => void,
): TemplateResult {
  return html`
    <div class="bars">
      ${list.map(
        (bar) => html`
          <button class="bar plain" aria-pressed=${bar.method === chosen ? 'true' : 'false'} @click=${() => choose(bar.method)}>
            <span class="bar-head">
              <b>${memoryOf[bar.method].label}</b>
              <span class="quiet" title="${compact(bar.parameters)} parameters">${parametersText(bar)}</span>
              <span class="fit">${fit(bar, device)}</span>
              <b class="number">${memory(bar.perDevice)}</b>
            </span>
            <span class="track" aria-hidden="true">
              ${bar.owners.map(({ owner, parts }) => {
                const partsInPeak = parts.filter((p) => inPeak(bar, p));
                const bytes = bytesInPeak(bar, partsInPeak, 'perDevice');
                if (bytes === 0) return nothing;
                return html`<span class="owner ${owner}" style="width: ${percent(bytes / scale.end)}">
                  <span class="stack">
                    ${partsInPeak.map(
                      (p) =>
                        html`<i
                          class=${p.kind}
                          style="flex: ${p.perDevice / bytes}"
                          title="${ownerLabel[owner]}, ${kindLabel[p.kind]}: ${memory(p.perDevice)}"
                        ></i>`,
                    )}
                  </span>
                  <span class="owner-name">${ownerLabel[owner]} ${memory(bytes)}</span>
                </span>`;
              })}
              ${scale.device === null ? nothing : html`<span class="limit" style="left: ${percent(scale.device)}"></span>`}
            </span>
          </button>
        `,
      )}
      ${
        scale.device === null
          ? nothing
          : html`<p class="limit-name" aria-hidden="true"><span style="left: ${percent(scale.device)}">${device} GB</span></p>`
      }
      ${legend(list)}
    </div>
  `;
}

/** `4 models, 28B parameters`: billions as papers count them. */
function parametersText({ plan, parameters }: Bar): string {
  const models = count(parameters / plan.parameters, 'model');
  return `${models}, ${compact(Number(parameters.toPrecision(2)))} parameters`;
}

const shades: readonly PartKind[] = ['weights', 'gradients', 'master', 'moments', 'activations', 'logits'];

function legend(list: readonly Bar[]): TemplateResult {
  const shown = [...new Set(list.flatMap((bar) => bar.owners.map((o) => o.owner)))];
  return html`<p class="legend">
    ${shown.map((owner) => html`<span><i class="swatch ${owner}"></i>${ownerLabel[owner]}</span>`)}
    <span class="quiet">strong to faint: ${shades.map((kind) => kindLabel[kind]).join(', ')}</span>
  </p>`;
}

function fit({ perDevice }: Bar, device: number): TemplateResult {
  const free = deviceBytes(device) - perDevice;
  if (free < 0) return html`<span class="over">${icon('warning')} ${memory(-free)} more than ${device} GB</span>`;
  return html`<span class="quiet">fits ${device} GB, ${memory(free)} free</span>`;
}
