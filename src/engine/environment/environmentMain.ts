/** `node dist/environment.cjs --run <run directory>`: answers the requests of `wire.ts` on its standard input until that ends. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeIssue } from '../../core/describeIssue.js';
import { jsonLine, Lines } from '../../core/lines.js';
import { messageOf } from '../../core/messageOf.js';
import { experimentSchema } from '../../experiment/schema.js';
import { Grader } from '../../grading/grader.js';
import { readIdentity } from '../../protocol/identity.js';
import { scoredGroups } from '../evaluateRewardModel.js';
import { Environment } from './environment.js';
import { environmentRequest, type EnvironmentAnswer, type EnvironmentRequest } from './wire.js';

function openEnvironment(): Environment {
  const { values } = parseArgs({ options: { run: { type: 'string' } } });
  if (values.run === undefined) throw new Error('Usage: environment --run <run directory>');
  const identity = readIdentity(resolve(values.run));
  if (!identity) throw new Error(`${values.run} holds no run. Name the directory of a run that was launched.`);
  const experiment = experimentSchema.safeParse(identity.experiment.resolved);
  if (!experiment.success) throw new Error(`${values.run}: experiment.resolved: ${describeIssue(experiment.error)}`);
  return new Environment(experiment.data, new Grader({ worker: join(__dirname, 'gradeWorker.cjs') }));
}

async function answerTo(request: EnvironmentRequest, environment: Environment): Promise<EnvironmentAnswer> {
  const { id } = request;
  switch (request.ask) {
    case 'tasks':
      return { id, tasks: environment.tasks(request) };
    case 'demonstrations':
      return { id, demonstrations: environment.demonstrations(request) };
    case 'documents':
      return { id, documents: environment.documents(request) };
    case 'suites':
      return { id, ...environment.suites() };
    case 'rewards':
      return { id, rewards: await environment.rewards(request.solutions) };
    case 'results':
      return { id, results: await environment.results(request) };
    case 'scored':
      return { id, ...scoredGroups(request.scores, request.right, request.size) };
  }
}

async function receive(line: string, environment: Environment): Promise<void> {
  const request = environmentRequest.parse(JSON.parse(line));
  const answer = await answerTo(request, environment).catch((error: unknown) => ({ id: request.id, error: messageOf(error) }));
  process.stdout.write(jsonLine(answer));
}

/** What cannot even be answered ends the process: whoever asks hears its last words on standard error. */
function end(error: unknown): never {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
}

try {
  const environment = openEnvironment();
  const lines = new Lines();
  process.stdin
    .setEncoding('utf8')
    .on('data', (piece: string) => lines.take(piece).forEach((line) => void receive(line, environment).catch(end)));
  process.stdin.on('end', () => process.exit());
  process.stdout.on('error', () => process.exit());
} catch (error) {
  end(error);
}
