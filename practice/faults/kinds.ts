import { z } from 'zod'

export const FaultKind = z.enum([
  'rate-limited',
  'slow',
  'wrong',
  'duplicate',
  'out-of-order',
  'late',
  'expired-token',
  'lost-scope',
  'outage',
  'cut-before-accept',
  'cut-after-accept',
  'late-apply',
  'unparseable',
])
export type FaultKind = z.infer<typeof FaultKind>

export const Target = z.enum([
  'any',
  'post',
  'edit',
  'delete',
  'media',
  'read',
  'notifications',
  'stream',
])
export type Target = z.infer<typeof Target>

export const WrongForm = z.enum(['error-500', 'html', 'truncated', 'shape', 'empty'])
export type WrongForm = z.infer<typeof WrongForm>

/** A fault as it is asked for. Without `times` and `seconds` it lasts until it is switched off. */
export const FaultInput = z.object({
  kind: FaultKind,
  /** which requests: by default what the kind is about (posting for the cuts, else any) */
  target: Target.optional(),
  times: z.int().positive().optional(),
  seconds: z.number().positive().optional(),
  /** how many requests of its kind it lets pass before it strikes */
  after: z.int().min(0).default(0),
  probability: z.number().min(0).max(1).default(1),
  seed: z.int().default(1),
  /** how long for slow, late and late-apply; milliseconds */
  ms: z.int().min(0).max(600_000).optional(),
  /** what a wrong answer looks like; without it they take turns */
  form: WrongForm.optional(),
  /** wrong answers only: error-500, html and empty come after the request was carried out */
  applied: z.boolean().default(false),
  /** lost-scope only: the scopes taken away */
  scopes: z.array(z.string()).default(['write']),
  /** outage only: nobody listens on the port (needs seconds) instead of answering 503 */
  refuse: z.boolean().default(false),
})
export type FaultInput = z.infer<typeof FaultInput>

export const Fault = FaultInput.extend({
  id: z.string(),
  timesLeft: z.number().nullable(),
  until: z.number().nullable(),
  fired: z.number(),
  draws: z.number(),
})
export type Fault = z.infer<typeof Fault>

/** Kinds that spoil what is told about events instead of single requests. */
export const eventKinds: readonly FaultKind[] = ['duplicate', 'out-of-order', 'late', 'unparseable']

/** What a fault is aimed at when its maker did not say. */
export function defaultTarget(kind: FaultKind): Target {
  return kind === 'cut-after-accept' || kind === 'cut-before-accept' || kind === 'late-apply'
    ? 'post'
    : 'any'
}

/** What a request is about, for aiming faults. */
export function targetOf(method: string, path: string): Target {
  if (path.startsWith('/api/v1/streaming')) return 'stream'
  if (/^\/api\/v[12]\/media/.test(path) && method !== 'GET') return 'media'
  if (path === '/api/v1/statuses' && method === 'POST') return 'post'
  if (/^\/api\/v1\/statuses\/\d+$/.test(path) && method === 'PUT') return 'edit'
  if (/^\/api\/v1\/statuses\/\d+$/.test(path) && method === 'DELETE') return 'delete'
  if (path.startsWith('/api/v1/notifications') && method === 'GET') return 'notifications'
  return method === 'GET' ? 'read' : 'any'
}
