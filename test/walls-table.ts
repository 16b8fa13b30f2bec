import type { MemberRole } from '../contract/session.ts'

/** Who a route is for, said here a second time and independently of the code. */
export type Group =
  | 'anyone' // nobody in particular, without signing in
  | 'enrolling' // a session, also before its second factor
  | 'people' // a session with its second factor, whatever the role; no API keys
  | MemberRole[] // these roles, and API keys with the scope

/** Things of the business that the other workspace must not reach. */
export type Thing =
  | 'member'
  | 'key'
  | 'invitation'
  | 'session'
  | 'media'
  | 'channel'
  | 'calendar'
  | 'person'
  | 'conversation'
  | 'message'
  | 'delivery'
  | 'aside'
  | 'department'
  | 'view'
  | 'snippet'
  | 'provider'
  | 'webhook'
  | 'webhookCall'
  | 'goodwill'
  | 'threshold'
  | 'page'
  | 'browser'
  | 'export'

export type Wall = {
  for: Group
  /** What `:id` stands for. */
  id?: Thing
  /** A body that would do something, for the attempt from the other workspace. */
  body?: object
  /** It ends the caller's session, never answers or starts a program, so those who may are not tried. */
  onlyRefusals?: true
  /** Not even a key with the scope `all`: none at all, or one that names the scope. */
  noKeys?: true
}

const managers: MemberRole[] = ['owner', 'admin']
const talkers: MemberRole[] = [...managers, 'publisher', 'responder']
const drafters: MemberRole[] = [...talkers, 'contributor']
const everybody: MemberRole[] = [...drafters, 'analyst']

const ssoProvider = {
  name: 'Taken over',
  issuer: 'https://id.example',
  clientId: 'parley',
  domains: ['shop.example'],
  newcomerRole: null,
  trustsFactor: true,
}

