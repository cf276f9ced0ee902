/** What runs on the other machine, in plain POSIX sh. Arguments are `$1`, `$2`, …: nothing is put into these texts but what is quoted. */
import { shellWord } from '../../../core/shellWord.js';

/** A script of ours as the standard input of a shell there: whatever shell the account has, it sees two plain words. */
export const scriptShell = 'exec sh -s';

/** The script with `$1`, `$2`, … set. */
export const scriptWith = (script: string, args: readonly string[]): string => `set -- ${args.map(shellWord).join(' ')}\n${script}`;

/** `state JOB` says what has become of the job whose run directory is the working directory: `running`, `gone`, or `ended CODE`. */
const state = `
state() {
  owner= pid=
  [ -f job.exit ] && read -r owner code < job.exit && [ "$owner" = "$1" ] && { echo "ended $code"; return; }
  [ -f job.pid ] && read -r owner pid < job.pid
  case $pid in '' | *[!0-9]*) owner= ;; esac
  if [ "$owner" = "$1" ] && kill -0 "$pid" 2>/dev/null; then
    # A number that another process has got since is not the job.
    line=$(tr '\\000' ' ' < "/proc/$pid/cmdline" 2>/dev/null || ps -p "$pid" -o args= 2>/dev/null)
    case $line in '' | *"$1"*) echo running; return ;; esac
  fi
  [ -f job.exit ] && read -r owner code < job.exit && [ "$owner" = "$1" ] && { echo "ended $code"; return; }
  echo gone
}
`;

export interface JobScript {
  run: string;
  /** The run directory there; so are all other paths. */
  directory: string;
  cwd: string;
  job: string;
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
}

/**
 * One life of a run, as a file in its directory there. `start` begins it, apart from the connection, unless another life of the run goes
 * on; then it is the job itself, whose process group is the trainer's. What it has started and how that ended is in job.pid and job.exit.
 */
export const jobScript = ({ run, directory, cwd, job, argv, env }: JobScript): string => `#!/bin/sh
# ${run.replaceAll(/[^\w.-]/g, '_')}, as GRPO Lab has started it.
directory=${shellWord(directory)}
job=${shellWord(job)}
set -- "$1" ${argv.map(shellWord).join(' ')}
cd -- "$directory" || exit 1
${state}
if [ "$1" = start ]; then
  mkdir job.lock 2>/dev/null || { echo "refused: another start is under way; if none is, delete $directory/job.lock"; exit 9; }
  trap 'rmdir "$directory/job.lock"' EXIT
  if [ -f job.pid ] && read -r other pid < job.pid && [ "$(state "$other")" = running ]; then
    echo "refused: the run goes on there, as process $pid"
    exit 9
  fi
  rm -f stop.request job.exit
  echo ready
  if command -v setsid > /dev/null 2>&1; then
    { setsid sh ${shellWord(scriptName(job))} "$job" & } >> stdout.log 2>> stderr.log < /dev/null
  else
    set -m
    { sh ${shellWord(scriptName(job))} "$job" & } >> stdout.log 2>> stderr.log < /dev/null
  fi
  tries=0
  while [ $((tries += 1)) -le 50 ]; do
    [ -f job.pid ] && read -r other pid < job.pid && [ "$other" = "$job" ] && { echo "started $pid"; exit 0; }
    sleep 0.2 2>/dev/null || sleep 1
  done
  echo "refused: the job did not begin; see stderr.log in $directory"
  exit 9
fi
shift
trap '' HUP
trap : INT TERM
echo "$job $$" > job.pid.part && mv -f job.pid.part job.pid
code=127
if mkdir -p -- ${shellWord(cwd)} && cd -- ${shellWord(cwd)}; then
${Object.entries(env)
  .map(([name, value]) => `  export ${name}=${shellWord(value)}\n`)
  .join('')}  "$@" &
  child=$!
  wait "$child"
  code=$?
  # A signal ends the waiting, not the child.
  while kill -0 "$child" 2>/dev/null; do
    wait "$child"
    code=$?
  done
fi
cd -- "$directory" && echo "$job $code" > job.exit.part && mv -f job.exit.part job.exit
`;

/** Name of that file. */
export const scriptName = (job: string): string => `job-${job}.sh`;

