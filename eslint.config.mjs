import nx from '@nx/eslint-plugin';
import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';

const size = (max) => ['error', { max, skipBlankLines: true, skipComments: true }];

/** Arrows run service → adapter → pipeline → port → core; see ARCHITECTURE.md. */
const boundaries = [
  ['core', ['core']],
  ['port', ['core']],
  ['contract', ['core']],
  ['pipeline', ['port', 'core']],
  ['runtime', ['port', 'pipeline', 'runtime']],
  ['adapter', ['adapter', 'runtime', 'pipeline', 'contract', 'port', 'core']],
  ['composition', ['adapter', 'runtime', 'pipeline', 'contract', 'port', 'core']],
  ['service', ['composition', 'runtime', 'pipeline', 'contract', 'port', 'core']],
  ['app', ['service', 'composition', 'runtime', 'pipeline', 'contract', 'port', 'core', 'testkit']],
  ['testkit', ['adapter', 'runtime', 'pipeline', 'contract', 'port', 'core']],
  ['console', []],
].map(([from, to]) => ({
  sourceTag: `type:${from}`,
  onlyDependOnLibsWithTags: to.map((tag) => `type:${tag}`),
}));

/** npm packages that one folder alone may import. */
const owners = {
  kafkajs: 'libs/adapters/kafka',
  ioredis: 'libs/adapters/redis',
  bullmq: 'libs/adapters/jobs',
  pg: 'libs/adapters/postgres',
  kysely: 'libs/adapters/postgres',
  undici: 'libs/adapters/webhook',
  'iced-x86': 'libs/adapters/disassembler',
  'capstone-wasm': 'libs/adapters/disassembler',
};
const restricted = (allowed) => [
  'error',
  {
    paths: Object.keys(owners)
      .filter((name) => !allowed.includes(name))
      .map((name) => ({ name, message: `only ${owners[name]} imports ${name}` })),
  },
];

const noDefaultExport = { selector: 'ExportDefaultDeclaration', message: 'name what you export' };

/** Core takes time, randomness and surroundings as arguments. */
const pure = {
  'no-restricted-globals': [
    'error',
    'process',
    'console',
    'performance',
    'crypto',
    'fetch',
    'setTimeout',
    'setInterval',
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'time comes in as an argument' },
    { object: 'Math', property: 'random', message: 'randomness comes in as an argument' },
  ],
  'no-restricted-syntax': [
    'error',
    noDefaultExport,
    {
      selector: "NewExpression[callee.name='Date'][arguments.length=0]",
      message: 'time comes in as an argument',
    },
  ],
};

export default tseslint.config(
  {
    // assembly/ is AssemblyScript, which its own compiler checks.
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '.local/**',
      '.nx/**',
      '**/*.mjs',
      '**/*.js',
      '**/*.d.ts',
      'libs/core/*/assembly/**',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  // Nothing is switched off from within a file: an exception is written, with its reason, below.
  { linterOptions: { noInlineConfig: true } },
  {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { '@nx': nx },
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.eslint.json', './services/console/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { depConstraints: boundaries, allow: [], banTransitiveDependencies: false },
      ],
      'no-restricted-imports': restricted([]),
      'max-lines': size(400),
      'max-lines-per-function': size(60),
      'max-params': ['error', 5],
      'no-empty': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': ['error', noDefaultExport],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
    },
  },
  ...Object.entries(Object.groupBy(Object.entries(owners), ([, folder]) => folder)).map(
    ([folder, entries]) => ({
      files: [`${folder}/**/*.ts`],
      rules: { 'no-restricted-imports': restricted(entries.map(([name]) => name)) },
    }),
  ),
  {
    files: ['libs/core/*/src/**/*.ts', 'libs/contracts/src/**/*.ts', 'libs/pipeline/src/**/*.ts'],
    ignores: ['**/*.test.ts', '**/testing/**'],
    rules: pure,
  },
  { files: ['services/cli/**/*.ts'], rules: { 'no-restricted-imports': restricted(['undici']) } },
  {
    files: [
      '**/*.test.ts',
      'libs/testkit/**',
      'libs/*/test/**',
      'libs/adapters/*/test/**',
      'services/e2e/**',
      'libs/ports/src/conformance/**',
    ],
    plugins: { jest },
    rules: {
      // What is tested depends on the testkit, which depends on what is tested.
      '@nx/enforce-module-boundaries': 'off',
      'max-lines-per-function': 'off',
      'jest/no-focused-tests': 'error',
      'jest/no-disabled-tests': 'error',
      'jest/no-identical-title': 'error',
      'jest/valid-expect': 'error',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    // Tables of formats and frame lists are data: their length says nothing.
    files: ['libs/core/*/src/{tables,lists}/**/*.ts'],
    rules: { 'max-lines': 'off' },
  },
);
