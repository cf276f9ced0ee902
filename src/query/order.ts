import { parse } from './parse.js';
import { declared } from './properties.js';
import { printName } from './print.js';
import type { PropertyName } from './tree.js';

/** By which number solutions are listed. */
export interface Order {
  by: PropertyName;
  descending: boolean;
}

/** `reward`, largest first, or `reward:asc`; undefined where it names no number. */
export function orderOf(text: string): Order | undefined {
  const descending = !text.endsWith(':asc');
  const { tree } = parse(`${descending ? text : text.slice(0, -4)} is known`);
  if (tree?.kind !== 'known' || declared(tree.property).type !== 'number') return undefined;
  return { by: tree.property, descending };
}

export const orderText = ({ by, descending }: Order): string => `${printName(by)}${descending ? '' : ':asc'}`;
