import {
  BackupCode,
  BackupCodes,
  Ceremony,
  EnrolInput,
  NewFactor,
  Passkey,
  PasskeyAnswer,
  PasskeyChoice,
  PasskeyRegistration,
  PasswordAgain,
  PasswordChange,
  SignInInput,
  SignInStep,
  TotpCode,
} from '../sign-in.ts'
import { example } from './example.ts'

export const signInExamples = [
  example(BackupCode, {
    code: 'gyGdA-WFXis',
  }),
  example(BackupCodes, {
    backupCodes: ['gyGdA-WFXis'],
  }),
  example(Ceremony, {
    challenge: 'c2l4dGVlbiByYW5kb20gYnl0ZXM',
    timeout: 60000,
    rpId: 'parley.example',
  }),
  example(EnrolInput, {
    password: 'marmalade tram window',
  }),
  example(NewFactor, {
    totpUri:
      'otpauth://totp/Parley:new%40example.com?secret=LFMDGM2QOJEG2ZLXN5HS23KIKRFVEVJUGBCEU2SCKZXGKYJUNVTQ&issuer=Parley&digits=6&period=30',
    backupCodes: ['umeWg-dUkw3'],
  }),
  example(Passkey, {
    id: 'pk_1',
    name: 'My phone',
    createdAt: '2026-11-22T09:00:00.000Z',
  }),
  example(PasskeyAnswer, {
    response: {
      id: 'AbCdEf',
      rawId: 'AbCdEf',
      type: 'public-key',
    },
  }),
  example(PasskeyChoice, {
    id: 'pk_1',
  }),
  example(PasskeyRegistration, {
    response: {
      id: 'AbCdEf',
      rawId: 'AbCdEf',
      type: 'public-key',
    },
    name: 'My phone',
  }),
  example(PasswordAgain, {
    password: 'marmalade tram window',
  }),
  example(PasswordChange, {
    currentPassword: 'marmalade tram window',
    newPassword: 'password123',
  }),
  example(SignInInput, {
    email: 'someone0@example.com',
    password: 'x',
  }),
  example(SignInStep, {
    next: 'enrol',
  }),
  example(TotpCode, {
    code: '713650',
  }),
]
