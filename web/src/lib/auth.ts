import type { z } from 'zod'
import { listOf } from '../../../contract/http.ts'
import { BackupCodes, Ceremony, NewFactor, Passkey, SignInStep } from '../../../contract/sign-in.ts'
import { ApiError, command, request } from './api.ts'

/** The sign-in endpoints, called directly: better-auth's own client would cost more than it saves here. */
const post = (body: unknown) => ({ method: 'POST', body }) as const

/** Answers what comes next: a code, setting up a second factor, or the desk. */
export async function signIn(email: string, password: string): Promise<SignInStep['next']> {
  return (await request('/api/auth/sign-in/email', SignInStep, post({ email, password }))).next
}

export function signOut(): Promise<void> {
  return command('/api/auth/sign-out', post({}))
}

/** Prepares an authenticator app; it counts once `verifyCode` accepted a code of it. */
export function beginAuthenticator(
  password: string | undefined,
): Promise<z.infer<typeof NewFactor>> {
  return request('/api/auth/two-factor/enable', NewFactor, post({ password }))
}

export function verifyCode(code: string): Promise<void> {
  return command('/api/auth/two-factor/verify-totp', post({ code }))
}

export function verifyBackupCode(code: string): Promise<void> {
  return command('/api/auth/two-factor/verify-backup-code', post({ code }))
}

/** Removes the authenticator app: another has to be set up at once, and all other sessions end. */
export function removeAuthenticator(password: string): Promise<void> {
  return command('/api/auth/two-factor/disable', post({ password }))
}

export async function newBackupCodes(password: string): Promise<string[]> {
  const path = '/api/auth/two-factor/generate-backup-codes'
  return (await request(path, BackupCodes, post({ password }))).backupCodes
}

/** Ends all other sessions too: whoever knew the old password is out. */
export function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  return command('/api/auth/change-password', post({ currentPassword, newPassword }))
}

export function passkeysWork(): boolean {
  return typeof window.PublicKeyCredential === 'function' && window.isSecureContext
}

export async function listPasskeys(): Promise<Passkey[]> {
  return (await request('/api/auth/passkey/list-user-passkeys', listOf(Passkey))).items
}

export function deletePasskey(id: string): Promise<void> {
  return command('/api/auth/passkey/delete-passkey', post({ id }))
}

/** Asks the device for a new passkey and keeps it with the account. Rejects with code `passkey-cancelled`. */
export async function addPasskey(name: string): Promise<void> {
  const options = await request('/api/auth/passkey/generate-register-options', Ceremony)
  const { register } = await import('./webauthn.ts')
  const response = await ceremony(() => register(options))
  await command('/api/auth/passkey/verify-registration', post({ response, name }))
}

export async function signInWithPasskey(): Promise<void> {
  const options = await request('/api/auth/passkey/generate-authenticate-options', Ceremony)
  const { authenticate } = await import('./webauthn.ts')
  const response = await ceremony(() => authenticate(options))
  await command('/api/auth/passkey/verify-authentication', post({ response }))
}

async function ceremony<Answer>(run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run()
  } catch (cause) {
    if (cause instanceof ApiError) throw cause
    throw new ApiError({ status: 400, code: 'passkey-cancelled', detail: '' })
  }
}
