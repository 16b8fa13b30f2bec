import { z } from 'zod'
import { type Db, one, run } from './database.ts'

export const OAuthApp = z.object({
  id: z.string(),
  client_id: z.string(),
  client_secret: z.string(),
  name: z.string(),
  website: z.string().nullable(),
  redirect_uris: z.string().transform((list) => z.array(z.string()).parse(JSON.parse(list))),
  scopes: z.string(),
})
export type OAuthApp = z.infer<typeof OAuthApp>

export const Token = z.object({
  token: z.string(),
  app_id: z.string(),
  account_id: z.string().nullable(),
  scopes: z.string(),
  created_at: z.number(),
  revoked_at: z.number().nullable(),
})
export type Token = z.infer<typeof Token>

export const Code = z.object({
  code: z.string(),
  app_id: z.string(),
  redirect_uri: z.string(),
  scopes: z.string(),
  challenge: z.string().nullable(),
  at: z.number(),
  used: z.number(),
})
export type Code = z.infer<typeof Code>

export function insertApp(db: Db, app: OAuthApp): void {
  run(
    db,
    `insert into apps (id, client_id, client_secret, name, website, redirect_uris, scopes)
     values (?, ?, ?, ?, ?, ?, ?)`,
    app.id,
    app.client_id,
    app.client_secret,
    app.name,
    app.website,
    JSON.stringify(app.redirect_uris),
    app.scopes,
  )
}

export function findApp(db: Db, clientId: string): OAuthApp | undefined {
  return one(db, OAuthApp, 'select * from apps where client_id = ?', clientId)
}

export function getApp(db: Db, id: string): OAuthApp | undefined {
  return one(db, OAuthApp, 'select * from apps where id = ?', id)
}

export function insertToken(db: Db, token: Token): void {
  run(
    db,
    'insert into tokens (token, app_id, account_id, scopes, created_at) values (?, ?, ?, ?, ?)',
    token.token,
    token.app_id,
    token.account_id,
    token.scopes,
    token.created_at,
  )
}

export function getToken(db: Db, token: string): Token | undefined {
  return one(db, Token, 'select * from tokens where token = ?', token)
}

export function revokeToken(db: Db, token: string, at: number): void {
  run(db, 'update tokens set revoked_at = coalesce(revoked_at, ?) where token = ?', at, token)
}

export function insertCode(db: Db, code: Code): void {
  run(
    db,
    'insert into codes (code, app_id, redirect_uri, scopes, challenge, at) values (?, ?, ?, ?, ?, ?)',
    code.code,
    code.app_id,
    code.redirect_uri,
    code.scopes,
    code.challenge,
    code.at,
  )
}

/** Takes a code out of use and returns it; undefined when unknown or used before. */
export function redeemCode(db: Db, code: string): Code | undefined {
  if (run(db, 'update codes set used = 1 where code = ? and used = 0', code) === 0) return undefined
  return one(db, Code, 'select * from codes where code = ?', code)
}

export function getMeta(db: Db, key: string): string | undefined {
  return one(db, z.object({ value: z.string() }), 'select value from meta where key = ?', key)
    ?.value
}

export function setMeta(db: Db, key: string, value: string): void {
  run(
    db,
    'insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
    key,
    value,
  )
}
