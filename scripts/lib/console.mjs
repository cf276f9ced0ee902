// How the scripts speak: one line per step with its time, a command's own output only when it fails or when asked for.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const tty = process.stdout.isTTY;
const bold = (s) => (tty ? `\u001b[1m${s}\u001b[0m` : s);

/** Ends the script with a message for a person: what is wrong and what to do. */
export class Trouble extends Error {}

export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Runs `work`, showing that something happens while it does. */
export async function step(title, work) {
  const begin = Date.now();
  const seconds = () => `${Math.round((Date.now() - begin) / 1000)} s`;
  let timer;
  if (tty) timer = setInterval(() => process.stdout.write(`\r… ${title} (${seconds()}) `), 500);
  else {
    say(`… ${title}`);
    timer = setInterval(() => say(`… ${title} (${seconds()})`), 30_000);
  }
  try {
    const result = await work();
    say(`${tty ? '\r' : ''}✓ ${title} (${seconds()})  `);
    return result;
  } catch (e) {
    say(`${tty ? '\r' : ''}✗ ${title} (${seconds()})  `);
    throw e;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Runs a command without a shell. Quiet by default: its output is shown when it fails.
 * @throws Trouble when it cannot start or ends with another code than 0
 */
export function run(command, args, { cwd, env, show = false, hint } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (d) => (output = (output + d).slice(-20_000)));
    child.on('error', (e) => reject(new Trouble(`Cannot start ${command}: ${e.message}${hint ? `\n${hint}` : ''}`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Trouble(`${output}\n${command} ${args.join(' ')} ended with ${signal ?? `code ${code}`}.${hint ? `\n${hint}` : ''}`));
    });
  });
}

/**
 * The options a script was given; `--help` shows `usage` and ends it.
 * @throws Trouble when one is unknown or wrong
 */
export function optionsOf(usage, options) {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } } });
    if (!values.help) return values;
  } catch (e) {
    // Its first sentence says what is wrong, the rest is about Node.
    throw new Trouble(`${e.message.split('. ')[0].replace(/\.$/, '')}. --help shows what there is.`);
  }
  say(usage);
  process.exit();
}

/** Runs a script's main function; a Trouble ends it with its message alone, anything else with a stack. */
export function main(work) {
  work().catch((e) => {
    console.error(e instanceof Trouble ? `\n${bold('Cannot go on.')} ${e.message}` : e);
    process.exitCode = 1;
  });
}
