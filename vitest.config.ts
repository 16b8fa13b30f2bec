import { defineConfig } from 'vitest/config'

// Browsers and whole networks have moods of their own on a busy machine. A second try is told by name at the
// end of the run; tests of the server, and those that kill, have none.
const browsing = { testTimeout: 300_000, hookTimeout: 300_000, retry: 1 }

export default defineConfig({
  test: {
    reporters: ['default'],
    // These only catch what hangs: on a busy machine everything takes several times as long.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'server',
          include: ['src/**/*.test.ts', 'contract/**/*.test.ts', 'test/**/*.test.ts'],
          globalSetup: ['test/global-setup.ts'],
        },
      },
      { extends: true, test: { name: 'practice', include: ['practice/**/*.test.ts'] } },
      { extends: true, test: { name: 'web', include: ['web/src/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          globalSetup: ['test/global-setup.ts'],
          ...browsing,
        },
      },
      {
        // The screens beyond the main job, page by page: `npm run stories`, not `npm test`.
        extends: true,
        test: {
          name: 'stories',
          include: ['e2e/**/*.story.ts'],
          globalSetup: ['test/global-setup.ts'],
          ...browsing,
        },
      },
      {
        // Whole networks (Bluesky, mail servers, Discord's emulator): `npm run networks`, not `npm test`.
        extends: true,
        test: {
          name: 'networks',
          include: ['e2e/**/*.network.ts'],
          globalSetup: ['test/global-setup.ts'],
          ...browsing,
        },
      },
      {
        // Programs killed at random moments, minutes each: `npm run drill`, not `npm test`.
        extends: true,
        test: {
          name: 'drills',
          include: ['e2e/**/*.drill.ts'],
          globalSetup: ['test/global-setup.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
