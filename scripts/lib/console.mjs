// How the scripts speak: one line per step with its time, a command's own output only when it fails or when asked for.
import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const tty = process.stdout.isTTY;
const bold = (s) => (tty ? `\u001b[1m${s}\u001b[0m` : s);

/** Ends the script with a message for a person: what is wrong and what to do. */
export class Trouble extends Error {}

export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Titles of the steps that run now, with a way to tell each one's seconds: steps may run beside each other. */
const running = new Map();
let ticking;
/** How many commands show their own output now: no step talks over it. */
let shown = 0;
const now = () => [...running].map(([title, seconds]) => `${title} (${seconds()})`).join(', ');

/** Runs `work`, showing that something happens while it does. */
export async function step(title, work) {
  const begin = Date.now();
  const seconds = () => `${Math.round((Date.now() - begin) / 1000)} s`;
  const done = (mark) => say(`${tty ? '\r\u001b[K' : ''}${mark} ${title} (${seconds()})`);
  running.set(title, seconds);
  if (!tty) say(`… ${title}`);
  ticking ??= tty
    ? setInterval(() => shown === 0 && process.stdout.write(`\r\u001b[K… ${now()} `), 500)
    : setInterval(() => shown === 0 && say(`… ${now()}`), 30_000);
  try {
    const result = await work();
    done('✓');
    return result;
  } catch (e) {
    done('✗');
    throw e;
  } finally {
    running.delete(title);
    if (running.size === 0) {
      clearInterval(ticking);
      ticking = undefined;
    }
  }
}

/** A table with its first column to the left and numbers to the right; the first row is its head. */
export function table(rows) {
  const text = rows.map((row) => row.map((cell) => String(cell ?? '')));
  const widths = text[0].map((_, i) => Math.max(...text.map((row) => row[i].length)));
  for (const [i, row] of text.entries()) {
    const line = row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))).join('  ');
    say(i === 0 ? bold(line) : line);
  }
}

/**
 * Runs a command without a shell. Quiet by default: its output is shown when it fails.
 * @param show true to show its output as it comes; 'lines' to show it a line at a time, so that several commands may do so at once
 * @param behind whether everything else on the machine goes before it
 * @throws Trouble when it cannot start or ends with another code than 0
 */
export function run(command, args, { cwd, env, show = false, hint, behind = false } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = show === true ? 'inherit' : ['ignore', 'pipe', 'pipe'];
    const colours = show === 'lines' && tty ? { FORCE_COLOR: '1' } : {};
    const child = spawn(command, args, { cwd, env: { ...process.env, ...colours, ...env }, stdio });
    if (show) shown++;
    if (behind && child.pid) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    let output = '';
    for (const stream of [child.stdout, child.stderr].filter(Boolean))
      if (show === 'lines') createInterface({ input: stream }).on('line', say);
      else stream.on('data', (d) => (output = (output + d).slice(-20_000)));
    child.on('error', (e) => reject(new Trouble(`Cannot start ${command}: ${e.message}${hint ? `\n${hint}` : ''}`)));
    child.on('close', (code, signal) => {
      if (show) shown--;
      if (code === 0) resolve(output);
      else reject(new Trouble(`${output}\n${command} ${args.join(' ')} ended with ${signal ?? `code ${code}`}.${hint ? `\n${hint}` : ''}`));
    });
  });
}

/**
 * The options a script was given; `--help` shows `usage` and ends it.
 * @param rest name under which the arguments that are no options are handed on, for a script that takes some
 * @throws Trouble when one is unknown or wrong
 */
export function optionsOf(usage, options, rest) {
  try {
    const all = { ...options, help: { type: 'boolean', short: 'h' } };
    const { values, positionals } = parseArgs({ options: all, allowPositionals: rest !== undefined });
    if (!values.help) return rest === undefined ? values : { ...values, [rest]: positionals };
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
