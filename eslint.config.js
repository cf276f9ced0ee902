import js from '@eslint/js';
import lit from 'eslint-plugin-lit';
import tseslint from 'typescript-eslint';

/** The rooms of src/, in the order of the house plan: a room imports only from rooms before it. */
const rooms = [
  'core',
  'grading',
  'experiment',
  'protocol',
  'sampling',
  'store',
  'contracts',
  'words',
  'importers',
  'launch',
  'importing',
  'regrading',
  'backends',
  'engine',
  'editor',
];
/** What stands before a room in the list but is still not its to use. */
const barred = { engine: ['store', 'contracts', 'words', 'importers', 'launch', 'importing', 'regrading', 'backends'], editor: ['engine'] };

const importDirection = rooms.map((room, i) => {
  const closed = [...rooms.slice(i + 1), ...(barred[room] ?? [])];
  const patterns = closed.map((r) => ({
    group: [`**/${r}/**`],
    message: `src/${room} may not import from src/${r}: imports go down the list of rooms only.`,
  }));
  patterns.push({ group: ['**/webview/**'], message: 'Pages are bundles of their own: what both know is in src/contracts.' });
  return {
    files: [`src/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns, paths: room === 'editor' ? [] : [{ name: 'vscode', message: 'Only src/editor knows VS Code.' }] },
      ],
    },
  };
});

/** What a spread hands over lies on the stack: a list of some hundred thousand ends in a RangeError. */
const unboundedSpread = [
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name=/^(max|min)$/] > SpreadElement",
    message: 'A long list ends in a RangeError: largest() and smallest() of core/extremes.ts take any.',
  },
  {
    selector: 'CallExpression[callee.property.name=/^(push|unshift)$/] > SpreadElement',
    message: 'A long list ends in a RangeError: append() of core/extremes.ts takes any.',
  },
];

export default tseslint.config(
  { ignores: ['dist/', 'out/', '.cache/', 'node_modules/', 'python/', 'examples/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './webview/tsconfig.json', './test/e2e/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-non-null-assertion': 'off', // indices into typed arrays and checked maps
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-type-parameters': 'off', // contracts carry the result type only
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: 'error',
    },
  },
  { files: ['src/**/*.ts', 'webview/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...unboundedSpread] } },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/sampling/endpoint/**'],
    rules: {
      'no-restricted-globals': ['error', { name: 'fetch', message: 'Only src/sampling/endpoint/ speaks HTTP, in the sampling process.' }],
    },
  },
  ...importDirection,
  {
    files: ['webview/**/*.ts'],
    extends: [lit.configs['flat/recommended']],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['node:*', 'vscode'], message: 'Pages run in a browser.' },
            {
              regex: 'src/(?!core/|protocol/|store/views|contracts/)',
              message: 'Pages import core, protocol, store/views and contracts only.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: Object.fromEntries(
        ['process', 'console', 'URL', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Buffer', 'fetch'].map((g) => [
          g,
          'readonly',
        ]),
      ),
    },
  },
);
