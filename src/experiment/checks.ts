/** What the keys of an experiment say together: rules no single key can check. */
import { benchmarkName } from './benchmarkSuites.js';
import { checkEndpoint } from './endpointChecks.js';
import type { SchemaFinding } from './findings.js';
import { checkTarget } from './targetChecks.js';
import { checkMixture } from './mixtureChecks.js';
import { checkOrigins } from './originChecks.js';
import { surroundings, unknownPlaceholders } from './placeholders.js';
import { checkPython, checkPythonOnly } from './pythonChecks.js';
import { termName } from './rewardTerms.js';
import { checkRewards } from './rewardChecks.js';
import { checkRewardModel } from './rewardModelChecks.js';
import type { Experiment } from './schema.js';
import { checkSizes } from './sizeChecks.js';
import type { KeyPath } from './yamlSource.js';

/**
 * @param written whether the file itself has a key, rather than its default
 * @param others experiments that this one may build on, as far as they are known
 */
export function checkTogether(
  e: Experiment,
  written: (path: KeyPath) => boolean,
  others: readonly Experiment[],
): (SchemaFinding & { severity?: 'warning' })[] {
  const findings: (SchemaFinding & { severity?: 'warning' })[] = [
    ...backendChecks[e.backend](e),
    ...(e.backend === 'python' ? [] : checkPythonOnly(e)),
    ...checkEndpoint(e),
    ...checkRewards(e),
    ...checkOrigins(e),
    ...checkRewardModel(e, written),
    ...checkSizes(e, others),
    ...checkMixture(e),
    ...checkTarget(e),
  ];
  const terms = e.reward.map(termName);
  for (const i of repeats(terms)) {
    findings.push({
      path: ['reward', i, 'term'],
      at: 'value',
      message: `The reward term "${terms[i]}" is listed twice; keep one and give it the weight you want.`,
    });
  }
  for (const i of repeats(e.benchmarks.map(benchmarkName))) {
    const b = e.benchmarks[i];
    findings.push({
      path: ['benchmarks', i, 'suite' in b ? 'suite' : 'file'],
      at: 'value',
      message: `The benchmark "${benchmarkName(b)}" is listed twice; keep one.`,
    });
  }
  if (e.method.name === 'evaluate' && e.steps !== e.benchmarks.length) {
    findings.push({
      path: ['steps'],
      at: 'value',
      message: `An evaluation runs one benchmark a step: steps must be ${e.benchmarks.length}, the number of benchmarks.`,
    });
  }
  if (e.optimiser.warmup_steps >= e.steps) {
    findings.push({
      path: ['optimiser', 'warmup_steps'],
      at: 'value',
      severity: 'warning',
      message: `The learning rate warms up for ${e.optimiser.warmup_steps} of ${e.steps} steps and never reaches its peak; use fewer.`,
    });
  }
  if (e.traces.every > 1 && e.traces.groups === 'none') {
    findings.push({
      path: ['traces', 'every'],
      at: 'value',
      severity: 'warning',
      message: 'traces.groups is none, so no step has traces: leave traces.every out, or choose all or with-signal.',
    });
  }
  if (e.backend === 'command' && e.command?.capture === false && written(['traces'])) {
    findings.push({
      path: ['traces'],
      at: 'key',
      severity: 'warning',
      message: 'Nothing is captured (command.capture is false), so traces has no effect here.',
    });
  }
  return findings;
}

const backendChecks: Record<Experiment['backend'], (e: Experiment) => SchemaFinding[]> = {
  embedded: checkEmbedded,
  python: checkPython,
  command: checkCommand,
  endpoint: () => [],
};

function checkEmbedded(e: Experiment): SchemaFinding[] {
  const findings: SchemaFinding[] = [];
  if (e.command) {
    findings.push({
      path: ['command'],
      at: 'key',
      message: 'The embedded backend starts no command: write "backend: command", or leave this out.',
    });
  }
  if ('model' in e.policy) {
    findings.push({
      path: ['policy', 'model'],
      at: 'key',
      message: 'policy.model is for the backends python and command; the embedded one starts from a preset, or from another run.',
    });
  }
  if ('dataset' in e.data) {
    findings.push({
      path: ['data', 'dataset'],
      at: 'key',
      message: 'data.dataset is for the command backend; the embedded one draws its questions from data.generator, or reads data.mixture.',
    });
  }
  return findings;
}

function checkCommand(e: Experiment): SchemaFinding[] {
  if (!e.command) {
    return [
      {
        path: ['backend'],
        at: 'value',
        message:
          'The command backend needs the key command, with run (what to start) and, unless that writes the run itself, watch (what it writes).',
      },
    ];
  }
  const { run, resume, cwd, watch } = e.command;
  const texts: [SchemaFinding['path'], string][] = [
    ...run.map((text, i): [SchemaFinding['path'], string] => [['command', 'run', i], text]),
    ...resume.map((text, i): [SchemaFinding['path'], string] => [['command', 'resume', i], text]),
    [['command', 'cwd'], cwd],
    ...Object.entries(e.launch.env).map(([name, text]): [SchemaFinding['path'], string] => [['launch', 'env', name], text]),
    ...watch.map(({ path }, i): [SchemaFinding['path'], string] => [['command', 'watch', i, 'path'], path]),
  ];
  const findings = texts.flatMap(([path, text]) =>
    unknownPlaceholders(text, e).map((name): SchemaFinding => ({
      path,
      at: 'value',
      message: `\${${name}} stands for nothing: name a key of this file that has a plain value, or one of ${Object.keys(surroundings).join(', ')}.`,
    })),
  );
  if ('from' in e.policy) {
    findings.push({
      path: ['policy', 'from'],
      at: 'key',
      message: "The command backend cannot read the embedded trainer's checkpoints: name the model by policy.model.",
    });
  }
  return findings;
}

/** Indices of values that appeared before. */
const repeats = (values: string[]): number[] => values.flatMap((v, i) => (values.indexOf(v) < i ? [i] : []));
