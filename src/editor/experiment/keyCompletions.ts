/** Completion in an experiment file where no YAML extension offers it: keys and values of the schema at a place in the text. */
import { isMap } from 'yaml';
import { asWritten, branchesOf, isPlainObject, type SchemaNode } from '../../experiment/experimentJsonSchema.js';
import { accepts, fitting, schemaAt } from '../../experiment/experimentKeys.js';
import { ExperimentSource, type KeyPath } from '../../experiment/yamlSource.js';

export interface Completion {
  label: string;
  kind: 'key' | 'value';
  /** Inserted in place of what is typed so far; `$0` marks where the cursor goes. */
  insert: string;
  documentation: string;
}

/** What may stand at an offset; `from` is where the word that is typed so far begins. */
export function completionsAt(text: string, offset: number): { from: number; items: Completion[] } {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(lineStart, offset);
  const place = placeOf(line, text.slice(0, lineStart).split('\n'));
  if (!place) return { from: offset, items: [] };
  const lineEnd = text.indexOf('\n', offset);
  const rest = text.slice(0, lineStart) + (lineEnd < 0 ? '' : text.slice(lineEnd + 1));
  const root = valueOf(place.flow ? text : rest);
  const nodes = schemaAt(place.path, root);
  const items = place.kind === 'value' ? nodes.flatMap(values) : keys(nodes, valueAt(root, place.path), place);
  return { from: offset - place.typed.length, items: unique(items) };
}

interface Place {
  kind: 'key' | 'value';
  /** Of the map whose key is wanted, or of the key whose value is wanted. */
  path: KeyPath;
  typed: string;
  /** Inside `{ … }`. */
  flow: boolean;
  indent: number;
}

/** @param above the lines before this one */
function placeOf(line: string, above: string[]): Place | undefined {
  if (/(^|\s)#/.test(line)) return undefined;
  const flow = /^(\s*(?:- )?)(\w+):\s*\{(?:[^{}]*,)?\s*(?:(\w+):\s+)?([\w.-]*)$/.exec(line);
  if (flow) {
    const [, lead = '', outer = '', , typed = ''] = flow;
    const inner = flow.at(3);
    const path = [...parentPath(above, lead.length), outer];
    return {
      kind: inner === undefined ? 'key' : 'value',
      path: inner === undefined ? path : [...path, inner],
      typed,
      flow: true,
      indent: 0,
    };
  }
  const value = /^(\s*(?:- )?)(\w+):\s+([\w.-]*)$/.exec(line);
  if (value) {
    const [, lead = '', key = '', typed = ''] = value;
    return { kind: 'value', path: [...parentPath(above, lead.length, line), key], typed, flow: false, indent: lead.length };
  }
  const key = /^(\s*(?:- )?)(\w*)$/.exec(line);
  if (!key) return undefined;
  const [, lead = '', typed = ''] = key;
  return { kind: 'key', path: parentPath(above, lead.length, line), typed, flow: false, indent: lead.length };
}

/**
 * The path of the map to which a key at this column belongs, read from the indentation of the lines above.
 * @param line the line itself, when it may begin a list item
 */
function parentPath(above: string[], column: number, line = ''): KeyPath {
  const path: KeyPath = [];
  let within = column;
  const begins = /^(\s*)- /.exec(line);
  let index = begins ? 0 : -1;
  if (begins) within = begins[1].length;
  for (let i = above.length - 1; i >= 0 && (within > 0 || index >= 0); i--) {
    const m = /^(\s*)(- )?(\w+):(.*)$/.exec(above[i]);
    if (!m) continue;
    const [, space = '', dash = '', name = '', rest = ''] = m;
    const keyColumn = space.length + dash.length;
    if (index >= 0) {
      // Inside a list: its earlier items count up, a key at the same column or left of it owns the list.
      if (dash && space.length === within) index++;
      else if (!dash && space.length <= within && /^\s*(#.*)?$/.test(rest)) {
        path.unshift(name, index);
        index = -1;
        within = space.length;
      }
      continue;
    }
    if (dash && keyColumn === within) {
      index = 0;
      within = space.length;
    } else if (keyColumn < within && /^\s*(#.*)?$/.test(rest)) {
      path.unshift(name);
      within = keyColumn;
      if (dash) {
        index = 0;
        within = space.length;
      }
    }
  }
  return path;
}

function valueOf(text: string): unknown {
  try {
    const source = new ExperimentSource(text);
    return isMap(source.document.contents) ? source.value() : undefined;
  } catch {
    return undefined; // a text that cannot be read has no keys yet
  }
}

const valueAt = (root: unknown, path: KeyPath): unknown =>
  path.reduce<unknown>((v, s) => (isPlainObject(v) || Array.isArray(v) ? (v as Record<string, unknown>)[s] : undefined), root);

/** @param value the map as it stands: its keys are taken, and it may say which alternative of a union is meant */
function keys(nodes: SchemaNode[], value: unknown, place: Place): Completion[] {
  const properties = nodes.flatMap((n) => fitting(n, value)).flatMap((n) => Object.entries(n.properties ?? {}));
  return properties.flatMap(([name, node]) => {
    if (isPlainObject(value) && name in value) return [];
    return [{ label: name, kind: 'key' as const, insert: `${name}:${after(node, place)}`, documentation: document(node) }];
  });
}

function after(node: SchemaNode, { flow, indent }: Place): string {
  if (flow) return ' $0';
  if (node.type === 'array' && node.items?.properties) return `\n${' '.repeat(indent + 2)}- $0`;
  if (node.type === 'array') return ' [$0]';
  const nested = branchesOf(node).some((b) => b.properties);
  return nested ? `\n${' '.repeat(indent + 2)}$0` : ' $0';
}

function values(node: SchemaNode): Completion[] {
  const allowed = branchesOf(node).flatMap((n) => n.enum ?? (n.const === undefined ? [] : [n.const]));
  const scalarDefault = node.default !== undefined && typeof node.default !== 'object' ? [node.default] : [];
  const suggested = allowed.length > 0 ? allowed : node.type === 'boolean' ? [true, false] : scalarDefault;
  return suggested
    .filter((v) => v !== '')
    .map((v) => ({ label: asWritten(v), kind: 'value', insert: asWritten(v), documentation: document(node) }));
}

const document = (node: SchemaNode): string => {
  const facts = [`Takes: ${accepts(node)}.`, node.paper === undefined ? '' : `Paper: ${node.paper}.`];
  return [node.description ?? '', facts.filter(Boolean).join(' ')].filter(Boolean).join('\n\n');
};

function unique(items: Completion[]): Completion[] {
  return [...new Map(items.map((i) => [i.label, i])).values()];
}
