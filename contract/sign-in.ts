import { z } from 'zod'
import { Time } from './http.ts'

/** Where signing in goes on: `second-factor`: give a code; `enrol`: set one up; `ready`: signed in. */
export const SignInStep = z.object({ next: z.enum(['second-factor', 'enrol', 'ready']) })
export type SignInStep = z.infer<typeof SignInStep>

/** `POST /api/auth/sign-in/email`. Answers a SignInStep. */
export const SignInInput = z.object({ email: z.email().max(320), password: z.string().max(1000) })
/** `POST /api/auth/two-factor/verify-totp`: the app's code, at sign-in and to finish enrolment. Answers a SignInStep. */
export const TotpCode = z.object({
  code: z
    .string()
    .transform((code) => code.replaceAll(' ', ''))
    .pipe(z.string().regex(/^\d{6}$/, 'A code has six digits.')),
})
/** `POST /api/auth/two-factor/verify-backup-code`. Answers a SignInStep. */
export const BackupCode = z.object({ code: z.string().trim().min(1).max(40) })
/** `POST /api/auth/two-factor/disable`, `…/generate-backup-codes`: the password once more. */
export const PasswordAgain = z.object({ password: z.string().max(1000) })
/** `POST /api/auth/two-factor/enable`. Who comes by single sign-on has no password to give. */
export const EnrolInput = PasswordAgain.partial()
/** Answer of `…/enable`: for the QR code; nothing counts until the first code is verified. */
export const NewFactor = z.object({ totpUri: z.string(), backupCodes: z.array(z.string()) })
/** Answer of `…/generate-backup-codes`: the old ones no longer work. */
export const BackupCodes = z.object({ backupCodes: z.array(z.string()) })
/** `POST /api/auth/change-password`. Ends all other sessions. */
export const PasswordChange = z.object({
  currentPassword: z.string().max(1000),
  newPassword: z.string().max(1000),
})

/** Options and answers of WebAuthn's ceremonies are the browser's business, handed through as they are. */
export const Ceremony = z.record(z.string(), z.unknown())
/** `POST /api/auth/passkey/verify-registration`. Answers a Passkey. */
export const PasskeyRegistration = z.object({
  response: Ceremony,
  name: z.string().trim().min(1).max(100).optional(),
})
/** `POST /api/auth/passkey/verify-authentication`. Answers a SignInStep. */
export const PasskeyAnswer = z.object({ response: Ceremony })
export const Passkey = z.object({
  id: z.string(),
  name: z.string().nullable(),
  createdAt: Time.nullable(),
})
export type Passkey = z.infer<typeof Passkey>
/** `POST /api/auth/passkey/delete-passkey`. */
export const PasskeyChoice = z.object({ id: z.string().max(100) })
