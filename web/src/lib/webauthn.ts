import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'
import { z } from 'zod'

// The browser checks the options itself, and the server that made them is ours.
const CreationOptions = z.custom<PublicKeyCredentialCreationOptionsJSON>(hasChallenge)
const RequestOptions = z.custom<PublicKeyCredentialRequestOptionsJSON>(hasChallenge)

export function register(options: unknown) {
  return startRegistration({ optionsJSON: CreationOptions.parse(options) })
}

export function authenticate(options: unknown) {
  return startAuthentication({ optionsJSON: RequestOptions.parse(options) })
}

function hasChallenge(options: unknown): boolean {
  return typeof options === 'object' && options !== null && 'challenge' in options
}
