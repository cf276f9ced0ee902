import parser from '@typescript-eslint/parser';
import { defineConfig } from 'eslint/config';
import lit from 'eslint-plugin-lit';
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

/** The house's own rules, and those of its templates: whatever holds in any project is in .oxlintrc.json, which reads types in a fifth of the time. */
export default defineConfig(
  { files: ['**/*.ts'], languageOptions: { parser } },
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
);
