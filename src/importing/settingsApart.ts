/** Where the configurations of runs differ. */
import { isDeepStrictEqual } from 'node:util';

/** What differs without meaning anything for training. */
const incidental = /(?:^|[._/])(?:[\w-]*(?:dir|path|name|file|host|port|pid|id|time|timestamp|uuid)|seed)$/i;
const mostSettings = 4;
const mostKeys = 5000;
const maxDepth = 4;

/** @returns for each the settings, by dotted names, that are not the same in all; those that most runs have come first */
export function settingsApart(configs: readonly Record<string, unknown>[]): Record<string, string>[] {
  const flat = configs.map((config) => new Map(entriesOf(config, '', 0)));
  const keys = new Set(flat.flatMap((settings) => [...settings.keys()]));
  const known = flat.filter(({ size }) => size > 0);
  const apart = [...keys]
    .filter((key) => !incidental.test(key) && known.some((one) => !isDeepStrictEqual(one.get(key), known[0].get(key))))
    .map((key) => ({ key, runs: flat.filter((one) => one.has(key)).length }))
    .sort((a, b) => b.runs - a.runs)
    .slice(0, mostSettings);
  return flat.map((one) => Object.fromEntries(apart.flatMap(({ key }) => (one.has(key) ? [[key, textOf(one.get(key))]] : []))));
}

function entriesOf(config: Record<string, unknown>, prefix: string, depth: number): [string, unknown][] {
  return Object.entries(config)
    .slice(0, mostKeys)
    .flatMap(([key, value]): [string, unknown][] =>
      value !== null && typeof value === 'object' && !Array.isArray(value) && depth < maxDepth
        ? entriesOf(value as Record<string, unknown>, `${prefix}${key}.`, depth + 1)
        : [[prefix + key, value]],
    );
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 40);
