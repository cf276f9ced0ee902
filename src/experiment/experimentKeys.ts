/** What a key means: found by path in the schema, or under the cursor in a text. For hovers and messages. */
import { isMap, isScalar, isSeq } from 'yaml';
import { largest } from '../core/extremes.js';
import { annotatedSchema, asWritten, branchesOf, isPlainObject, isTelling, type SchemaNode } from './experimentJsonSchema.js';
import { ExperimentSource, extent, type KeyPath, type Range } from './yamlSource.js';

export interface KeyInfo {
  path: KeyPath;
  description: string;
  /** The paper's value, as text. */
  paper?: string;
  /** Metric names this key shapes, most telling first. */
  governs: string[];
  default?: unknown;
  /** What may stand here: `sft | grpo`, `integer, 1 to 16`. */
  accepts: string;
}

export interface KeyAt {
  path: KeyPath;
  /** Range of the key's name. */
  range: Range;
  /** The value as it stands in the file (undefined when empty). */
  value: unknown;
  info: KeyInfo;
}

/**
 * The key whose name or scalar value is at an offset.
 * @returns undefined between keys, in comments, and on keys the schema does not know
 */
export function keyAt(text: string, offset: number): KeyAt | undefined {
  const source = new ExperimentSource(text);
  const path = pathAt(source.document.contents, offset, []);
  if (!path) return undefined;
  let root: unknown;
  try {
    root = source.value();
  } catch {
    return undefined; // aliases beyond reason: `parseExperiment` reports them
  }
  const info = keyInfo(path, root);
  return info && { path, range: source.keyRange(path), value: valueAt(root, path), info };
}

/** @param root the file's value: which alternative of a union is meant depends on it */
export function keyInfo(path: KeyPath, root?: unknown): KeyInfo | undefined {
  const node = schemaAt(path, root).find((n) => n.description !== undefined);
  if (!node) return undefined;
  return {
    path,
    description: node.description ?? '',
    ...(node.paper !== undefined && { paper: node.paper }),
    governs: node.governs ?? [],
    ...(isTelling(node.default) && { default: node.default }),
    accepts: accepts(node),
  };
}

/** The schema nodes that can stand at a path: several while a union is open, none when the path is unknown. */
export function schemaAt(path: KeyPath, root?: unknown): SchemaNode[] {
  let nodes = [annotatedSchema()];
  let value = root;
  for (const segment of path) {
    nodes = nodes.flatMap((node) => fitting(node, value).flatMap((branch) => child(branch, segment) ?? []));
    value = isPlainObject(value) ? value[String(segment)] : Array.isArray(value) ? value[Number(segment)] : undefined;
  }
  return nodes;
}

/** The alternatives a value can mean: those it names by a constant, else those that share most keys with it. */
export function fitting(node: SchemaNode, value: unknown): SchemaNode[] {
  const branches = branchesOf(node);
  if (branches.length === 1 || !isPlainObject(value)) return branches;
  const score = (branch: SchemaNode): number =>
    Object.entries(branch.properties ?? {}).reduce(
      (sum, [key, property]) => sum + (key in value ? (property.const === undefined ? 1 : property.const === value[key] ? 1000 : 0) : 0),
      0,
    );
  const best = largest(branches.map(score));
  return branches.filter((branch) => score(branch) === best);
}

/** In words, what a schema node takes. */
export function accepts(node: SchemaNode): string {
  const branches = branchesOf(node);
  if (branches.length > 1) {
    const names = branches.flatMap((b) =>
      Object.values(b.properties ?? {}).flatMap((p) => (p.const === undefined ? [] : [asWritten(p.const)])),
    );
    return names.length > 0
      ? names.join(' | ')
      : `either ${branches.map((b) => (b.required ?? []).map((k) => `${k}: …`).join(', ')).join(' or ')}`;
  }
  const only = branches[0];
  if (only.enum) return only.enum.map(asWritten).join(' | ');
  if (only.const !== undefined) return asWritten(only.const);
  if (only.type === 'array') return `list, each ${only.items ? accepts(only.items) : 'any value'}`;
  if (only.type === 'object') return only.properties ? `keys (${Object.keys(only.properties).join(', ')})` : 'name: text pairs';
  if (only.type === 'string') return 'text';
  return `${only.type ?? 'value'}${bounds(only)}`;
}

function bounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: SchemaNode): string {
  if (minimum !== undefined && maximum !== undefined) return `, ${minimum} to ${maximum}`;
  const low = minimum !== undefined ? `, ${minimum} or more` : exclusiveMinimum !== undefined ? `, above ${exclusiveMinimum}` : '';
  const high = maximum !== undefined ? `, ${maximum} at most` : exclusiveMaximum !== undefined ? `, below ${exclusiveMaximum}` : '';
  return low + high;
}

function child(node: SchemaNode, segment: string | number): SchemaNode | undefined {
  if (typeof segment === 'number') return node.items;
  if (node.properties && Object.hasOwn(node.properties, segment)) return node.properties[segment];
  return isPlainObject(node.additionalProperties) ? node.additionalProperties : undefined;
}

function valueAt(root: unknown, path: KeyPath): unknown {
  return (
    path.reduce<unknown>((v, s) => (isPlainObject(v) || Array.isArray(v) ? (v as Record<string, unknown>)[s] : undefined), root) ??
    undefined
  );
}

function pathAt(node: unknown, offset: number, path: KeyPath): KeyPath | undefined {
  const inside = (n: unknown): boolean => {
    const span = extent(n);
    return span !== undefined && offset >= span[0] && offset <= span[1];
  };
  if (isMap(node)) {
    for (const pair of node.items) {
      const at = [...path, String(isScalar(pair.key) ? pair.key.value : pair.key)];
      if (inside(pair.key) || (isScalar(pair.value) && inside(pair.value))) return at;
      const deeper = pathAt(pair.value, offset, at);
      if (deeper) return deeper;
    }
  }
  if (isSeq(node)) {
    for (const [i, item] of node.items.entries()) {
      if (isScalar(item) && inside(item)) return path;
      const deeper = pathAt(item, offset, [...path, i]);
      if (deeper) return deeper;
    }
  }
  return undefined;
}
