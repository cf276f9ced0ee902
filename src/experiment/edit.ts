/** Changes to an experiment file that keep its comments, its key order and its layout. */
import { isDeepStrictEqual } from 'node:util';
import { type Document, isCollection, isMap, isScalar, parse, stringify } from 'yaml';
import { ExperimentSource, extent, type KeyPath, pathText } from './yamlSource.js';

/**
 * The text with one value set. Exchanging one plain value for another changes those characters alone;
 * anything else goes through the document model.
 * @throws when the text is not valid YAML: there is no safe way to edit it
 */
export function setValue(text: string, path: KeyPath, value: unknown): string {
  const source = validSource(text);
  const found = source.find(path)?.value;
  const span = extent(found);
  if (isScalar(found) && span && span[1] > span[0] && !found.anchor && !found.tag?.startsWith('!') && isPlain(value)) {
    return text.slice(0, span[0]) + stringify(value, { lineWidth: 0 }).trimEnd() + text.slice(span[1]);
  }
  const { document } = source;
  const parent: unknown = document.getIn(path.slice(0, -1));
  if (path.length > 1 && parent !== undefined && parent !== null && !isCollection(parent)) {
    throw new Error(`${pathText(path.slice(0, -1))} is not a group of keys; ${pathText(path)} cannot be set.`);
  }
  document.setIn(path, document.createNode(value));
  return print(document, text);
}

/** The text without a key (and without a group that this leaves empty). Unknown paths change nothing. */
export function deleteValue(text: string, path: KeyPath): string {
  const { document } = validSource(text);
  if (!document.hasIn(path)) return text;
  document.deleteIn(path);
  for (let up = path.slice(0, -1); up.length > 0; up = up.slice(0, -1)) {
    const parent: unknown = document.getIn(up);
    if (!isMap(parent) || parent.items.length > 0) break;
    document.deleteIn(up);
  }
  return print(document, text);
}

const isPlain = (value: unknown): boolean =>
  value === null || ['number', 'boolean'].includes(typeof value) || (typeof value === 'string' && !value.includes('\n'));

function validSource(text: string): ExperimentSource {
  const source = new ExperimentSource(text);
  const error = source.document.errors.at(0);
  if (error)
    throw new Error(`The file is not valid YAML at line ${source.position(error.pos[0]).line}: ${error.message}. Correct that first.`);
  return source;
}

/** Printed with the file's own indentation and line ends; only lines that the change touches differ from before. */
function print(document: Document, before: string): string {
  const indent = /^[^\S\n]+(?=[^\s#-])/m.exec(before)?.[0].length ?? 2;
  const indentSeq = !/^(\w+):[^\S\n]*(#.*)?\r?\n- /m.test(before);
  const printed = document.toString({ lineWidth: 0, indent, indentSeq, flowCollectionPadding: /[[{] /.test(before) });
  const merged = keepUntouchedLines(before, printed);
  return isDeepStrictEqual(parse(merged, quiet), parse(printed, quiet)) ? merged : printed;
}

const quiet = { logLevel: 'error', merge: true } as const;

/** `printed`, with its first and last lines as they stood in `before` as far as they differ in blanks alone. */
function keepUntouchedLines(before: string, printed: string): string {
  const eol = before.includes('\r\n') ? '\r\n' : '\n';
  const old = before.split(/\r?\n/);
  const now = printed.split('\n');
  const same = (a: string | undefined, b: string | undefined): boolean => a?.replace(/\s+/g, '') === b?.replace(/\s+/g, '');
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && same(old[head], now[head])) head++;
  let tail = 0;
  while (tail < shorter - head && same(old.at(-1 - tail), now.at(-1 - tail))) tail++;
  return [...old.slice(0, head), ...now.slice(head, now.length - tail), ...old.slice(old.length - tail)].join(eol);
}
