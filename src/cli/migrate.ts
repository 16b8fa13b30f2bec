import { z } from 'zod'
import { defineCommand } from './command.ts'

export const migrateCommand = defineCommand({
  words: ['migrate'],
  summary: 'Bring the database up to this release',
  details: 'npm start does it by itself. Make a backup first.',
  input: z.object({}),
  async run(_input, surroundings) {
    const { withInstance } = await import('./open.ts')
    const { migrate } = await import('../platform/migrate.ts')
    const ran = await withInstance(surroundings, ({ url }) => migrate(url), { migrate: false })
    const text = ran.length > 0 ? `Applied:\n  ${ran.join('\n  ')}` : 'The database is up to date.'
    return { json: { applied: ran }, text }
  },
})
