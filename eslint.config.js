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
