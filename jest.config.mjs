const shared = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: { target: 'es2024', parser: { syntax: 'typescript', tsx: true } },
        module: { type: 'commonjs', ignoreDynamic: true },
      },
    ],
  },
  // Workspace packages resolve to their sources: tests need no build.
  testEnvironmentOptions: { customExportConditions: ['oopstream-source', 'node', 'require', 'default'] },
  modulePathIgnorePatterns: ['<rootDir>/.local/', '/dist/'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
};

export default {
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
