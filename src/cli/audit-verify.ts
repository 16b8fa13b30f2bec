import { z } from 'zod'
import { defineCommand, exitCodes } from './command.ts'
import type { WorkspaceVerdict } from './verify-all.ts'

export const auditVerify = defineCommand({
  words: ['audit', 'verify'],
  summary: 'Prove that the audit log is as it was written',
  details:
    'Prints the head of the log, NUMBER:HASH. Note it in another place: given back with --head, it also\nfinds a log that somebody with all rights rewrote from beginning to end.',
  options: { head: { hint: 'NUMBER:HASH', help: 'A head noted earlier' } },
  input: z.object({
    head: z
      .string()
      .regex(/^\d{1,15}:[0-9a-f]{64}$/, 'is not of the form NUMBER:HASH')
      .transform((text) => ({ seq: Number(text.split(':')[0]), hash: text.split(':')[1] ?? '' }))
      .optional(),
  }),
  async run({ head }, surroundings) {
    const { withInstance } = await import('./open.ts')
    const { verifyAll } = await import('./verify-all.ts')
    const verdicts = await withInstance(surroundings, ({ database }) => verifyAll(database, head))
    const ok = verdicts.every((verdict) => verdict.ok)
    return {
      json: { ok, workspaces: verdicts },
      text: verdicts.map(describeVerdict).join('\n') || 'There is no workspace yet.',
      exitCode: ok ? exitCodes.done : exitCodes.failed,
    }
  },
})

function describeVerdict(verdict: WorkspaceVerdict): string {
  return verdict.ok
    ? `The audit log holds: ${verdict.entries} entries, head ${verdict.head.seq}:${verdict.head.hash}`
    : `THE AUDIT LOG IS BROKEN at entry ${verdict.brokenAt} of workspace ${verdict.workspaceId}. ${verdict.why}`
}