/**
 * DIRECTORY JOB TOKEN PAUSE [NAME OFFSET]…: sends what the run directory gains, as long as somebody reads it. Each round tells the job's
 * state at its beginning, so that what had been written by an end is there before it.
 *
 *     TOKEN                          everything before is a greeting of the machine
 *     @ NAME OFFSET LENGTH SIZE      then LENGTH bytes of a file that has SIZE, then TOKEN on a line of its own: what is short of it is none
 *     . STATE                        the end of a round
 */
export const follow = `
cd -- "$1" || exit 3
job=$2 token=$3 pause=$4
shift 4
${state}
key() {
  case $1 in
    events/*.ndjson) k=\${1#events/} k=e_\${k%.ndjson} ;;
    events/*.ndjson.zst) k=\${1#events/} k=z_\${k%.ndjson.zst} ;;
    stdout.log | stderr.log) k=l_\${1%.log} ;;
    media/*) k=m_$(printf %s "$1" | cksum | tr -c '0-9\\n' _) ;;
    *) return 1 ;;
  esac
  case $k in *[!A-Za-z0-9_]*) return 1 ;; esac
}
send() {
  printf '@ %s %s %s %s\\n' "$1" "$2" "$3" "$4"
  tail -c +$(($2 + 1)) "$1" | head -c "$3"
  printf '\\n%s\\n' "$token" || exit 0
}
while [ $# -ge 2 ]; do
  case $2 in '' | *[!0-9]*) exit 4 ;; esac
  key "$1" && eval "$k=$2"
  shift 2
done
identity= more=
printf '%s\\n' "$token"
while :; do
  now=$(state "$job") more=
  sum=$(cksum run.json 2>/dev/null)
  if [ "$sum" != "$identity" ] && [ -f run.json ]; then
    identity=$sum
    size=$(wc -c < run.json)
    send run.json 0 $((size)) $((size))
  fi
  while read -r size name; do
    key "$name" || continue
    eval "offset=\\\${$k:-0}"
    [ "$size" -eq "$offset" ] && continue
    [ "$size" -lt "$offset" ] && offset=0
    length=$((size - offset))
    [ "$length" -gt 4194304 ] && length=4194304 more=1
    send "$name" "$offset" "$length" "$size"
    eval "$k=$((offset + length))"
  done <<LIST
$(wc -c stdout.log stderr.log events/*.ndjson events/*.ndjson.zst media/* 2>/dev/null)
LIST
  [ -n "$more" ] && continue
  printf '. %s\\n' "$now" || exit 0
  case $now in running) sleep "$pause" 2>/dev/null || sleep 1 ;; *) exit 0 ;; esac
done
`;

/** DIRECTORY JOB: asks the job to end after its step. */
export const askToStop = `
cd -- "$1" || exit 3
: > stop.request
`;

/** DIRECTORY JOB: ends the job with all that it has started, wherever that has gone: first with a word, then without. */
export const kill = `
cd -- "$1" || exit 3
${state}
[ "$(state "$2")" = running ] || exit 0
read -r owner pid < job.pid
below() {
  ps -A -o pid= -o ppid= 2>/dev/null | awk -v root="$1" '
    { parent[$1] = $2 }
    END {
      for (p in parent) {
        at = p; hops = 0
        while (at in parent && at != root && hops++ < 1000) at = parent[at]
        if (at == root && p != root) print p
      }
    }'
}
all=$(below "$pid")
kill -TERM -- "-$pid" 2>/dev/null
for i in 1 2 3 4 5 6 7 8 9 10; do
  [ "$(state "$2")" = running ] || break
  sleep 0.2 2>/dev/null || sleep 1
done
for each in $all; do kill -KILL "$each" 2>/dev/null; done
[ "$(state "$2")" = running ] && sleep 1
[ "$(state "$2")" = running ] && { kill -KILL -- "-$pid" 2>/dev/null; echo "$2 137" > job.exit; }
exit 0
`;

/** What there is to have, a line each: processors, memory in KiB where it is known, and what nvidia-smi says to the arguments. */
export const offers = `
nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo
sed -n 's/^MemTotal: *\\([0-9]*\\) kB$/\\1/p' /proc/meminfo 2>/dev/null | grep . || echo
nvidia-smi "$@" 2>/dev/null
exit 0
`;
