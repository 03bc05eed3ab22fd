import { join } from 'node:path';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { forbiddenNames, rooms } from './rooms.config.js';
import { messagesPlugin } from './scripts/lint/messages-plugin.js';
import { roomsPlugin } from './scripts/lint/rooms-plugin.js';

const sourceFolder = join(import.meta.dirname, 'src');

const noDefaultExport = { selector: 'ExportDefaultDeclaration', message: 'Export by name.' };
const noBarrel = [
  {
    selector: 'ExportAllDeclaration',
    message: 'Import from the file that defines it; only the doors re-export, by name.',
  },
  {
    selector: 'ExportNamedDeclaration[source]',
    message:
      'Import from the file that defines it; only the doors (index.ts, testing.ts, msgpack.ts, cbor.ts, registry.ts, prometheus.ts, opentelemetry.ts, serve.ts) re-export.',
  },
];

export default defineConfig(
  {
    ignores: ['**/dist/', 'coverage/', '.cache/', 'examples/*/jest.config.js'],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  // Programs of their own, which examples/*/check.mts compiles as their users would, on the packed package; here that is the source.
  {
    files: ['examples/03-jest/*.ts', 'examples/04-nestjs/src/**/*.ts'],
    languageOptions: { parserOptions: { projectService: false, project: 'examples/tsconfig.lint.json' } },
  },

  {
    rules: {
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-floating-promises': 'error',
      // Numbers in messages read well as they are.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `() => resolve()` is shorter than a block and just as clear.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // With noUncheckedIndexedAccess, `!` is how a hot loop says that the index was checked.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // An async method may satisfy an interface without awaiting anything itself.
      '@typescript-eslint/require-await': 'off',
      // A type parameter used once still names something in the DSL's signatures.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Overloads are documented one by one.
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },

  {
    files: ['src/**/*.ts'],
    plugins: { rooms: roomsPlugin(sourceFolder, rooms, forbiddenNames), messages: messagesPlugin },
    rules: {
      'messages/style': 'error',
      'rooms/imports': 'error',
      'rooms/names': 'error',
      'max-lines': ['error', { max: 500 }],
      'no-restricted-syntax': ['error', noDefaultExport, ...noBarrel],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
    },
  },
  {
    files: [
      'src/index.ts',
      'src/testing.ts',
      'src/msgpack.ts',
      'src/cbor.ts',
      'src/registry.ts',
      'src/prometheus.ts',
      'src/opentelemetry.ts',
      'src/serve.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', noDefaultExport, noBarrel[0]] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**'],
    rules: { 'no-console': 'error' },
  },
  {
    // Nest's modules are empty classes with a decorator, and it declares its options as classes.
    files: ['examples/04-nestjs/src/**/*.ts'],
    rules: {
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    files: ['test/**/*.ts', 'examples/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', noDefaultExport],
      // expect(spy.method) names a method without calling it.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // Plain scripts run before anything is installed; their types are checked through JSDoc.
    files: ['**/*.js'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off', '@typescript-eslint/no-unsafe-member-access': 'off' },
  },
);
