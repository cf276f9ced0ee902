/** `${method.group_size}` in a command line: values of the experiment's own keys, so that one file says everything once. */
import type { Experiment } from './schema.js';

/** What a command may name beside the experiment's keys. */
export const surroundings = {
  python: 'the Python interpreter',
  run_dir: 'the run directory',
  threads: 'launch.threads, or the number of cores',
} as const;

export type Surroundings = Record<keyof typeof surroundings, string>;

/** `$$` stands for a dollar sign. */
const placeholder = /\$(?:\$|\{([^{}]{0,200})\})/g;

/** Names in a text that stand for nothing: neither surroundings nor a key with a plain value. */
export const unknownPlaceholders = (text: string, experiment: Experiment): string[] =>
  [...text.matchAll(placeholder)].flatMap(([whole, name]) => (whole === '$$' || isKnown(name, experiment) ? [] : [name]));

/**
 * @returns the text with every placeholder replaced; what comes in is an argument, never a piece of shell
 * @throws for a placeholder that stands for nothing (`unknownPlaceholders` finds them first)
 */
export function fillPlaceholders(text: string, experiment: Experiment, around: Surroundings): string {
  return text.replace(placeholder, (whole, name: string | undefined) => {
    if (name === undefined) return '$';
    const value = Object.hasOwn(around, name) ? around[name as keyof Surroundings] : valueAt(experiment, name);
    if (value === undefined) throw new Error(`${whole} stands for nothing: the experiment has no key ${name} with a plain value.`);
    return String(value);
  });
}

const isKnown = (name: string, experiment: Experiment): boolean =>
  Object.hasOwn(surroundings, name) || valueAt(experiment, name) !== undefined;

function valueAt(experiment: Experiment, path: string): string | number | boolean | undefined {
  const value = path
    .split('.')
    .reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined),
      experiment,
    );
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}
