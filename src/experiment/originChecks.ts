/** What an experiment says of the runs it builds on: references that cannot be meant, and weights that cannot serve. */
import { methods } from '../core/methods.js';
import { noReference, parseFrom } from './lineage.js';
import type { SchemaFinding } from './findings.js';
import { originsOf } from './origins.js';
import type { Experiment } from './schema.js';
import { pathText } from './yamlSource.js';

const itself = {
  parent: (name: string) => `"${name}" cannot start from itself; name another experiment, a run by its id, or a preset.`,
  reward_model: (name: string) => `"${name}" cannot be its own reward model; name another experiment, or a run by its id.`,
} as const;

export function checkOrigins(e: Experiment): (SchemaFinding & { severity?: 'warning' })[] {
  const findings = originsOf(e).flatMap(({ kind, from, path }): (SchemaFinding & { severity?: 'warning' })[] => {
    const reference = parseFrom(from);
    if (!reference) return [{ path, at: 'value', message: `${pathText(path)} ${noReference(from)}` }];
    return reference.target === e.name ? [{ path, at: 'value', message: itself[kind](e.name) }] : [];
  });
  if ('preset' in e.policy && methods[e.method.name].from === 'samples') {
    const what = methods[e.method.name].trains === 'nothing' ? 'there is nothing to test' : `${e.method.name} has nothing to learn from`;
    findings.push({
      path: ['policy', 'preset'],
      at: 'value',
      severity: 'warning',
      message: `A fresh preset writes noise, so ${what}: start from an experiment that has learned to answer, with policy: { from: … }.`,
    });
  }
  return findings;
}
