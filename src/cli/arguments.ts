/** Values of options, read from what was typed. @throws InvalidArgumentError or CliError, saying what is meant */
import { InvalidArgumentError } from 'commander';
import { facetNames, type FacetName } from '../store/views.js';
import { CliError, exit } from './exit.js';

export function rowCount(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > 1000) throw new InvalidArgumentError('It must be a whole number from 0 to 1000.');
  return number;
}

export function positive(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number from 1.');
  return number;
}

export function whole(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > 10_000)
    throw new InvalidArgumentError('It must be a whole number from 0 to 10000.');
  return number;
}

export function stepNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > 1e9) throw new InvalidArgumentError('It must be a step: a whole number from 0.');
  return number;
}

/** Of worst tokens. */
export function tokenCount(value: string): number {
  const number = positive(value);
  if (number > 500) throw new InvalidArgumentError('It must be at most 500.');
  return number;
}

/** `format=0.5`, after those before it. */
export function termWeight(text: string, before: [string, number][]): [string, number][] {
  const at = text.lastIndexOf('=');
  const weight = Number(text.slice(at + 1));
  if (at < 1 || text.slice(at + 1).trim() === '' || !Number.isFinite(weight))
    throw new InvalidArgumentError('It must be a term and a number: format=0.5.');
  return [...before, [text.slice(0, at), weight]];
}

export function clusterCount(value: string): number {
  const number = positive(value);
  if (number > 200) throw new InvalidArgumentError('It must be at most 200.');
  return number;
}

/** `12`, `3..40`, `..40`, `3..`; of the option that it is the value of */
export const stepsFor =
  (option: string) =>
  (text: string): { from: number; to: number } => {
    const m = /^(\d{1,9})?(\.\.)?(\d{1,9})?$/.exec(text.trim());
    const [, first, dots, last] = (m ?? []) as (string | undefined)[];
    if (!m || (first === undefined && last === undefined)) throw new CliError(`${option} ${text}: write one step, or A..B.`, exit.usage);
    const from = first === undefined ? 0 : Number(first);
    const to = last !== undefined ? Number(last) : dots === undefined ? from : 1e9;
    if (to < from) throw new CliError(`${option} ${text}: the first step comes first.`, exit.usage);
    return { from, to };
  };

export function facetsOf(text: string): FacetName[] {
  return text.split(',').map((name) => {
    const facet = facetNames.find((known) => known === name.trim());
    if (facet === undefined) throw new CliError(`--facets takes names of ${facetNames.join(', ')}, not "${name}".`, exit.usage);
    return facet;
  });
}
