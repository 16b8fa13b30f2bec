import { expect, it } from 'vitest'
import { afterCall, type Outcome, pauses, restAfter } from './next-step.ts'
import { createWebhookSecret, signedHeaders } from './sign.ts'

const now = new Date('2026-11-22T08:00:00Z')
const answered = (status: number | null): Outcome => ({
  status,
  answer: '',
  problem: null,
  milliseconds: 1,
})

it('signs as the example of Standard Webhooks does', () => {
  // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
  const headers = signedHeaders('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    at: new Date(1614265330 * 1000),
    body: '{"test": 2432232314}',
  })
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
  expect(createWebhookSecret()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
})

it('takes 2xx as heard, 410 as gone, and tries after everything else', () => {
  expect(afterCall(answered(200), { tries: 1, now })).toEqual({ state: 'sent' })
  expect(afterCall(answered(204), { tries: 9, now })).toEqual({ state: 'sent' })
  expect(afterCall(answered(410), { tries: 1, now })).toEqual({ state: 'failed', gone: true })
  for (const status of [301, 400, 404, 429, 500, 503, null])
    expect(afterCall(answered(status), { tries: 1, now })).toEqual({
      state: 'waiting',
      nextAt: new Date('2026-11-22T08:00:05Z'),
    })
})

it('gives up when close to three days are over', () => {
  const days = pauses.reduce((sum, pause) => sum + pause, 0) / 86_400_000
  expect(days).toBeGreaterThan(2.8)
  expect(days).toBeLessThanOrEqual(3)
  expect(afterCall(answered(500), { tries: pauses.length, now }).state).toBe('waiting')
  expect(afterCall(answered(500), { tries: pauses.length + 1, now })).toEqual({
    state: 'failed',
    gone: false,
  })
})

it('lets an address that fails again and again rest, at most five minutes', () => {
  expect(restAfter(0, now)).toBeNull()
  expect(restAfter(1, now)).toEqual(new Date('2026-11-22T08:00:05Z'))
  expect(restAfter(3, now)).toEqual(new Date('2026-11-22T08:00:20Z'))
  expect(restAfter(500, now)).toEqual(new Date('2026-11-22T08:05:00Z'))
})
