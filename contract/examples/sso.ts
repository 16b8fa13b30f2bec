import {
  SsoAddress,
  SsoDoor,
  SsoProvider,
  SsoProviderInput,
  SsoProviders,
  SsoStart,
  SsoStateInput,
} from '../sso.ts'
import { example } from './example.ts'

export const ssoExamples = [
  example(SsoAddress, {
    address: 'https://id.example/authorize?client_id=parley',
  }),
  example(SsoDoor, {
    id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
    name: 'Shop accounts',
  }),
  example(SsoProvider, {
    id: '01a20337-2499-7598-bc6f-4e2a12f72d78',
    name: 'Shop ID',
    issuer: 'http://127.0.0.1:42783',
    clientId: 'parley',
    domains: ['example.com'],
    newcomerRole: 'analyst',
    trustsFactor: true,
    state: 'on',
    triedAt: '2026-11-22T12:24:35.879Z',
    triedFactor: false,
  }),
  example(SsoProviderInput, {
    name: 'Shop ID',
    issuer: 'http://127.0.0.1:42783',
    clientId: 'parley',
    domains: ['example.com'],
    newcomerRole: 'analyst',
    trustsFactor: true,
  }),
  example(SsoProviders, {
    items: [
      {
        id: '01a20337-e8bb-7311-bc77-41cc09dda483',
        name: 'Shop ID',
        issuer: 'http://127.0.0.1:34177',
        clientId: 'parley',
        domains: ['example.com'],
        newcomerRole: null,
        trustsFactor: true,
        state: 'on',
        triedAt: '2026-11-22T12:25:26.562Z',
        triedFactor: false,
      },
    ],
    returnAddress: 'http://127.0.0.1:4400/sign-in/return',
  }),
  example(SsoStart, {
    provider: '01a20337-e8bb-7311-bc77-41cc09dda483',
    next: '/settings/team',
  }),
  example(SsoStateInput, {
    state: 'on',
  }),
]
