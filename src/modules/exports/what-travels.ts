// What an archive holds of a workspace, and what becomes of it elsewhere: everything that the schema has,
// except what is said here. docs/export-format.md says the same to others.

/** Tables that stay, with the reason. */
export const leftOut: Readonly<Record<string, string>> = {
  secrets:
    'Sign-ins of accounts and keys of webhooks, sealed with a key that stays on the machine.',
  channel_consents: 'Sign-ins on a network’s own page that were begun and not finished.',
  website_links: 'Private links of visitors: each opens a conversation to whoever holds it.',
  presence: 'Who looks at a conversation at this moment.',
  push_subscriptions:
    'Browsers that take push messages: whoever has their address can write to them.',
  exports: 'Archives such as this one.',
}

/** A value of a new row, as SQL over `r`, the row of the archive. */
type Filled = Readonly<Record<string, string>>

/** Columns that stay, by table, with what the import puts there: secrets, and who holds what just now. */
export const keptBack: Readonly<Record<string, Filled>> = {
  api_keys: { hash: `'not exported:' || r.id` },
  invitations: { token_hash: `'not exported:' || r.id` },
  // Mail that has not gone out holds links that open doors.
  outgoing_mails: { text: `''`, html: 'null', unsubscribe: 'null', lease_until: 'null' },
  channel_streams: { lease_holder: 'null', lease_until: 'null' },
  deliveries: { lease_holder: 'null', lease_until: 'null' },
  webhook_endpoints: { secret_id: 'null', busy_until: 'null' },
  on_call_settings: { vapid_public: 'null', vapid_secret_id: 'null' },
  page_calls: { token_hash: 'null', lease_until: 'null' },
  // Its private link stays, as those of website_links.
  website_waiting: { token_hash: `'not exported:' || r.id` },
}

/** Columns whose contents are files of the archive, under `media/`, by table. */
export const files: Readonly<Record<string, string>> = { media: 'bytes' }

const unsent =
  'This was waiting to be sent when the data was exported, and may have been sent since.'
const reason = `jsonb_build_object('kind', 'unknown-outcome', 'detail', '${unsent}',
  'at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`
const pending = `r.state in ('queued', 'held', 'sending')`

/** Why a webhook that came along is no more. */
export const keyStayed = 'Its key stayed on the Parley that it was exported from.'

/** What cannot be as it was, since secrets and links stayed behind: the columns that the import changes. */
export const changed: Readonly<Record<string, Filled>> = {
  channels: { state: `'disconnected'`, problem: 'null' },
  api_keys: { revoked_at: 'coalesce(r.revoked_at, now())' },
  invitations: {
    expires_at:
      'case when r.accepted_at is null then least(r.expires_at, now()) else r.expires_at end',
  },
  // The old Parley may still send what waits: a person looks before it is repeated.
  deliveries: {
    state: `case when ${pending} then 'unknown' else r.state end`,
    reason: `case when ${pending} then ${reason} else r.reason end`,
  },
  outgoing_mails: {
    state: `case r.state when 'waiting' then 'failed' when 'sending' then 'unknown' else r.state end`,
    problem: `case when r.state in ('waiting', 'sending') then '${unsent}' else r.problem end`,
  },
  webhook_endpoints: {
    state: `'removed'`,
    paused_why: `case when r.state = 'removed' then r.paused_why else '${keyStayed}' end`,
  },
  webhook_calls: { state: `case r.state when 'waiting' then 'failed' else r.state end` },
  page_calls: {
    state: `case when r.state in ('waiting', 'sending') then 'withdrawn' else r.state end`,
  },
  sso_providers: { state: `'off'`, tried_at: 'null', tried_factor: 'null' },
}
