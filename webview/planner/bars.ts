/** Memory of each device as stacked bars, one for a method, with the line where the device ends. */
import { html, nothing, type TemplateResult } from 'lit';
import type { TrainingMethod } from '../../src/core/residents.js';
import { compact, memory } from '../shared/format.js';
import { icon } from '../shared/states.js';
import { deviceBytes, inPeak, kindLabel, methodLabel, ownerLabel, type Bar, type Scale } from './comparison.js';

const percent = (share: number): string => `${(100 * share).toFixed(3)}%`;

export function bars(
  list: readonly Bar[],
  scale: Scale,
  device: number,
  chosen: TrainingMethod,
  choose: (method: TrainingMethod) => void,
): TemplateResult {
  return html`
    <div class="bars">
      ${list.map(
        (bar) => html`
          <button class="bar plain" aria-pressed=${bar.method === chosen ? 'true' : 'false'} @click=${() => choose(bar.method)}>
            <span class="bar-head">
              <b>${methodLabel[bar.method]}</b>
              <span class="quiet">${compact(bar.parameters)} parameters</span>
              <span class="fit">${fit(bar, device)}</span>
              <b class="number">${memory(bar.perDevice)}</b>
            </span>
            <span class="track" aria-hidden="true">
              ${bar.owners.map(({ owner, parts }) => {
                const held = parts.filter((p) => inPeak(bar, p));
                const bytes = held.reduce((sum, p) => sum + p.perDevice, 0);
                if (bytes === 0) return nothing;
                return html`<span class="owner ${owner}" style="width: ${percent(bytes / scale.end)}">
                  <span class="stack">
                    ${held.map(
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
    </div>
  `;
}

function fit({ perDevice }: Bar, device: number): TemplateResult {
  const free = deviceBytes(device) - perDevice;
  if (free < 0) return html`<span class="over">${icon('warning')} ${memory(-free)} more than ${device} GB</span>`;
  return html`<span class="quiet">fits ${device} GB, ${memory(free)} free</span>`;
}
