/** What a mixture of texts says together with the other keys of an experiment. */
import type { SchemaFinding } from './findings.js';
import { mixtureOf } from './mixtureSchema.js';
import type { Experiment } from './schema.js';

export function checkMixture(e: Experiment): (SchemaFinding & { severity?: 'warning' })[] {
  const { data, method } = e;
  if ((e.backend !== 'embedded' && e.backend !== 'python') || 'dataset' in data) return [];
  if ('generator' in data || 'questions' in data) {
    if (method.name !== 'pretrain') return [];
    const message = 'The method pretrain reads texts, not questions: give data.mixture or data.preset.';
    return [{ path: ['data', 'generator' in data ? 'generator' : 'questions'], at: 'key', message }];
  }
  const key = 'preset' in data ? 'preset' : 'mixture';
  if (method.name !== 'pretrain' && method.name !== 'evaluate') {
    const message = `The method ${method.name} asks questions, and data.${key} holds texts: give data.generator.`;
    return [{ path: ['data', key], at: 'key', message }];
  }
  const findings: (SchemaFinding & { severity?: 'warning' })[] = [];
  const sources = mixtureOf(data);
  const sum = sources.reduce((total, s) => total + s.share, 0);
  if (Math.abs(sum - 1) > 1e-6) {
    const message = `The shares of data.mixture sum to ${Number(sum.toPrecision(6))}; they must sum to 1.`;
    findings.push({ path: ['data', 'mixture'], at: 'key', message });
  }
  for (const [i, { name }] of sources.entries()) {
    if (sources.findIndex((s) => s.name === name) === i) continue;
    const message = `Two sources of data.mixture are called "${name}"; give one another name.`;
    findings.push({ path: ['data', 'mixture', i], at: 'value', message });
  }
  for (const [i, benchmark] of e.benchmarks.entries()) {
    if ('file' in benchmark || (benchmark.suite !== 'held-out' && benchmark.suite !== 'validation')) continue;
    const { suite, samples, shots } = benchmark;
    if (samples === 1 && shots === 0) continue;
    const message = `The ${suite} documents of a mixture are read, not answered: samples and shots change nothing here.`;
    findings.push({ path: ['benchmarks', i, samples === 1 ? 'shots' : 'samples'], at: 'key', severity: 'warning', message });
  }
  return findings;
}
