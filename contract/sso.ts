import { z } from 'zod'
import { Time } from './http.ts'
import { SsoProviderId } from './ids.ts'
import { MemberRole } from './session.ts'

const NewcomerRole = MemberRole.exclude(['owner'])

const Domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(
    /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?$/,
    'Write it like shop.example, without @.',
  )

/** `POST /api/v1/sign-in-providers` and `PUT …/:id`: a service of the business that says who somebody is. */
export const SsoProviderInput = z.object({
  /** Shown on the button: "Sign in with …". */
  name: z.string().trim().min(1).max(60),
  /** The issuer's address, as its discovery document names it. */
  issuer: z.url({ protocol: /^https?$/ }).max(500),
  clientId: z.string().trim().min(1).max(500),
  /** Goes into the vault and comes out nowhere. May be left out when an existing one stays. */
  clientSecret: z.string().min(1).max(2000).optional(),
  /** Only e-mail addresses of these domains are taken. */
  domains: z.array(Domain).min(1).max(50),
  /** What somebody becomes who was not invited; null: only members and invited people may enter. */
  newcomerRole: NewcomerRole.nullable(),
  /** Its word (amr or acr) that a second factor was used counts as one. */
  trustsFactor: z.boolean(),
})
export type SsoProviderInput = z.infer<typeof SsoProviderInput>

/** `enforced`: everybody but the owners must use it. */
export const SsoState = z.enum(['off', 'on', 'enforced'])
export type SsoState = z.infer<typeof SsoState>
/** `PUT /api/v1/sign-in-providers/:id/state`. */
export const SsoStateInput = z.object({ state: SsoState })

export const SsoProvider = SsoProviderInput.omit({ clientSecret: true }).extend({
  id: SsoProviderId,
  state: SsoState,
  /** When a manager last came back from it; null: not tried since its connection changed. */
  triedAt: Time.nullable(),
  /** Whether it said at that try that a second factor was used. */
  triedFactor: z.boolean().nullable(),
})
export type SsoProvider = z.infer<typeof SsoProvider>

/** `GET /api/v1/sign-in-providers`; `returnAddress` is what the provider has to know. */
export const SsoProviders = z.object({ items: z.array(SsoProvider), returnAddress: z.string() })
export type SsoProviders = z.infer<typeof SsoProviders>

/** A button of the sign-in page. */
export const SsoDoor = z.object({ id: SsoProviderId, name: z.string() })
export type SsoDoor = z.infer<typeof SsoDoor>
/** `GET /api/auth/sso`: without an address those of an instance with one business, else by its domain. */
export const SsoDoorQuery = z.object({ email: z.string().max(320).optional() })
/** `POST /api/auth/sso/start`. */
export const SsoStart = z.object({
  provider: SsoProviderId,
  /** Page to go to afterwards: a path of ours. */
  next: z
    .string()
    .max(2000)
    .regex(/^\/(?![/\\])/)
    .optional(),
})
/** Where to send the browser. */
export const SsoAddress = z.object({ address: z.string() })

/** Why single sign-on did not let somebody in, told on the sign-in page. */
export const SsoProblem = z.enum([
  'not-begun',
  'expired',
  'denied',
  'away',
  'misconfigured',
  'clock',
  'not-genuine',
  'no-email',
  'unverified-email',
  'foreign-domain',
  'not-a-member',
  'owner-not-linked',
  'other-person',
  'switched-off',
])
export type SsoProblem = z.infer<typeof SsoProblem>
