import { z } from 'zod'
import { Time } from './http.ts'
import { ChannelId } from './ids.ts'
import { Limits } from './limits.ts'

export const AbilityView = z.union([
  z.object({ can: z.literal(true) }),
  /** `code` names the reason for good, where the network's connector gives it one. */
  z.object({ can: z.literal(false), why: z.string(), code: z.string().optional() }),
])
export type AbilityView = z.infer<typeof AbilityView>

/** How news comes in: told at once, brought by the network, or asked for every few seconds. */
export const Arrival = z.enum(['live', 'brought', 'asked'])
export type Arrival = z.infer<typeof Arrival>

export const ChannelProblem = z.object({
  kind: z.enum(['auth-expired', 'scope-lost', 'unavailable', 'rate-limited']),
  detail: z.string(),
  since: Time,
})
export type ChannelProblem = z.infer<typeof ChannelProblem>

export const Channel = z.object({
  id: ChannelId,
  network: z.string(),
  networkName: z.string(),
  service: z.string(),
  handle: z.string(),
  displayName: z.string(),
  profileUrl: z.string(),
  state: z.enum(['connected', 'attention', 'disconnected']),
  problem: ChannelProblem.nullable(),
  limits: Limits,
  abilities: z.record(z.string(), AbilityView),
  checkedAt: Time,
  lastEventAt: Time.nullable(),
  arrival: Arrival,
  /** When the network last answered, with news or without. */
  lastAnswerAt: Time.nullable(),
  practice: z.boolean(),
  /** Address to write down on the network, which brings events there; null: none is needed. */
  hookAddress: z.string().nullable(),
  can: z.object({ manage: z.boolean() }),
})
export type Channel = z.infer<typeof Channel>

/** A network that can be connected, with the fields its form asks for. */
export const Network = z.object({
  network: z.string(),
  name: z.string(),
  fields: z.array(
    z.object({
      name: z.string(),
      secret: z.boolean(),
      example: z.string(),
      optional: z.boolean().optional(),
    }),
  ),
  /** Fields needed to sign in on the network's own page instead; null: it has none. */
  consent: z.object({ fields: z.array(z.string()) }).nullable(),
})
export type Network = z.infer<typeof Network>

/** `POST /api/v1/channels` and `POST /api/v1/channels/{id}/reconnect`. Answers a Channel. */
export const ConnectChannel = z.object({
  network: z.string().max(40),
  fields: z.record(z.string().max(40), z.string().max(4000)),
})
export type ConnectChannel = z.infer<typeof ConnectChannel>

/** `POST /api/v1/channels/consent`: send the browser to `address`; it comes back to the settings. */
export const ConsentBegun = z.object({ address: z.url() })
