/** The experiment file's JSON Schema: completion, hover text and checks in any YAML editor, and the map that `keys.ts` reads. */
import { z } from 'zod';
import { experimentSchema } from './schema.js';

/** The part of JSON Schema that our own schema makes use of, plus the two keywords of `KeyMeta`. */
export interface SchemaNode {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, SchemaNode>;
  required?: string[];
  items?: SchemaNode;
  anyOf?: SchemaNode[];
  oneOf?: SchemaNode[];
  additionalProperties?: boolean | SchemaNode;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  paper?: string;
  governs?: string[];
}

let generated: SchemaNode | undefined;

/** The schema of what a person writes, with `paper` and `governs` still in place. Generated once. */
export function annotatedSchema(): SchemaNode {
  generated ??= z.toJSONSchema(experimentSchema, { io: 'input', target: 'draft-7' }) as SchemaNode;
  return generated;
}

/** The alternatives of a union, or the node itself. */
export const branchesOf = (node: SchemaNode): SchemaNode[] => node.anyOf ?? node.oneOf ?? [node];

/** "0.04" rather than "0.04 (number)": how a default or an allowed value is written in the file. */
export const asWritten = (value: unknown): string => (typeof value === 'string' && value !== '' ? value : JSON.stringify(value));

/** Whether a default tells the reader something: an empty object or text does not. */
export const isTelling = (value: unknown): boolean =>
  value !== undefined && value !== '' && !(isPlainObject(value) && Object.keys(value).length === 0);

export const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The public JSON Schema: standard keywords only, the paper's value and the default folded into the hover text. */
export function experimentJsonSchema(): Record<string, unknown> {
  return publish(annotatedSchema());
}

function publish(node: SchemaNode): Record<string, unknown> {
  const { paper } = node;
  const out: Record<string, unknown> = { ...node };
  delete out.paper;
  delete out.governs;
  if (!isTelling(node.default)) delete out.default;
  const facts = [
    isTelling(node.default) ? `Default: \`${asWritten(node.default)}\`.` : '',
    paper === undefined ? '' : `Paper: \`${paper}\`.`,
  ];
  if (node.description !== undefined && facts.some(Boolean)) {
    out.markdownDescription = [node.description, facts.filter(Boolean).join(' ')].join('\n\n');
  }
  if (node.properties) out.properties = Object.fromEntries(Object.entries(node.properties).map(([k, v]) => [k, publish(v)]));
  if (node.items) out.items = publish(node.items);
  if (node.anyOf) out.anyOf = node.anyOf.map(publish);
  if (node.oneOf) out.oneOf = node.oneOf.map(publish);
  if (isPlainObject(node.additionalProperties)) out.additionalProperties = publish(node.additionalProperties);
  return out;
}
