import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Real load by k6, and what is stopped in the midst of it: alone, or the load is late. */
const UNDER_LOAD = ['scenarios/spike/*.redis.test.ts'];
const NOT_OURS = ['node_modules/**', 'dist/**'];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['**/*.test.ts'],
          exclude: [...NOT_OURS, ...UNDER_LOAD],
          maxWorkers: Math.max(2, availableParallelism() - 1),
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'under load',
          include: UNDER_LOAD,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: [
        'core/**/*.ts',
        'results/**/*.ts',
        'scenarios/**/*.ts',
        'simulator/**/*.ts',
        'cli.ts',
      ],
      exclude: ['**/*.test.ts', '**/*.generated.ts'],
      reporter: ['text-summary'],
    },
  },
});
