/** A schema issue in words that say what is wrong and what to do. */
import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { annotatedSchema, asWritten, branchesOf, isPlainObject, type SchemaNode } from './experimentJsonSchema.js';
import { accepts, fitting, schemaAt } from './experimentKeys.js';
import { type KeyPath, pathText } from './yamlSource.js';
import { abridged } from '../core/questionPreview.js';

type Issue = z.core.$ZodIssue;

/** One thing to tell about the file, before it has a place in the text. */
export interface SchemaFinding {
  path: KeyPath;
  /** What of the path is at fault. */
  at: 'key' | 'value';
  message: string;
  /** A text that would make it right. */
  suggestion?: string;
}

/** Names that other trainers use for our keys. */
const synonyms: Record<string, string> = {
  lr: 'learning_rate',
  num_generations: 'group_size',
  kl_coef: 'beta',
  kl_coeff: 'beta',
  epsilon: 'clip',
  clip_range: 'clip',
  cliprange: 'clip',
  mu: 'updates_per_exploration',
  num_iterations: 'updates_per_exploration',
  max_steps: 'steps',
  max_completion_length: 'max_tokens',
  max_new_tokens: 'max_tokens',
  num_threads: 'threads',
  model: 'policy',
};

/** @param root the file's whole value */
export function explain(issue: Issue, root: unknown): SchemaFinding[] {
  const path = issue.path.map((p) => (typeof p === 'number' ? p : String(p)));
  const value = at(root, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key], root));
    case 'invalid_union':
      return 'options' in issue && issue.options
        ? [wrongChoice(path, value, issue.options.map(String), root)]
        : union(path, value, issue.errors, root);
    case 'invalid_type':
    case 'invalid_value':
    case 'too_small':
    case 'too_big':
      return [wrongValue(path, value, root)];
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return [{ path, at: 'value', message: `${pathText(path)}: ${issue.message}.` }];
  }
}

function wrongValue(path: KeyPath, value: unknown, root: unknown): SchemaFinding {
  const node = schemaAt(path, root)[0] ?? {};
  const name = path.length === 0 ? 'The experiment' : pathText(path);
  const about = node.description === undefined ? '' : ` ${node.description}`;
  if (value === undefined) {
    return { path: path.slice(0, -1), at: 'key', message: `Missing key ${name} (${accepts(node)}).${about}` };
  }
  if (value === null) {
    const message =
      path.length === 0
        ? `The file is empty: an experiment needs ${(node.required ?? []).join(', ')}.`
        : `${name} is empty: write ${accepts(node)}, or remove the line.`;
    return { path, at: 'value', message };
  }
  const choices = (node.enum ?? []).filter((c) => typeof c === 'string');
  if (choices.length > 0 && typeof value === 'string') return wrongChoice(path, value, choices, root);
  const need = Array.isArray(value) && value.length === 0 ? 'it needs at least one entry' : `it must be ${article(accepts(node))}`;
  return { path, at: 'value', message: `${name} is ${shown(value)}; ${need}.` };
}

/** A value that is none of the words it is chosen from, be it of an enum or of the key that tells a union's alternatives apart. */
function wrongChoice(path: KeyPath, value: unknown, choices: string[], root: unknown): SchemaFinding {
  const name = pathText(path);
  if (value === undefined) {
    const about = schemaAt(path.slice(0, -1), root)[0]?.description;
    return {
      path: path.slice(0, -1),
      at: 'key',
      message: `Missing key ${name} (${choices.join(' | ')}).${about === undefined ? '' : ` ${about}`}`,
    };
  }
  if (typeof value !== 'string') return { path, at: 'value', message: `${name} is ${shown(value)}; it must be ${orList(choices)}.` };
  const near = nearest(value, choices);
  const hint = near === undefined ? 'it' : `did you mean "${near}"? It`;
  return {
    path,
    at: 'value',
    message: `${name}: "${value}" is not known; ${hint} can be ${orList(choices)}.`,
    ...(near !== undefined && { suggestion: near }),
  };
}

