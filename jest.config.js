import { fileURLToPath } from 'node:url';

// Tests start hundreds of Node processes: each finds its modules compiled, and their types stripped, by an earlier one.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/node', import.meta.url));

/** Tests run on native ES modules; TypeScript is only stripped, never checked here: `npm run check` does that. */
export default {
  testEnvironment: 'node',
  // One more than jest would take: most long tests wait for a process of their own.
  maxWorkers: '100%',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testSequencer: '<rootDir>/test/session/longest-first.js',
  globalSetup: '<rootDir>/test/session/begin.js',
  globalTeardown: '<rootDir>/test/session/end.js',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
};
