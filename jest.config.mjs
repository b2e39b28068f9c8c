const swc = [
  '@swc/jest',
  {
    jsc: { target: 'es2024', parser: { syntax: 'typescript', tsx: true } },
    module: { type: 'commonjs', ignoreDynamic: true },
  },
];
/** Packages that ship ES modules only: compiled like our own sources, since jest runs CommonJS. */
const ES_MODULES = 'commander|content-disposition|cookie';

/** CommonJS that loads a built-in module by `import()`, which jest's modules cannot: it becomes `require()`. */
const DYNAMIC_IMPORTS = 'capstone-wasm';
const withoutDynamicImports = [
  '@swc/jest',
  { jsc: { target: 'es2024' }, module: { type: 'commonjs', ignoreDynamic: false } },
];

const shared = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.tsx?$': swc,
    [`/node_modules/(${ES_MODULES})/.+\\.js$`]: swc,
    [`/node_modules/(${DYNAMIC_IMPORTS})/.+\\.cjs$`]: withoutDynamicImports,
  },
  transformIgnorePatterns: [`/node_modules/(?!(${ES_MODULES}|${DYNAMIC_IMPORTS})/)`],
  // Workspace packages resolve to their sources: tests need no build.
  testEnvironmentOptions: { customExportConditions: ['oopstream-source', 'node', 'require', 'default'] },
  modulePathIgnorePatterns: ['<rootDir>/.local/', '/dist/'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
};

export default {
  // A deadline for hangs, not a measure: machines that run this are slow at times.
  testTimeout: 60_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{libs,services,deploy,scripts}/**/*.test.{ts,tsx}'],
      testPathIgnorePatterns: [
        ...shared.testPathIgnorePatterns,
        '\\.int\\.test\\.ts$',
        '<rootDir>/services/e2e/',
      ],
    },
    {
      ...shared,
      displayName: 'integration',
      globalSetup: '<rootDir>/libs/testkit/jest/global-setup.mjs',
      globalTeardown: '<rootDir>/libs/testkit/jest/global-teardown.mjs',
      testMatch: ['<rootDir>/{libs,services,deploy}/**/*.int.test.ts'],
      testPathIgnorePatterns: [...shared.testPathIgnorePatterns, '<rootDir>/services/e2e/'],
    },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/services/e2e/**/*.e2e.test.ts'],
    },
  ],
};
