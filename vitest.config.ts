import { defineConfig } from 'vitest/config'

// Whole programs, browsers and networks on a busy machine.
const patient = { testTimeout: 300_000, hookTimeout: 300_000 }

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
          ...patient,
        },
      },
      {
        // The screens beyond the main job, page by page: `npm run stories`, not `npm test`.
        extends: true,
        test: {
          name: 'stories',
          include: ['e2e/**/*.story.ts'],
          globalSetup: ['test/global-setup.ts'],
          ...patient,
        },
      },
      {
        // Whole networks (Bluesky, mail servers, Discord's emulator): `npm run networks`, not `npm test`.
        extends: true,
        test: {
          name: 'networks',
          include: ['e2e/**/*.network.ts'],
          globalSetup: ['test/global-setup.ts'],
          ...patient,
        },
      },
      {
        // Programs killed at random moments, minutes each: `npm run drill`, not `npm test`.
        extends: true,
        test: {
          name: 'drills',
          include: ['e2e/**/*.drill.ts'],
          globalSetup: ['test/global-setup.ts'],
          ...patient,
        },
      },
    ],
  },
})
