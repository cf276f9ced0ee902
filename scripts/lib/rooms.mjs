// Who may import whom, and the lint rule that holds it.
import { join, sep } from 'node:path/posix';
import { relative, sep as nativeSep } from 'node:path';

/** What the command line and the window stand on alike. */
const product = [
  'src/core',
  'src/core/files',
  'src/grading',
  'src/experiment',
  'src/protocol',
  'src/query',
  'src/store',
  'src/store/views',
  'src/words',
  'src/doctor',
  'src/examination',
  'src/preflight',
  'src/exporting',
  'src/importers',
  'src/launch',
  'src/importing',
  'src/regrading',
  'src/labelling',
  'src/backends',
];

/**
 * Every room and what it stands on: rooms, single files, `vscode`, and `node:` for what Node has and a browser has not.
 * Whatever is not listed is not imported, by whatever means: `import`, `export from`, `import()`, types. Within a room all may.
 */
export const rooms = {
  'src/core': [],
  'src/core/files': ['src/core', 'node:'],
  'src/core/threads': ['node:'],
  'src/grading': ['src/core', 'src/core/files', 'node:'],
  'src/query': ['src/core'],
  'src/experiment': ['src/core', 'src/grading', 'node:'],
  'src/protocol': ['src/core', 'src/core/files', 'src/core/threads', 'node:'],
  'src/sampling': ['src/core', 'src/grading', 'src/experiment', 'src/protocol', 'node:'],

  'src/store/views': ['src/core', 'src/protocol'],
  'src/store': ['src/core', 'src/core/files', 'src/core/threads', 'src/protocol', 'src/query', 'src/store/views', 'node:'],
  'src/contracts': ['src/core', 'src/protocol', 'src/store/views', 'src/doctor'],
  'src/words': ['src/core', 'src/protocol', 'src/store/views', 'src/doctor'],

  'src/doctor': ['src/core', 'src/protocol'],
  'src/examination': [
    'src/core',
    'src/core/files',
    'src/core/threads',
    'src/protocol',
    'src/store',
    'src/store/views',
    'src/doctor',
    'node:',
  ],

  'src/preflight': ['src/core', 'src/experiment', 'src/protocol', 'src/sampling', 'src/doctor', 'src/launch', 'node:'],

  'src/exporting': ['src/core', 'src/store', 'src/store/views', 'node:'],

  'src/importers': ['src/core', 'src/core/files', 'src/protocol', 'node:'],
  'src/launch': ['src/core', 'src/core/files', 'src/experiment', 'src/protocol', 'package.json', 'node:'],
  'src/importing': ['src/core', 'src/core/files', 'src/protocol', 'src/importers', 'src/launch', 'package.json', 'node:'],
  'src/regrading': ['src/core', 'src/core/files', 'src/protocol', 'src/store', 'src/store/views', 'src/launch', 'node:'],
  'src/labelling': ['src/protocol', 'src/store', 'src/launch', 'node:'],
  'src/backends': ['src/core', 'src/core/files', 'src/experiment', 'src/protocol', 'src/importers', 'src/launch', 'package.json', 'node:'],

  // The trainer: a process beside the others, which knows no index, no launcher and no window.
  'src/engine': ['src/core', 'src/core/files', 'src/grading', 'src/experiment', 'src/protocol', 'src/sampling', 'node:'],

  // Two ways to the same product.
  'src/cli': [...product, 'src/sampling', 'package.json', 'node:'],
  'src/editor': [...product, 'src/sampling', 'src/contracts', 'vscode', 'node:'],
  'src/extension': ['src/core', 'src/editor', 'vscode', 'node:'],

  // Pages run in a browser, and know nothing of each other.
  'webview/shared': ['src/core', 'src/protocol', 'src/store/views', 'src/contracts', 'src/words'],
  'webview/*': ['src/core', 'src/protocol', 'src/query', 'src/store/views', 'src/doctor', 'src/contracts', 'src/words', 'webview/shared'],
};

const names = Object.keys(rooms).sort((a, b) => b.length - a.length);
const patterns = new Map(names.map((name) => [name, new RegExp(`^${name.replace('*', '[^/]+')}(?=[./]|$)`)]));

/** @returns the room's name in the list, and which one it is where the name stands for several */
export function roomOf(path) {
  for (const name of names) {
    const place = patterns.get(name).exec(path)?.[0];
    if (place !== undefined) return { name, place };
  }
  return null;
}

/**
 * Why a file may not import something; null when it may, or when that is a package.
 * @param file relative to the repository, with forward slashes
 * @param specifier as the import says it
 */
export function whyBarred(file, specifier) {
  const from = roomOf(file);
  if (!from) return `${file} belongs to no room: say in scripts/lib/rooms.mjs what it may import.`;
  const allowed = rooms[from.name];
  const say = (what) => `${from.place} may not import ${what}: see the list in scripts/lib/rooms.mjs.`;
  if (specifier === 'vscode' || specifier.startsWith('node:')) {
    const world = specifier === 'vscode' ? specifier : 'node:';
    return allowed.includes(world) ? null : say(specifier);
  }
  if (!specifier.startsWith('.')) return null;
  const target = join(file, '..', specifier);
  const to = roomOf(target);
  if (to?.place === from.place) return null;
  return allowed.includes(to?.name ?? target) ? null : say(to?.place ?? target);
}

/** The rule for ESLint. */
export const roomsRule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = relative(context.cwd, context.filename).split(nativeSep).join(sep);
    const check = ({ source }) => {
      if (!source) return;
      const why = typeof source.value === 'string' ? whyBarred(file, source.value) : 'What is imported must be said in so many words.';
      if (why !== null) context.report({ node: source, message: why });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    };
  },
};
