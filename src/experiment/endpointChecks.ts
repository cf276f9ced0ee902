/** What the backend `endpoint` needs of the other keys. */
import type { SchemaFinding } from './findings.js';
import type { Experiment } from './schema.js';

export function checkEndpoint(e: Experiment): SchemaFinding[] {
  const findings: SchemaFinding[] = [];
  const { backend, policy, method, data, launch } = e;
  if (backend !== 'endpoint') {
    if ('endpoint' in policy)
      findings.push({
        path: ['policy', 'endpoint'],
        at: 'key',
        message: 'A policy behind an endpoint is asked by "backend: endpoint"; write that.',
      });
    return findings;
  }
  if (!('endpoint' in policy))
    findings.push({ path: ['backend'], at: 'value', message: 'The endpoint backend needs policy.endpoint, with url and model.' });
  if (method.name !== 'evaluate')
    findings.push({
      path: ['method', 'name'],
      at: 'value',
      message: `A server's weights are not trained here: the method of the endpoint backend is evaluate, not ${method.name}.`,
    });
  if (launch.target.name !== 'local')
    findings.push({
      path: ['launch', 'target', 'name'],
      at: 'value',
      message: 'The endpoint backend asks from this machine, and its key stays here: leave launch.target out.',
    });
  for (const [i, benchmark] of e.benchmarks.entries()) {
    const at = (key: string, message: string): SchemaFinding => ({ path: ['benchmarks', i, key], at: 'value', message });
    if (benchmark.shots > 0) findings.push(at('shots', 'An endpoint is asked the question alone: leave shots out.'));
    if (!('suite' in benchmark)) continue;
    if (benchmark.suite === 'tools')
      findings.push(at('suite', 'Programs of a server are not run: tools is a benchmark of the embedded trainer.'));
    if ((benchmark.suite === 'held-out' || benchmark.suite === 'validation') && !('generator' in data))
      findings.push(at('suite', `${benchmark.suite} questions are drawn from data.generator, which is not given.`));
  }
  return findings;
}
