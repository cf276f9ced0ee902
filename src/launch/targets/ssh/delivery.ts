/**
 * How files get to the other machine: into a folder of this start's own, and from there each in one move to its place. Other runs read what
 * lies there, or start this moment: they find a file as it was or as it is, whole, and one that has not changed they keep.
 */
import type { Entry } from './tar.js';

const SCRIPT = 'place.sh';

/**
 * For `sh -c`, with $1 the folder, $2 a folder below it that is this start's own and goes again, and $3 the script to start below $1. Standard
 * input is what `delivered` packs. One line, of words that every shell takes alike.
 */
export const unpack = `mkdir -p -- "$1/$2" && cd -- "$1/$2" && tar -xf - && [ -f ${SCRIPT} ] && exec sh ./${SCRIPT} "$3"; code=$?; cd / && rm -rf -- "$1/$2"; exit "$code"`;

/** Name of the folder that is one start's own. */
export const ownFolder = (job: string): string => `.start-${job}`;

/** The entries, by their paths below the folder, as `unpack` takes them. What puts them into their places comes last: where it is, they are. */
export const delivered = (entries: readonly Entry[]): Entry[] => [
  ...entries.map((entry) => ({ ...entry, at: `files/${entry.at}` })),
  { at: SCRIPT, text: place },
];

/** Two moves, for the place may be on another file system. Of starts that were broken off, what is left is removed after days. */
const place = `#!/bin/sh
own=$PWD
trap 'cd / && rm -rf -- "$own"' EXIT
trap 'exit 1' HUP INT TERM
find ../${ownFolder('')}* -prune -type d -mtime +1 -exec rm -rf {} + 2>/dev/null
cd files || exit 1
find . -type f -exec sh -c '
  part=\${1##*/}
  shift
  same() { cmp -s "$1" "$2" && if [ -x "$1" ]; then [ -x "$2" ]; else ! [ -x "$2" ]; fi; }
  for file; do
    to=../../\${file#./}
    same "$file" "$to" && continue
    if [ -d "$to" ]; then
      echo "refused: \${file#./} is a folder there"
    elif mkdir -p "\${to%/*}" && mv -f "$file" "$to$part" && mv -f "$to$part" "$to"; then
      continue
    else
      echo "refused: \${file#./} cannot be put there"
    fi
    : > ../refused
    exit 1
  done
' sh "$own" {} +
[ -e ../refused ] && exit 9
cd ../.. && rm -rf -- "$own" && exec sh "./$1" start
`;
