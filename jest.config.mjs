const REQUIRED_MODULES = 'content-disposition/.+\\.js$';

const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': '@swc/jest',
    // Required by @fastify/static, which is CommonJS: Node can load a module like that, Jest cannot.
    [REQUIRED_MODULES]: ['@swc/jest', { module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: [`/node_modules/(?!${REQUIRED_MODULES})`],
  setupFiles: ['<rootDir>/test/support/setup.ts'],
};

const onDatabase = {
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};

/** Which of the scenarios: some of them in two minutes, all short ones, or everything at length. */
const SCENARIOS = {
  selection: ['<rootDir>/test/chaos/scenarios/{r05,r09,r13,r24,r39}-*.spec.ts'],
  short: ['<rootDir>/test/chaos/scenarios/*.spec.ts'],
  full: ['<rootDir>/test/chaos/scenarios/**/*.spec.ts'],
};

export default {
  testTimeout: 30_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/src/**/*.spec.ts',
        '<rootDir>/test/chaos/{checker,edits,harness}/**/*.spec.ts',
      ],
    },
    {
      ...shared,
      ...onDatabase,
      displayName: 'integration',
      testMatch: [
        '<rootDir>/test/integration/**/*.spec.ts',
        '<rootDir>/test/chaos/{evidence,faults}/**/*.spec.ts',
      ],
    },
    {
      ...shared,
      ...onDatabase,
      displayName: 'model',
      testMatch: ['<rootDir>/test/model/**/*.spec.ts'],
    },
    {
      ...shared,
      ...onDatabase,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'],
    },
    {
      ...shared,
      ...onDatabase,
      displayName: 'cluster',
      testMatch: ['<rootDir>/test/cluster/**/*.spec.ts'],
    },
    {
      ...shared,
      ...onDatabase,
      displayName: 'chaos',
      testMatch: SCENARIOS[process.env.CHAOS || 'short'],
    },
  ],
  collectCoverageFrom: ['src/**/*.ts', '!src/generated/**', '!src/**/*.spec.ts'],
};
