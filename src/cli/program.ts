/** Commands, options and help. */
import { Command, CommanderError, Option } from 'commander';
import { version } from '../../package.json';
import { failures } from '../core/failures.js';
import { courseKinds } from '../core/questionCourse.js';
import { messageOf } from '../core/messageOf.js';
import type { EvalOptions } from './commands/eval.js';
import type { GradeRunOptions } from './commands/gradeRun.js';
import type { DuplicatesOptions } from './commands/duplicates.js';
import type { ExportOptions } from './commands/exportFound.js';
import type { FindOptions } from './commands/find.js';
import type { ImportCommandOptions } from './commands/import.js';
import type { LabelOptions } from './commands/label.js';
import type { LedgerOptions } from './commands/ledger.js';
import type { LogsOptions } from './commands/logs.js';
import type { ModesOptions } from './commands/modes.js';
import type { PreflightOptions } from './commands/preflight.js';
import type { QuestionsOptions } from './commands/questions.js';
import type { RunOptions } from './commands/run.js';
import type { ShowOptions } from './commands/show.js';
import type { ThenNowOptions } from './commands/thenNow.js';
import type { TokensOptions } from './commands/tokens.js';
import type { WhatIfOptions } from './commands/whatIf.js';
import { clusterCount, facetsOf, positive, rowCount, stepNumber, stepsFor, termWeight, tokenCount, whole } from './arguments.js';
import { CliError, exit, type ExitCode } from './exit.js';
import { variantIds } from '../core/advantageVariants.js';
import { tokenMeasures } from '../core/worstTokens.js';
import { pairRules } from '../exporting/pairs.js';
import { preflightDefaults } from '../doctor/preflight/report.js';
import { conventions } from '../grading/extract/conventions.js';
import { labFolder } from './labFolder.js';
import { Output } from './output.js';
import { CliSession } from './cliSession.js';

interface Common {
  json?: boolean;
  folder?: string;
  node?: string;
  python?: string;
}

/**
 * @param args the command line without the program
 * @param distFolder where the bundles are
 */
export async function main(args: readonly string[], distFolder: string): Promise<ExitCode> {
  endWithReader(process.stdout);
  let code: ExitCode = exit.ok;
  /** Runs a command with a session, which is closed whatever happens. */
  const inSession = async (options: Common, file: string | undefined, work: (session: CliSession) => Promise<ExitCode>): Promise<void> => {
    const folder = labFolder(process.cwd(), options.folder, file);
    const session = new CliSession(new Output(options.json ?? false), folder, {
      distFolder,
      ...(options.node !== undefined && { nodePath: options.node }),
      ...(options.python !== undefined && { python: options.python }),
    });
    try {
      code = await work(session);
    } finally {
      await session.close();
    }
  };
  const program = build(inSession, {
    validate: async (options, paths) => {
      code = await (await import('./commands/validate.js')).validate(new Output(options.json ?? false), paths);
    },
    pythonPackage: async (options) => {
      code = (await import('./commands/pythonPackage.js')).pythonPackage(new Output(options.json ?? false), distFolder);
    },
    gradePairs: async (file) => {
      code = await (await import('./commands/gradePairs.js')).gradePairs(file, distFolder);
    },
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.ok : exit.usage;
    const message = messageOf(error);
    console.error(message);
    new Output(args.includes('--json')).value({ error: message });
    return error instanceof CliError ? error.code : exit.failed;
  }
}

/** `grpo-lab show last | head`: who reads has seen enough, and that is no error. */
function endWithReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exit.ok);
    throw error;
  });
}

type InSession = (options: Common, file: string | undefined, work: (session: CliSession) => Promise<ExitCode>) => Promise<void>;

/** Commands that need no `.grpo-lab` folder. */
interface Anywhere {
  validate(options: Common, paths: string[]): Promise<void>;
  pythonPackage(options: Common): Promise<void>;
  gradePairs(file: string): Promise<void>;
}

