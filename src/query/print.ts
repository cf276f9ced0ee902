import { isPlain, quoted } from './lexer.js';
import type { Pattern, PropertyName, Tree } from './tree.js';

/** A filter as text: read again it is the same tree. */
export function print(tree: Tree): string {
  switch (tree.kind) {
    case 'all':
      return '';
    case 'and':
    case 'or':
      return tree.parts.map((part) => within(part, tree.kind === 'and' ? ['and', 'or'] : ['or'])).join(` ${tree.kind} `);
    case 'not':
      return `not ${within(tree.part, ['and', 'or'])}`;
    case 'number':
      return `${printName(tree.property)} ${tree.is} ${printNumber(tree.value)}`;
    case 'text':
      return `${printName(tree.property)} ${tree.is} ${printValue(tree.value)}`;
    case 'range':
      return `${printName(tree.property)} in ${tree.from === null ? '' : printNumber(tree.from)}..${tree.to === null ? '' : printNumber(tree.to)}`;
    case 'flag':
      return printName(tree.property);
    case 'known':
      return `${printName(tree.property)} is ${tree.known ? 'known' : 'unknown'}`;
    case 'match':
      return `${printName(tree.property)} ~ ${printPattern(tree.pattern)}`;
    case 'words':
      return quoted(tree.text);
    case 'label':
      return `label:${isPlain(tree.label) ? tree.label : quoted(tree.label)}`;
  }
}

const within = (tree: Tree, closed: readonly string[]): string => (closed.includes(tree.kind) ? `(${print(tree)})` : print(tree));

/** `rewards.format`, `rewards."two words"` */
export function printName({ name, key }: PropertyName): string {
  if (key === undefined) return name;
  return `${name}.${isPlain(key) ? key : quoted(key)}`;
}

/** JavaScript's shortest, which begins with a digit or a minus; -0 is 0. */
const printNumber = (value: number): string => String(value === 0 ? 0 : value);

const printValue = (value: string): string => (isPlain(value) ? value : quoted(value));

function printPattern(pattern: Pattern): string {
  if (pattern.kind === 'substring') return quoted(pattern.text);
  return `/${pattern.source.replace(/\\.|\//gs, (part) => (part === '/' ? '\\/' : part))}/${pattern.flags}`;
}
