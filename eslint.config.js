import js from '@eslint/js';
import lit from 'eslint-plugin-lit';
import tseslint from 'typescript-eslint';
import { roomsRule } from './scripts/lib/rooms.mjs';

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

/** Where a job runs is its target's affair; stored formats (protocol, store) name processes as data. */
const processesOfThisHost = [
  {
    selector: 'ImportDeclaration[source.value=/local\\u002f(processes|localRecord)\\.js$/]',
    message: 'Only launch/targets/local knows processes.',
  },
  { selector: "ImportSpecifier[imported.name='hostname']", message: 'Only launch/targets/local knows what host this is.' },
  { selector: "MemberExpression[property.name='pid'][object.name!='process']", message: 'Only launch/targets/local knows a pid.' },
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
    ignores: ['src/launch/targets/local/**', 'src/protocol/**', 'src/store/**'],
    rules: { 'no-restricted-syntax': ['error', ...unboundedSpread, ...processesOfThisHost] },
  },
  {
    // Their threads decompress: see core/threads/.
    files: ['src/store/**/*.ts', 'src/examination/**/*.ts', 'src/protocol/**/*.ts'],
    ignores: ['src/protocol/bulk/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'node:worker_threads', importNames: ['Worker'], message: 'EndableThread of core/threads can be ended at any time.' },
          ],
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    // The webhook is asked for by nobody but the person: a notice, of which no answer is read.
    ignores: ['src/sampling/endpoint/**', 'src/editor/doctor/webhook.ts'],
    rules: {
      'no-restricted-globals': ['error', { name: 'fetch', message: 'Only src/sampling/endpoint/ speaks HTTP, in the sampling process.' }],
    },
  },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    plugins: { house: { rules: { rooms: roomsRule } } },
    rules: { 'house/rooms': 'error' },
  },
  {
    files: ['webview/**/*.ts'],
    extends: [lit.configs['flat/recommended']],
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