/** Every route there is. A new route fails the test until it stands here. */
export const walls: Record<string, Wall> = {
  'GET /api/openapi.json': { for: 'anyone' },
  'GET /healthz': { for: 'anyone' },
  'GET /readyz': { for: 'anyone' },
  'GET /metrics': { for: 'anyone' },

  'GET /api/v1/session': { for: 'anyone' },
  'POST /api/v1/setup/owner': { for: 'anyone' },
  'POST /api/v1/setup/import': { for: 'anyone' },
  'PUT /api/v1/setup/import/:id': { for: 'anyone' },
  'POST /api/v1/setup/import/:id/start': { for: 'anyone' },
  'GET /api/v1/setup/import/:id': { for: 'anyone' },
  'GET /api/v1/sessions': { for: 'people' },
  'DELETE /api/v1/sessions': { for: 'people' },
  'DELETE /api/v1/sessions/:id': { for: 'people', id: 'session' },

  'POST /api/auth/sign-in/email': { for: 'anyone' },
  'POST /api/auth/sign-out': { for: 'enrolling', onlyRefusals: true },
  'POST /api/auth/change-password': { for: 'people' },
  'POST /api/auth/two-factor/verify-totp': { for: 'anyone' },
  'POST /api/auth/two-factor/verify-backup-code': { for: 'anyone' },
  'POST /api/auth/two-factor/enable': { for: 'enrolling' },
  'POST /api/auth/two-factor/disable': { for: 'people' },
  'POST /api/auth/two-factor/generate-backup-codes': { for: 'people' },
  'GET /api/auth/passkey/generate-authenticate-options': { for: 'anyone' },
  'POST /api/auth/passkey/verify-authentication': { for: 'anyone' },
  'GET /api/auth/passkey/generate-register-options': { for: 'people' },
  'POST /api/auth/passkey/verify-registration': { for: 'people' },
  'GET /api/auth/passkey/list-user-passkeys': { for: 'people' },
  'POST /api/auth/passkey/delete-passkey': { for: 'people' },

  'GET /api/auth/sso': { for: 'anyone' },
  'POST /api/auth/sso/start': { for: 'anyone' },
  'GET /sign-in/return': { for: 'anyone' },
  'GET /api/v1/sign-in-providers': { for: managers, noKeys: true },
  'POST /api/v1/sign-in-providers': { for: managers, noKeys: true },
  'PUT /api/v1/sign-in-providers/:id': {
    for: managers,
    noKeys: true,
    id: 'provider',
    body: ssoProvider,
  },
  'PUT /api/v1/sign-in-providers/:id/state': {
    for: managers,
    noKeys: true,
    id: 'provider',
    body: { state: 'off' },
  },
  'POST /api/v1/sign-in-providers/:id/try': { for: managers, noKeys: true, id: 'provider' },
  'DELETE /api/v1/sign-in-providers/:id': { for: managers, noKeys: true, id: 'provider' },

  'GET /api/v1/workspace': { for: everybody },
  'PATCH /api/v1/workspace': { for: managers },

  'GET /api/v1/reply-policy': { for: everybody },
  'PUT /api/v1/reply-policy': { for: managers },
  'POST /api/v1/reply-policy/preview': { for: managers },
  'GET /api/v1/calendars': { for: everybody },
  'POST /api/v1/calendars': { for: managers },
  'PUT /api/v1/calendars/:id': {
    for: managers,
    id: 'calendar',
    body: { name: 'Taken over', timeZone: 'UTC', hours: {} },
  },
  'DELETE /api/v1/calendars/:id': { for: managers, id: 'calendar' },

  'GET /api/v1/members': { for: everybody },
  'PATCH /api/v1/members/:id': { for: managers, id: 'member', body: { role: 'analyst' } },
  'DELETE /api/v1/members/:id': { for: everybody, id: 'member' },
  'GET /api/v1/invitations': { for: managers },
  'POST /api/v1/invitations': { for: managers },
  'DELETE /api/v1/invitations/:id': { for: managers, id: 'invitation' },
  'POST /api/v1/invitations/accept': { for: 'anyone' },

  'GET /api/v1/keys': { for: managers },
  'POST /api/v1/keys': { for: managers },
  'DELETE /api/v1/keys/:id': { for: managers, id: 'key' },

  'GET /api/v1/audit': { for: managers },
  'GET /api/v1/audit/export': { for: managers },
  'GET /api/v1/audit/verify': { for: managers },

  'GET /api/v1/exports': { for: ['owner'] },
  'POST /api/v1/exports': { for: ['owner'] },
  'GET /api/v1/exports/:id': { for: ['owner'], id: 'export' },
  'DELETE /api/v1/exports/:id': { for: ['owner'], id: 'export' },
  'GET /api/v1/exports/:id/file': { for: ['owner'], id: 'export' },

  'POST /api/v1/media': { for: drafters },
  'GET /api/v1/media/:id': { for: everybody, id: 'media' },

  'GET /api/v1/networks': { for: everybody },
  'GET /api/v1/channels': { for: everybody },
  'GET /api/v1/channels/:id': { for: everybody, id: 'channel' },
  'POST /api/v1/channels/consent': { for: managers },
  'GET /connect/return': { for: managers },
  'GET /oauth/client-metadata.json': { for: 'anyone' },
  'GET /oauth/jwks.json': { for: 'anyone' },
  'POST /api/v1/channels': { for: managers },
  'GET /api/v1/channels/:id/website': { for: everybody, id: 'channel' },
  'PUT /api/v1/channels/:id/website': {
    for: managers,
    id: 'channel',
    body: { accent: '#0f766e', greeting: { en: '', ro: '' }, languages: ['en'] },
  },
  'POST /api/v1/channels/:id/reconnect': { for: managers, id: 'channel', body: { fields: {} } },
  'DELETE /api/v1/channels/:id': { for: managers, id: 'channel' },
  'POST /api/v1/practice': { for: managers, onlyRefusals: true },

  'POST /hooks/:channel': { for: 'anyone' },
  'GET /api/v1/webhooks': { for: managers },
  'POST /api/v1/webhooks': { for: managers },
  'PATCH /api/v1/webhooks/:id': { for: managers, id: 'webhook', body: { active: false } },
  'DELETE /api/v1/webhooks/:id': { for: managers, id: 'webhook' },
  'POST /api/v1/webhooks/:id/test': { for: managers, id: 'webhook' },
  'GET /api/v1/webhooks/:id/calls': { for: managers, id: 'webhook' },
  'POST /api/v1/webhook-calls/:id/again': { for: managers, id: 'webhookCall' },
  'GET /api/v1/outgoing-mails': { for: managers },

  'GET /api/v1/people': { for: everybody },
  'GET /api/v1/people/win-backs': { for: everybody },
  'GET /api/v1/people/suggestions': { for: everybody },
  'POST /api/v1/people/suggestions/apart': { for: talkers },
  'POST /api/v1/people/import': { for: managers },
  'GET /api/v1/people/:id': { for: everybody, id: 'person' },
  'PATCH /api/v1/people/:id': { for: drafters, id: 'person', body: { name: 'Taken over' } },
  'POST /api/v1/people/:id/notes': { for: drafters, id: 'person', body: { text: 'hello' } },
  'POST /api/v1/people/:id/consents': {
    for: drafters,
    id: 'person',
    body: { purpose: 'news', how: 'by telephone' },
  },
  'POST /api/v1/people/:id/consents/withdraw': {
    for: drafters,
    id: 'person',
    body: { consentId: '0190a000-0000-7000-8000-000000000000' },
  },
  'PUT /api/v1/people/:id/win-back': {
    for: drafters,
    id: 'person',
    body: { state: 'unhappy' },
  },
  'POST /api/v1/people/:id/merge': {
    for: talkers,
    id: 'person',
    body: { otherId: '0190a000-0000-7000-8000-000000000000' },
  },
  'POST /api/v1/people/:id/merges/undo': {
    for: talkers,
    id: 'person',
    body: { mergeId: '0190a000-0000-7000-8000-000000000000' },
  },
  'GET /api/v1/people/:id/export': { for: managers, id: 'person' },
  'POST /api/v1/people/:id/erase': { for: managers, id: 'person', body: { name: 'Wallmark' } },

  'GET /api/v1/conversations': { for: everybody },
  'GET /api/v1/conversations/counts': { for: everybody },
  'GET /api/v1/conversations/:id': { for: everybody, id: 'conversation' },
  'GET /api/v1/conversations/:id/visitor': { for: everybody, id: 'conversation' },
  'GET /api/v1/conversations/:id/thread': { for: everybody, id: 'conversation' },
  'POST /api/v1/conversations/changes': { for: talkers },
  'POST /api/v1/conversations/changes/undo': { for: talkers },
  'PATCH /api/v1/conversations/:id': {
    for: talkers,
    id: 'conversation',
    body: { state: 'done' },
  },
  'POST /api/v1/conversations/:id/replies': {
    for: talkers,
    id: 'conversation',
    body: { text: 'hello' },
  },
  'POST /api/v1/conversations/:id/notes': {
    for: drafters,
    id: 'conversation',
    body: { text: 'hello' },
  },
  'PUT /api/v1/conversations/:id/draft': {
    for: drafters,
    id: 'conversation',
    body: { text: 'hello', media: [] },
  },
  'POST /api/v1/conversations/:id/hand-over': {
    for: talkers,
    id: 'conversation',
    body: { memberId: '019c0000-0000-7000-8000-000000000000', note: 'hello' },
  },
  'GET /api/v1/conversations/:id/merge-candidates': { for: everybody, id: 'conversation' },
  'POST /api/v1/conversations/:id/merge': {
    for: talkers,
    id: 'conversation',
    body: { otherIds: ['0190b2a0-0000-7000-8000-0000000000aa'] },
  },
  'POST /api/v1/conversations/:id/split': {
    for: talkers,
    id: 'conversation',
    body: { fromMessageId: '0190b2a0-0000-7000-8000-0000000000aa' },
  },
  'POST /api/v1/conversations/:id/moves/:moveId/undo': { for: talkers, id: 'conversation' },
  'GET /api/v1/conversations/:id/private-places': { for: everybody, id: 'conversation' },
  'POST /api/v1/conversations/:id/move-to-private': {
    for: talkers,
    id: 'conversation',
    body: {
      reason: 'order',
      placeChannelId: '0190b2a0-0000-7000-8000-0000000000aa',
      text: 'Please write to us in private.',
    },
  },
  'DELETE /api/v1/conversations/:id/hand-over': { for: talkers, id: 'conversation' },
  'POST /api/v1/conversations/:id/hand-over/read': { for: talkers, id: 'conversation' },
  'PUT /api/v1/conversations/:id/snooze': {
    for: talkers,
    id: 'conversation',
    body: { until: new Date(Date.now() + 3_600_000).toISOString() },
  },
  'DELETE /api/v1/conversations/:id/snooze': { for: talkers, id: 'conversation' },
  'POST /api/v1/conversations/:id/presence': {
    for: everybody,
    id: 'conversation',
    body: { session: 'one', kind: 'looking' },
  },
  'GET /api/v1/presence': { for: everybody },
  'GET /api/v1/reply-rules': { for: everybody },
  'PATCH /api/v1/reply-rules': { for: managers },
  'GET /api/v1/digest': { for: everybody },
  'GET /api/v1/digest/subscription': { for: 'people' },
  'PUT /api/v1/digest/subscription': { for: 'people' },
  'GET /api/v1/thresholds': { for: managers },
  'POST /api/v1/thresholds': { for: managers },
  'DELETE /api/v1/thresholds/:id': { for: managers, id: 'threshold' },
  'GET /unsubscribe/:token': { for: 'anyone' },
  'POST /unsubscribe/:token': { for: 'anyone' },

  'GET /api/v1/on-call': { for: everybody },
  'PUT /api/v1/on-call': { for: managers },
  'POST /api/v1/on-call/preview': { for: everybody },
  'GET /api/v1/pages': { for: everybody },
  'GET /api/v1/pages/:id': { for: everybody, id: 'page' },
  'POST /api/v1/pages/:id/acknowledgement': { for: talkers, id: 'page' },
  'GET /api/v1/push-subscriptions': { for: 'people' },
  'POST /api/v1/push-subscriptions': { for: 'people' },
  'DELETE /api/v1/push-subscriptions/:id': { for: 'people', id: 'browser' },
  'POST /api/v1/push-subscriptions/:id/test': { for: 'people', id: 'browser' },
  'GET /page/:token': { for: 'anyone' },
  'POST /page/:token': { for: 'anyone' },

  'GET /api/v1/goodwill': { for: everybody },
  'GET /api/v1/goodwill/months': { for: everybody },
  'GET /api/v1/goodwill/settings': { for: everybody },
  'PUT /api/v1/goodwill/settings': { for: managers },
  'GET /api/v1/conversations/:id/goodwill': { for: everybody, id: 'conversation' },
  'POST /api/v1/conversations/:id/goodwill': {
    for: drafters,
    id: 'conversation',
    body: { kind: 'gift', cost: 100 },
  },
  'PATCH /api/v1/goodwill/:id': { for: drafters, id: 'goodwill', body: { cost: 1 } },
  'DELETE /api/v1/goodwill/:id': { for: drafters, id: 'goodwill' },
  'POST /api/v1/goodwill/:id/restore': { for: drafters, id: 'goodwill' },

  'GET /api/v1/snippets': { for: everybody },
  'POST /api/v1/snippets': { for: drafters },
  'PATCH /api/v1/snippets/:id': { for: drafters, id: 'snippet', body: { name: 'Other' } },
  'DELETE /api/v1/snippets/:id': { for: drafters, id: 'snippet' },
  'PUT /api/v1/messages/:id/kind': { for: talkers, id: 'message', body: { kind: 'praise' } },
  'GET /api/v1/messages/:id/media/:index': { for: everybody, id: 'message' },
  'GET /api/v1/messages/:id/files/:index': { for: everybody, id: 'message' },

  'GET /api/v1/departments': { for: everybody },
  'POST /api/v1/departments': { for: managers },
  'PATCH /api/v1/departments/:id': { for: managers, id: 'department', body: { name: 'Ours' } },
  'DELETE /api/v1/departments/:id': { for: managers, id: 'department' },

  'GET /api/v1/routing': { for: managers },
  'PUT /api/v1/routing/draft': { for: managers },
  'POST /api/v1/routing/trial': { for: managers },
  'POST /api/v1/routing/live': { for: managers },
  'POST /api/v1/routing/revert': { for: managers },

  'GET /api/v1/views': { for: everybody },
  'POST /api/v1/views': { for: everybody },
  'PATCH /api/v1/views/:id': { for: everybody, id: 'view', body: { name: 'Ours' } },
  'DELETE /api/v1/views/:id': { for: everybody, id: 'view' },
  'POST /api/v1/views/:id/restore': { for: everybody, id: 'view' },

  'GET /api/v1/figures': { for: everybody },
  'GET /api/v1/figures/rows': { for: everybody },
  'GET /api/v1/figures/private-moves': { for: everybody },
  'GET /api/v1/figures.csv': { for: everybody },

  'GET /api/v1/deliveries': { for: everybody },
  'GET /api/v1/deliveries/:id': { for: everybody, id: 'delivery' },
  'POST /api/v1/deliveries/:id/cancel': { for: talkers, id: 'delivery' },
  'POST /api/v1/deliveries/:id/retry': { for: talkers, id: 'delivery' },
  'POST /api/v1/deliveries/:id/decision': {
    for: talkers,
    id: 'delivery',
    body: { decision: 'give-up' },
  },

  'GET /site/:channel': { for: 'anyone' },
  'POST /site/:channel': { for: 'anyone' },
  'GET /site/:channel/embed': { for: 'anyone' },
  'POST /site/:channel/embed': { for: 'anyone' },
  'POST /site/:channel/start': { for: 'anyone' },
  'GET /site/:channel/embed.js': { for: 'anyone' },
  'GET /site/c/:token': { for: 'anyone' },
  'POST /site/c/:token': { for: 'anyone' },
  'GET /site/view/:thread': { for: everybody },

  'GET /api/v1/events': { for: everybody, onlyRefusals: true },
  'GET /api/v1/aside': { for: managers },
  'POST /api/v1/aside/:id/replay': { for: managers, id: 'aside' },
}
