/** What is asked for, as a person fills it in. Pure. */
import { z } from 'zod';
import { limits, sourceSchema, type SampleRequest, type PlaygroundView, type Source } from '../../src/contracts/playground.js';

export const formSchema = z.object({
  source: sourceSchema.nullable(),
  question: z.string(),
  gold: z.string(),
  size: z.number(),
  temperature: z.number(),
  maxTokens: z.number(),
  seed: z.number(),
});
export type Form = z.output<typeof formSchema>;

/** Servers write as long as they may: long enough for an answer with its steps. */
const endpointTokens = 512;

/** What a form begins with. */
export function firstForm(view: PlaygroundView): Form {
  const form = { source: null, question: '', gold: '', size: 8, temperature: 1, maxTokens: endpointTokens, seed: 1 };
  return applyAbout(withSource(form, firstSource(view), view), view);
}

/** The form with the question and the checkpoint that the page was opened about. */
export function applyAbout(form: Form, view: PlaygroundView): Form {
  const question = view.about?.question;
  const filled = question ? { ...form, question: question.question, gold: question.gold ?? '' } : form;
  return view.about?.source ? withSource(filled, view.about.source, view) : filled;
}

/** A form whose source is gone takes the first there is. */
export const fitting = (form: Form, view: PlaygroundView): Form =>
  form.source !== null && sourceKeys(view).includes(sourceKey(form.source)) ? form : withSource(form, firstSource(view), view);

/** Another source, and the sampling of its experiment with it. */
export function withSource(form: Form, source: Source | null, view: PlaygroundView): Form {
  const before = form.source !== null && 'run' in form.source ? form.source.run : null;
  if (source === null || !('run' in source)) return { ...form, source, ...(before !== null && { maxTokens: endpointTokens }) };
  const run = view.runs.find((r) => r.run === source.run);
  if (!run || before === source.run) return { ...form, source };
  return { ...form, source, temperature: run.temperature, maxTokens: Math.min(run.maxTokens, limits.maxTokens) };
}

const firstSource = (view: PlaygroundView): Source | null => {
  const run = view.runs.at(0);
  if (run) return { run: run.run, step: run.steps[0] };
  const endpoint = view.endpoints.at(0);
  return endpoint ? { endpoint: endpoint.name } : null;
};

/** For an option of the list. */
export const sourceKey = (source: Source): string => JSON.stringify('run' in source ? [source.run, source.step] : [source.endpoint]);

const sourceKeys = (view: PlaygroundView): string[] => [
  ...view.runs.flatMap((r) => r.steps.map((step) => sourceKey({ run: r.run, step }))),
  ...view.endpoints.map((e) => sourceKey({ endpoint: e.name })),
];

export function sourceOf(key: string): Source {
  const [name, step] = JSON.parse(key) as [string, number?];
  return step === undefined ? { endpoint: name } : { run: name, step };
}

/** `arith-grpo-1, step 40`; `local (Qwen3-4B)`. */
export function sourceName(source: Source, view: PlaygroundView): string {
  if ('run' in source) return `${view.runs.find((r) => r.run === source.run)?.name ?? source.run}, step ${source.step}`;
  const model = view.endpoints.find((e) => e.name === source.endpoint)?.model;
  return model === undefined ? source.endpoint : `${source.endpoint} (${model})`;
}

/** Each number with what it may be. */
export const numbers = {
  size: { label: 'G', title: 'Solutions in the group', min: 1, max: limits.size, step: 1 },
  temperature: { label: 'temperature', title: '0 takes the likeliest token each time', min: 0, max: limits.temperature, step: 0.1 },
  maxTokens: { label: 'max tokens', title: 'Longest solution', min: 1, max: limits.maxTokens, step: 1 },
  seed: { label: 'seed', title: 'The same seed gives the same solutions', min: 0, max: limits.seed, step: 1 },
} as const;
export type NumberField = keyof typeof numbers;

/** @returns what to ask for, or what is missing or wrong */
export function requestOf(form: Form): { request: SampleRequest } | { problem: string } {
  if (form.source === null) return { problem: 'Choose what to sample from.' };
  if (form.question.trim() === '') return { problem: 'Type a question, or take one from a run.' };
  if (form.question.length > limits.question)
    return { problem: `A question has at most ${limits.question.toLocaleString('en-US')} characters.` };
  if (form.gold.length > limits.gold) return { problem: `A gold answer has at most ${limits.gold.toLocaleString('en-US')} characters.` };
  for (const [key, { label, min, max, step }] of Object.entries(numbers)) {
    const value = form[key as NumberField];
    const whole = step < 1 || Number.isInteger(value);
    if (!(value >= min && value <= max && whole)) {
      return { problem: `${label} is ${step < 1 ? 'a number' : 'a whole number'} from ${min} to ${max.toLocaleString('en-US')}.` };
    }
  }
  const { source, gold, ...rest } = form;
  return { request: { ...rest, source, gold: gold.trim() === '' ? null : gold.trim() } };
}
