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
  /**
   * Fields needed to sign in on the network's own page instead; null: it has none. `standing`: whether
   * such a sign-in lasts, ends by itself within two weeks, or cannot be made from Parley's address.
   */
  consent: z
    .object({
      fields: z.array(z.string()),
      standing: z.enum(['lasting', 'short', 'unavailable']),
    })
    .nullable(),
})
export type Network = z.infer<typeof Network>

/** `POST /api/v1/channels` and `POST /api/v1/channels/{id}/reconnect`. Answers a Channel. */
export const ConnectChannel = z.object({
  network: z.string().max(40),
  fields: z.record(z.string().max(40), z.string().max(4000)),
})
export type ConnectChannel = z.infer<typeof ConnectChannel>

/** `POST /api/v1/channels/{id}/reconnect`. */
export const ReconnectChannel = ConnectChannel.pick({ fields: true })

/** `POST /api/v1/channels/consent`: send the browser to `address`; it comes back to the settings. */
export const ConsentBegun = z.object({ address: z.url() })

/** `GET /oauth/client-metadata.json`: how servers know this installation (atproto.com/specs/oauth). */
export const ClientDocument = z.object({
  client_id: z.url(),
  client_name: z.string(),
  client_uri: z.url(),
  redirect_uris: z.array(z.url()),
  scope: z.string(),
  grant_types: z.array(z.string()),
  response_types: z.array(z.string()),
  application_type: z.literal('web'),
  token_endpoint_auth_method: z.literal('private_key_jwt'),
  token_endpoint_auth_signing_alg: z.literal('ES256'),
  jwks_uri: z.url(),
  dpop_bound_access_tokens: z.literal(true),
})

/** `GET /oauth/jwks.json`: its public keys (RFC 7517), newest first. */
export const ClientKeys = z.object({
  keys: z.array(
    z.strictObject({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      alg: z.literal('ES256'),
      use: z.literal('sig'),
      kid: z.string(),
      x: z.string(),
      y: z.string(),
    }),
  ),
})