/** Each command is loaded when it is run: most of a short one's time would go into the others. */
function build(inSession: InSession, anywhere: Anywhere): Command {
  const program = new Command('grpo-lab')
    .description('Launch RL fine-tuning runs, keep every rollout, and read why each solution got its advantage.')
    .version(version)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      'after',
      examples(
        'grpo-lab validate arith-grpo.experiment.yaml',
        'grpo-lab run arith-grpo.experiment.yaml',
        'grpo-lab ls',
        'grpo-lab show last --step last',
      ),
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 ok, 1 the run failed or something could not be done, 2 wrong usage or an experiment with errors,\n3 doctor or preflight found something, 130 interrupted (Ctrl-C leaves the run going; a run that was stopped ends so too).',
    );

  const command = (name: string, description: string, ...lines: string[]): Command =>
    program
      .command(name)
      .description(description)
      .option('--json', 'one JSON value on standard output, for programs')
      .addHelpText('after', examples(...lines));
  const inFolder = (name: string, description: string, ...lines: string[]): Command =>
    command(name, description, ...lines).option('-C, --folder <folder>', 'the folder that holds .grpo-lab (default: the nearest above)');
  const python = (): Option => new Option('--python <path>', 'the Python that ${python} stands for in a command').env('GRPO_LAB_PYTHON');
  const node = (): Option => new Option('--node <path>', 'the Node executable for the trainer').env('GRPO_LAB_NODE');

  inFolder(
    'run',
    'Launch an experiment and follow it; it goes on without this terminal.',
    'grpo-lab run arith-grpo.experiment.yaml',
    'grpo-lab run arith-grpo.experiment.yaml --detach',
    'grpo-lab run arith-grpo.experiment.yaml --set seed=2 --set method.beta=0.1',
  )
    .argument('<file>', 'experiment file (*.experiment.yaml)')
    .option('-d, --detach', 'do not follow it')
    .option('-n, --dry-run', 'show what would run, with the script that a target is handed, and start nothing')
    .option(
      '-s, --set <key=value>',
      'change one value for this run; may be given again',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .addOption(node())
    .addOption(python())
    .action((file: string, options: Common & RunOptions) =>
      inSession(options, file, async (session) => (await import('./commands/run.js')).run(session, file, options)),
    );

  inFolder(
    'check',
    'See whether this machine has what an experiment needs: interpreter, packages, GPUs and their free memory, disk. Nothing is started.',
    'grpo-lab check my-trl.experiment.yaml',
  )
    .argument('<file>', 'experiment file (*.experiment.yaml)')
    .addOption(python())
    .action((file: string, options: Common) =>
      inSession(options, file, async (session) => (await import('./commands/check.js')).check(session, file)),
    );

  inFolder(
    'preflight',
    'Try an experiment before it is launched: sample some of its questions with the starting checkpoint or a server, and put junk replies to its reward. Says which share of the groups would teach something, by group size, and ends with 3 where something is found.',
    'grpo-lab preflight arith-grpo.experiment.yaml',
    'grpo-lab preflight arith-grpo.experiment.yaml --size 64 --samples 64',
    'grpo-lab preflight my-trl.experiment.yaml --questions gsm8k-train.jsonl --endpoint http://localhost:8000/v1 --model Qwen/Qwen2.5-7B-Instruct',
  )
    .argument('<file>', 'experiment file (*.experiment.yaml)')
    .option('--size <count>', `questions that are sampled (default: ${preflightDefaults.questions})`, positive)
    .option('--samples <count>', `solutions of each (default: ${preflightDefaults.samples})`, positive)
    .addOption(
      new Option(
        '--endpoint <url>',
        "a server that speaks OpenAI's protocol, in the place of the checkpoint; its key is GRPO_LAB_ENDPOINT_KEY",
      ),
    )
    .option('--model <name>', 'with --endpoint: the model, as the server calls it')
    .option('--at-once <count>', 'with --endpoint: questions asked at the same time (default: 4)', positive)
    .option('--questions <file>', 'a file of questions (JSONL as GSM8K or MATH have it), where the experiment does not say them')
    .addOption(node())
    .action((file: string, options: Common & PreflightOptions) =>
      inSession(options, file, async (session) => (await import('./commands/preflight.js')).preflightFile(session, file, options)),
    );

  inFolder(
    'eval',
    "Run benchmarks on a checkpoint, or on a server's model: greedy, and with --samples Maj@k and Pass@k. What it writes is kept as a run.",
    'grpo-lab eval arith-grpo-1',
    'grpo-lab eval arith-grpo-1@40 --suite held-out --size 300 --samples 16',
    'grpo-lab eval --endpoint http://localhost:8000/v1 --model Qwen/Qwen2.5-7B-Instruct --benchmark gsm8k-test.jsonl --n 64',
  )
    .argument('[run]', `${someRun}; with @step another checkpoint than the newest`)
    .option(
      '--suite <name>',
      'a benchmark or a file of one (GSM8K, MATH, MGSM-zh, CMATH); may be given again (default: held-out)',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .addOption(
      new Option('--endpoint <url>', "a server that speaks OpenAI's protocol, in the place of a run; its key is GRPO_LAB_ENDPOINT_KEY"),
    )
    .option('--model <name>', 'with --endpoint: the model, as the server calls it')
    .option('--benchmark <file>', 'a file of questions; may be given again', (value: string, all: string[]) => [...all, value], [])
    .option('--at-once <count>', 'with --endpoint: questions asked at the same time (default: 4)', positive)
    .option('--max-tokens <count>', 'with --endpoint: the longest solution (default: 1024)', positive)
    .option('--name <name>', "with --endpoint: the name of its experiment (default: the model's)")
    .option('--size <count>', 'questions per suite (default: 200; of a file with --endpoint all)', positive)
    .option('--samples <count>', 'K: solutions per question', positive)
    .addOption(new Option('--n <count>', 'the same').argParser(positive).conflicts('samples'))
    .option('--temperature <number>', 'of the K samples', Number)
    .option('--shots <count>', 'worked examples before each question', whole)
    .option('-d, --detach', 'do not follow it')
    .addOption(node())
    .action((reference: string | undefined, options: Common & EvalOptions) => {
      // Checked here, because an optional argument cannot be in conflict with an option.
      if ((reference === undefined) === (options.endpoint === undefined))
        throw new CliError('Name a run, or a server with --endpoint URL.', exit.usage);
      return inSession(options, undefined, async (session) => (await import('./commands/eval.js')).evaluate(session, reference, options));
    });

  inFolder(
    'import',
    'Make a run of what another trainer or evaluator wrote.',
    'grpo-lab import outputs/my-trl-run',
    'grpo-lab import outputs/my-trl-run --follow',
    'grpo-lab import outputs --all',
    'grpo-lab import rollouts.csv --map question=prompt,solution=output,reward=score,step=step',
  )
    .argument('<path>', 'a folder or file')
    .option('--follow', 'keep up with it as it grows')
    .option('-d, --detach', 'with --follow: do not wait for it')
    .option('--format <id>', 'the format, where it cannot be told from the content')
    .option('--list', 'list the runs that are there, and import nothing')
    .option('--run <name>', 'one of several runs that are there, as --list names it')
    .option('--all', 'each of several as a run of its own')
    .option('--as-one', 'several read as one run: what becomes of each is said')
    .option('--group-size <count>', 'solutions per question, where the files do not say', positive)
    .option('--map <fields>', 'for any table: WHAT=FIELD,… with question, solution, gold, reward, advantage, correct, group, step')
    .option('--name <name>', 'the name of its experiment')
    .option('--python <path>', 'a Python, for formats that need one')
    .option('--replace', 'replace what was imported from this path before')
    .action((path: string, options: Common & ImportCommandOptions) =>
      inSession(options, undefined, async (session) => (await import('./commands/import.js')).importRollouts(session, path, options)),
    );

  inFolder('ls', 'List runs, newest first.', 'grpo-lab ls', 'grpo-lab ls --json')
    .option('-n, --limit <count>', 'how many', positive, 20)
    .action((options: Common & { limit: number }) =>
      inSession(options, undefined, async (session) => (await import('./commands/ls.js')).ls(session, options)),
    );

  inFolder(
    'show',
    'Show a run, a step, a group, or one solution with its tokens.',
    'grpo-lab show arith-grpo-1',
    'grpo-lab show last --step last',
    'grpo-lab show arith-grpo-1 --step 40 --group 3',
    'grpo-lab show arith-grpo-1 --step 40 --group 3 --solution 1',
    'grpo-lab show last --step last --only tool-failures',
    'grpo-lab show last --follow',
  )
    .argument('<run>', someRun)
    .option('--step <step>', 'the groups of this step, or of the "last" one', (value: string) =>
      value === 'last' ? value : positive(value),
    )
    .option('--group <number>', 'one group of the step, counted from 1', positive)
    .option('--solution <number>', 'one solution of the group, counted from 1', positive)
    .addOption(
      new Option('--only <what>', 'only groups of the step, or solutions of the group, in which this went wrong').choices([...failures]),
    )
    .option('-f, --follow', 'follow its progress')
    .action((reference: string, options: Common & ShowOptions) =>
      inSession(options, undefined, async (session) => (await import('./commands/show.js')).show(session, reference, options)),
    );

  inFolder(
    'label',
    'Give labels or a note to a solution, a group, a step or a run, or take them away. They lie beside the run, with your name and the time; find them with label:NAME.',
    'grpo-lab label last 40 3 1 hack "wrong unit"',
    'grpo-lab label "/runs/arith-grpo-1/step 40/group 3/solution 1" hack --remove',
    'grpo-lab label arith-grpo-1 40 --note "the learning rate was lowered here"',
    "grpo-lab find 'label:hack'",
  )
    .argument('<run>', `${someRun}; or an address, as find prints it`)
    .argument('[place and names...]', 'numbers of the step, the group and the solution, as far as it goes; then names of labels')
    .option('--remove', 'take these labels away, whoever gave them; with --note "" your note')
    .option('--note <text>', 'your note, in the place of the one before')
    .addOption(new Option('--author <name>', "in whose name (default: git's user.name, else the account)").env('GRPO_LAB_AUTHOR'))
    .action((reference: string, words: string[], options: Common & LabelOptions) =>
      inSession(options, undefined, async (session) => (await import('./commands/label.js')).label(session, reference, words, options)),
    );

  inFolder(
    'doctor',
    'Examine a run, of any trainer: what went wrong, since when, what it cost and where to see it; then what cannot be judged, and what to record so that it can.',
    'grpo-lab doctor arith-grpo-1',
    'grpo-lab doctor last --json',
    'grpo-lab doctor last || echo "look at it"',
  )
    .argument('<run>', someRun)
    .action((reference: string, options: Common) =>
      inSession(options, undefined, async (session) => (await import('./commands/doctor.js')).doctor(session, reference)),
    );

  inFolder(
    'ledger',
    "Where a run's signal comes from: how the groups of its steps came out, what the informative ones were paid, and which reward term carries the advantages.",
    'grpo-lab ledger last',
    'grpo-lab ledger arith-grpo-1 --rows 100',
  )
    .argument('<run>', someRun)
    .option('-n, --rows <count>', 'how many rows, at most: steps behind each other share one', positive, 20)
    .action((reference: string, options: Common & LedgerOptions) =>
      inSession(options, undefined, async (session) => (await import('./commands/ledger.js')).ledger(session, reference, options)),
    );

  inFolder(
    'what-if',
    "A step's advantages as they would be with another checker that graded the run, other weights of the reward's terms, or another formula: whose sign flips, which groups gain or lose their signal.",
    "grpo-lab what-if last --checker 'math-verify 0.8.0'",
    'grpo-lab what-if arith-grpo-1 --step 40 --weight format=0 --formula centred',
  )
    .argument('<run>', someRun)
    .option('--step <step>', 'which step (default: the newest)', stepNumber)
    .option('--checker <name>', 'the verdicts of this checker, which has graded the run ("grpo-lab grade")')
    .option('--term <term>', 'with --checker: the reward term that it judges (default: the one that follows from the verdicts)')
    .addOption(new Option('--formula <formula>', 'how advantages follow from rewards (default: as recorded)').choices([...variantIds]))
    .option('--weight <term=weight>', 'of a reward term; may be given again', termWeight, [])
    .option('-n, --limit <count>', 'groups that are shown', positive, 40)
    .action((reference: string, options: Common & WhatIfOptions) =>
      inSession(options, undefined, async (session) => (await import('./commands/whatIf.js')).whatIf(session, reference, options)),
    );

  inFolder(
    'modes',
    'How many different things the solutions of a question say, step by step: distinct answers, the entropy over them, texts that are repeated or nearly so. It reads all texts.',
    'grpo-lab modes last',
    'grpo-lab modes arith-grpo-1 --rows 100',
  )
    .argument('<run>', someRun)
    .option('-n, --rows <count>', 'how many rows, at most: steps behind each other share one', positive, 20)
    .action((reference: string, options: Common & ModesOptions) =>
      inSession(options, undefined, async (session) => (await import('./commands/modes.js')).modes(session, reference, options)),
    );

  inFolder(
    'duplicates',
    'Solutions that nearly say the same, in clusters: of the newest step or --step, of one of its groups, or with --question of its question whenever it was asked.',
    'grpo-lab duplicates last',
    'grpo-lab duplicates arith-grpo-1 --step 40 --group 3',
    'grpo-lab duplicates arith-grpo-1 --step 40 --group 3 --question --json',
  )
    .argument('<run>', someRun)
    .option('--step <step>', 'of this step (default: the newest)', stepNumber)
    .option('--group <number>', 'with --step: only of this group, counted from 1', positive)
    .option('--question', 'with --group: of its question, at all steps')
    .option('-n, --limit <count>', 'clusters that are shown, at most 200', clusterCount, 10)
    .option('--timeout <seconds>', 'how long it may read', positive, 300)
    .action((reference: string, options: Common & DuplicatesOptions) =>
      inSession(options, undefined, async (session) => (await import('./commands/duplicates.js')).duplicates(session, reference, options)),
    );

  inFolder(
    'questions',
    'How each question went over training: never solved, learned, forgotten, flips; with --step and --group one of them, each time that it was asked.',
    'grpo-lab questions last',
    "grpo-lab questions last --only 'never solved' --limit 100",
    'grpo-lab questions last --step 40 --group 3',
  )
    .argument('<run>', someRun)
    .addOption(new Option('--only <course>', 'only questions that went so').choices([...courseKinds]))
    .option('-n, --limit <count>', 'how many', positive, 40)
    .option('--step <step>', 'with --group: the question that was asked there', positive)
    .option('--group <number>', 'counted from 1', positive)
    .action((reference: string, options: Common & QuestionsOptions) =>
      inSession(options, undefined, async (session) => (await import('./commands/questions.js')).questions(session, reference, options)),
    );

  inFolder(
    'then-now',
    'What changed between the first fifty steps and the last fifty, or any two ranges of steps, or two runs: questions that turned, phrases, lengths and the advantage they carry, what carries the advantages.',
    'grpo-lab then-now last',
    'grpo-lab then-now arith-grpo-1 --then 1..20 --now 80..100',
    'grpo-lab then-now arith-grpo-1 --with arith-grpo-2',
  )
    .argument('<run>', someRun)
    .option('--then <steps>', 'the first range: A..B', stepsFor('--then'))
    .option('--now <steps>', 'the second range: A..B', stepsFor('--now'))
    .option('--with <run>', 'the second range is of this run; by default the last fifty steps of both are compared')
    .option('--read <count>', 'solutions of each range whose texts and lengths are read, spread over it', positive, 1000)
    .option('--timeout <seconds>', 'how long texts are read', positive, 300)
    .option('-n, --limit <count>', 'rows of each table', positive, 15)
    .action((reference: string, options: Common & ThenNowOptions) =>
      inSession(options, undefined, async (session) => (await import('./commands/thenNow.js')).thenNow(session, reference, options)),
    );

  inFolder(
    'tokens',
    'The worst tokens of a run, a step, a group or a solution: largest KL, ratio π_θ/π_old farthest from 1, or largest difference of trainer and sampler. It reads traces.',
    'grpo-lab tokens last',
    'grpo-lab tokens last --step 40 --by ratio --top 20',
    'grpo-lab tokens arith-grpo-1 --step 40 --group 3 --by sampler --json',
  )
    .argument('<run>', someRun)
    .option('--step <step>', 'only of this step', stepNumber)
    .option('--group <number>', 'with --step: only of this group, counted from 1', positive)
    .option('--solution <number>', 'with --group: only of this solution, counted from 1', positive)
    .addOption(new Option('--by <measure>', 'what they are the worst by').choices([...tokenMeasures]).default('kl'))
    .addOption(new Option('--top <count>', 'how many').argParser(tokenCount).default(50))
    .option('--timeout <seconds>', 'how long it may read', positive, 600)
    .action((reference: string, options: Common & TokensOptions) =>
      inSession(options, undefined, async (session) => (await import('./commands/tokens.js')).tokens(session, reference, options)),
    );

  inFolder(
    'logs',
    "Show a run's log and the end of its error output.",
    'grpo-lab logs last',
    'grpo-lab logs arith-grpo-1 --stdout --follow',
  )
    .argument('<run>', someRun)
    .option('-n, --lines <count>', 'how many lines', positive, 100)
    .option('--stdout', "only the trainer's standard output")
    .addOption(new Option('--stderr', "only the trainer's standard error").conflicts('stdout'))
    .option('-f, --follow', 'go on as lines are written (standard error, unless --stdout)')
    .action((reference: string, options: Common & LogsOptions) =>
      inSession(options, undefined, async (session) => (await import('./commands/logs.js')).logs(session, reference, options)),
    );

  inFolder(
    'find',
    'Find solutions: by what they say, how they were rewarded, and what is known of their group, step and run (docs/search.md).',
    `grpo-lab find '"let me check" and advantage > 0'`,
    "grpo-lab find 'text ~ /wait/i and not correct' --run last --sort tokens",
    "grpo-lab find 'truncated and step in 100..200' --facets step,answer --limit 0",
    "grpo-lab find 'step > 50' --export pairs.jsonl --pairs best-worst",
  )
    .argument('<filter>', 'what they must be; "" for all')
    .option(
      '-r, --run <run>',
      `only this run (${someRun}); may be given again (default: all)`,
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option('--sort <property>', 'largest first by a number, or smallest first with reward:asc (default: newest first)')
    .option('-n, --limit <count>', 'rows that are shown, at most 1000', rowCount, 20)
    .option('--no-count', 'end with the last row, without counting what else matches')
    .option('--facets <names>', 'count the values of what matches: run, step, reward, tokens, finish, correct, answer', facetsOf, [])
    .option('--timeout <seconds>', 'end after so long, with what was found until then', positive)
    .addOption(
      new Option('--export <file>', 'write all that match, with whole texts, to a .jsonl, .csv or .parquet file').conflicts([
        'sort',
        'facets',
        'limit',
      ]),
    )
    .addOption(new Option('--pairs <rule>', 'write preference pairs of them, see docs/search.md (with --export)').choices(pairRules))
    .action((filter: string, options: Common & FindOptions & ExportOptions) =>
      inSession(options, undefined, async (session) =>
        options.export === undefined && options.pairs === undefined
          ? (await import('./commands/find.js')).find(session, filter, options)
          : (await import('./commands/exportFound.js')).exportFound(session, filter, options),
      ),
    );

  inFolder(
    'index',
    'Bring the index of words up to date, with which words and phrases are found at once; VS Code does so by itself.',
    'grpo-lab index',
    'grpo-lab index --drop',
  )
    .option('--drop', 'remove it: searches read the texts then')
    .action((options: Common & { drop?: boolean }) =>
      inSession(options, undefined, async (session) => (await import('./commands/indexWords.js')).indexWords(session, options)),
    );

  inFolder('stop', 'Stop runs after their step, with a checkpoint.', 'grpo-lab stop arith-grpo-1', 'grpo-lab stop last --grace 5')
    .argument('<run...>', someRun)
    .option('--grace <seconds>', 'time to write the checkpoint before the process is ended', positive, 60)
    .action((references: string[], options: Common & { grace: number }) =>
      inSession(options, undefined, async (session) => (await import('./commands/stop.js')).stop(session, references, options)),
    );

  inFolder('resume', 'Continue a run from its last checkpoint and follow it.', 'grpo-lab resume arith-grpo-1')
    .argument('<run>', someRun)
    .option('-d, --detach', 'do not follow it')
    .option('--sure', 'I know that it has ended: nobody here can tell of a run that is quiet')
    .addOption(node())
    .addOption(python())
    .action((reference: string, options: Common & { detach?: boolean; sure?: boolean }) =>
      inSession(options, undefined, async (session) => (await import('./commands/resume.js')).resume(session, reference, options)),
    );

  inFolder(
    'grade',
    "Grade a run's solutions again with another checker, and list where the two disagree; nothing of the run changes. Or grade lines of gold answer and prediction.",
    'grpo-lab grade --pairs pairs.jsonl',
    'grpo-lab grade arith-grpo-1',
    'grpo-lab grade last --step 10..20',
    'grpo-lab grade my-trl-run --golds questions.jsonl',
    "grpo-lab grade last --with 'python math_verify_pairs.py' --checker 'math-verify 0.8.0'",
  )
    .argument('[run]', someRun)
    .addOption(
      new Option(
        '--pairs <file>',
        'instead of a run: lines of {"gold", "pred", "options"?} (- for standard input), one JSON line each',
      ).conflicts(['step', 'with', 'checker', 'convention', 'again', 'golds']),
    )
    .option('--step <steps>', 'only one step, or A..B', stepsFor('--step'))
    .option(
      '--with <program>',
      'grade with this program, which answers lines of {"gold", "pred"} as grade --pairs does; run without a shell',
    )
    .option('--checker <name>', 'what to call the program of --with: name and version')
    .option('--timeout <seconds>', 'longest wait for one answer of the program of --with', positive, 60)
    .addOption(
      new Option(
        '--convention <name>',
        "how the solutions state their answers; without it what the run's benchmarks are known for, else the surest statement in any form",
      )
        .choices(conventions)
        .conflicts('with'),
    )
    .option(
      '--golds <file>',
      'gold answers for questions to which the run has none: JSON lines of question and answer, matched by question',
    )
    .option('--again', 'grade also what this checker has graded before')
    .option('--list <count>', 'how many groups with disagreements to print', whole, 10)
    .action((reference: string | undefined, { pairs, ...options }: Common & GradeRunOptions & { pairs?: string }, command: Command) => {
      if ((reference === undefined) === (pairs === undefined))
        command.error('Name a run, or a file with --pairs.', { exitCode: exit.usage });
      if (pairs !== undefined) return anywhere.gradePairs(pairs);
      return inSession(options, undefined, async (session) =>
        (await import('./commands/gradeRun.js')).gradeRun(session, reference ?? '', options),
      );
    });

  inFolder('compact', 'Compress the events of runs that have ended; they are read as before.', 'grpo-lab compact arith-grpo-1')
    .argument('<run...>', someRun)
    .option('--sure', 'I know that they have ended: nobody here can tell of a run that is quiet')
    .action((references: string[], options: Common & { sure?: boolean }) =>
      inSession(options, undefined, async (session) => (await import('./commands/compact.js')).compact(session, references, options)),
    );

  inFolder('rebuild', 'Make the database anew from the run directories.', 'grpo-lab rebuild').action((options: Common) =>
    inSession(options, undefined, async (session) => (await import('./commands/rebuild.js')).rebuild(session)),
  );

  command(
    'python-package',
    'Say where the Python package grpo_lab is, with which a training loop of your own writes its run.',
    'pip install "$(grpo-lab python-package)"',
  ).action((options: Common) => anywhere.pythonPackage(options));

  command('validate', 'Check experiment files.', 'grpo-lab validate arith-grpo.experiment.yaml', 'grpo-lab validate experiments/ --json')
    .argument('<file...>', 'experiment files, or folders with them')
    .action((paths: string[], options: Common) => anywhere.validate(options, paths));
  return program;
}

/** How a run is named. */
const someRun = 'id, name, beginning of an id, or "last"';

const examples = (...lines: string[]): string => `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
