/** What a dashboard says of memory, speed and model FLOPs, in words. Pure. */
import { largest } from '../../src/core/extremes.js';
import { compact, count, memory, percent, significant } from '../../src/core/format.js';
import { samplingRate, trainingRate, type Rate } from '../../src/core/runSpeed.js';
import type { ResourcesView } from '../../src/contracts/resources.js';

/** A line of the table: what it is, its number, and how it is to be read. */
export interface ResourceFact {
  label: string;
  value: string;
  detail: string;
}

/** Measured over planned, e.g. `1.12 ×`; null where one of them is not known. */
export function memoryRatio({ memory: { devices }, planned }: ResourcesView): number | null {
  if ('why' in planned || devices.length === 0 || planned.bytes === 0) return null;
  return largest(devices.map((d) => d.peak)) / planned.bytes;
}

export function memoryFacts(view: ResourcesView): ResourceFact[] {
  const { memory: measured, planned } = view;
  const ratio = memoryRatio(view);
  return [
    'why' in planned
      ? { label: 'Planned a device', value: 'no estimate', detail: sentence(planned.why) }
      : {
          label: 'Planned a device',
          value: memory(planned.bytes),
          detail: ['What the memory planner counts at the peak, for the run as it was set up.', ...planned.notes].join(' '),
        },
    ...(measured.devices.length === 0
      ? [{ label: 'Measured', value: 'not measured', detail: 'The run has no telemetry of a GPU’s memory.' }]
      : measured.devices.map(({ device, peak, total, readings }) => ({
          label: `Measured, ${device}`,
          value: memory(peak),
          detail: `The most that its driver saw in use in ${count(readings, 'reading')}${total === null ? '' : `, of ${memory(total)}`}: of all programs, with PyTorch’s own reserve.`,
        }))),
    ...(measured.moreDevices > 0
      ? [{ label: 'Measured', value: count(measured.moreDevices, 'further device'), detail: 'Not shown, and not in the ratio.' }]
      : []),
    {
      label: 'Measured / planned',
      value: ratio === null ? 'unknown' : `${significant(ratio)} ×`,
      detail: ratio === null ? 'It takes both.' : 'Of the device that held most.',
    },
  ];
}

export function speedFacts(view: ResourcesView, method: string): ResourceFact[] {
  const { setup, peak, speed } = view;
  const known = { setup, peak: peak?.flops ?? null };
  const sampling = samplingRate(speed.total.sampling, known);
  const training = trainingRate(speed.total.training, known);
  const critic = method === 'ppo' ? ' The value model’s own work is not counted.' : '';
  const attention = setup?.architecture && speed.total.training.sequences ? '6N + 12·L·H·Q·T' : '6N, attention not counted,';
  const frozen = setup?.trained !== undefined && setup.parameters !== undefined && setup.trained < setup.parameters;
  const formula = frozen ? attention.replace('6N', '4N + 2·N_learned') : attention;
  const devices = setup?.processes ?? 1;
  const of = peak ? ` of ${count(devices, 'device')} with ${significant(peak.flops / 1e12)} TFLOP/s in dense BF16 (${peak.source}).` : '';
  return [
    ...pair(
      'Sampling',
      sampling,
      `2N FLOPs a token, attention not counted,${of}`,
      'Tokens of solutions per second of sampling, all devices.',
    ),
    ...pair(
      'Training',
      training,
      `${formula} FLOPs a token (PaLM, appendix B)${of}${critic}`,
      'Tokens of prompts and solutions, forward and backward through the policy, per second of training, all devices.',
    ),
  ];
}

function pair(label: string, rate: Rate, formula: string, meaning: string): ResourceFact[] {
  const lacks = `Missing: ${rate.missing.join('; ')}.`;
  return [
    {
      label: `${label}, tokens/s`,
      value: rate.tokensPerSecond === null ? 'unknown' : compact(rate.tokensPerSecond),
      detail: rate.tokensPerSecond === null ? lacks : meaning,
    },
    {
      label: `${label}, model-FLOPs utilisation`,
      value: rate.utilisation === null ? 'unknown' : percent(rate.utilisation),
      detail: rate.utilisation === null ? lacks : formula,
    },
  ];
}

/** The one line above the table. */
export function resourcesSummary(view: ResourcesView): string {
  const known = { setup: view.setup, peak: view.peak?.flops ?? null };
  const rates = [
    ['sampling', samplingRate(view.speed.total.sampling, known)],
    ['training', trainingRate(view.speed.total.training, known)],
  ] as const;
  const speed = rates.flatMap(([name, { tokensPerSecond, utilisation }]) =>
    tokensPerSecond === null
      ? []
      : [`${name} ${compact(tokensPerSecond)} tokens/s${utilisation === null ? '' : ` (MFU ${percent(utilisation)})`}`],
  );
  const [planned] = memoryFacts(view);
  const measured = view.memory.devices.length === 0 ? 'not measured' : memory(largest(view.memory.devices.map((d) => d.peak)));
  return [...speed, `memory ${measured}, planned ${planned.value}`].join(' · ');
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