function union(path: KeyPath, value: unknown, errors: Issue[][], root: unknown): SchemaFinding[] {
  if (!isPlainObject(value)) return [wrongValue(path, value, root)];
  const node = schemaAt(path, root)[0] ?? {};
  const heads = headsOf(node);
  const used = heads.filter((head) => head in value);
  if (used.length > 1) return [notBoth(path, used)];
  if (used.length === 0) {
    const unknown = Object.keys(value).map((key) => unknownKey([...path, key], root));
    return unknown.length > 0
      ? unknown
      : [{ path, at: 'key', message: `${pathText(path)} needs one of ${orList(heads)}.${node.description ? ` ${node.description}` : ''}` }];
  }
  const chosen = errors[branchesOf(node).indexOf(fitting(node, value)[0])] ?? [];
  return chosen.flatMap((issue) => explain({ ...issue, path: [...path, ...issue.path] }, root));
}

/** The key that each alternative of a plain union demands; none for a union told apart by a constant. */
const headsOf = (node: SchemaNode): string[] => (node.anyOf ?? []).flatMap((b) => b.required?.[0] ?? []);

const notBoth = (path: KeyPath, used: string[]): SchemaFinding => ({
  path,
  at: 'value',
  message: `${pathText(path)}: give either ${orList(used)}, not both.`,
});

function unknownKey(path: KeyPath, root: unknown): SchemaFinding {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const value = at(root, parent);
  const used = schemaAt(parent, root)
    .flatMap(headsOf)
    .filter((head) => isPlainObject(value) && head in value);
  if (used.length > 1) return notBoth(parent, used);
  const where = parent.length === 0 ? '' : ` in ${pathText(parent)}`;
  // The key that each alternative demands comes before those that several may have.
  const possible = schemaAt(parent, root).flatMap((n) => fitting(n, value).flatMap((b) => Object.keys(b.properties ?? {})));
  const heads = schemaAt(parent, root).flatMap(headsOf);
  const known = [...new Set([...heads.filter((head) => possible.includes(head)), ...possible])];
  const synonym = Object.hasOwn(synonyms, key) ? synonyms[key] : undefined;
  const near = synonym !== undefined && known.includes(synonym) ? synonym : nearest(key, known);
  const homes = placesOf(synonym ?? key);
  // A key that exists elsewhere is more likely misplaced than misspelt.
  if (homes.length > 0 && (near === undefined || near !== synonym)) {
    return { path, at: 'key', message: `Unknown key "${key}"${where}; "${synonym ?? key}" belongs ${orList(homes)}.` };
  }
  if (near !== undefined) return { path, at: 'key', message: `Unknown key "${key}"${where}; did you mean "${near}"?`, suggestion: near };
  return { path, at: 'key', message: `Unknown key "${key}"${where}; known here: ${known.join(', ')}.` };
}

/** Where in the schema a key of this name lives: `in method (ppo or grpo)`, `at the top`. */
function placesOf(key: string): string[] {
  const kinds = new Map<string, Set<string>>();
  const visit = (node: SchemaNode, path: KeyPath): void => {
    for (const branch of branchesOf(node)) {
      const kind = Object.values(branch.properties ?? {}).find((p) => p.const !== undefined)?.const;
      if (branch.properties && Object.hasOwn(branch.properties, key)) {
        const place = path.length === 0 ? 'at the top' : `in ${pathText(path)}`;
        const found = kinds.get(place) ?? new Set<string>();
        kinds.set(place, kind === undefined ? found : found.add(asWritten(kind)));
      }
      for (const [name, property] of Object.entries(branch.properties ?? {})) visit(property, [...path, name]);
    }
    if (node.items) visit(node.items, path);
  };
  visit(annotatedSchema(), []);
  return [...kinds].map(([place, of]) => (of.size === 0 ? place : `${place} (${orList([...of])})`));
}

function nearest(word: string, words: string[]): string | undefined {
  if (words.length === 0) return undefined;
  const best = closest(word.toLowerCase(), words);
  return distance(word.toLowerCase(), best) <= Math.max(2, Math.floor(best.length / 3)) ? best : undefined;
}

function at(root: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((v, s) => (typeof v === 'object' && v !== null ? (v as Record<string, unknown>)[s] : undefined), root);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a group of keys';
  if (typeof value === 'string') return `the text "${abridged(value, 40)}"`;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'empty';
}

const orList = (words: string[]): string => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)!}`);
const article = (what: string): string =>
  /^(text|keys|name|either)/.test(what) || what.includes('|') ? what : `${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what}`;
