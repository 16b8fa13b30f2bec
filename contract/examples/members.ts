import {
  AcceptInvitation,
  AuditEntry,
  AuditLines,
  AuditVerdictView,
  Invitation,
  InvitationInput,
  Key,
  KeyInput,
  Member,
  NewInvitation,
  NewKey,
  OwnerInput,
  RoleInput,
  SessionInfo,
  SessionsEnded,
  WorkspaceChange,
} from '../members.ts'
import { example } from './example.ts'

export const membersExamples = [
  example(AcceptInvitation, {
    token: 'invite_xFRIHIeVC3-x5vksDkELJhfAjXITE3-ICg5mC0PicWk',
    name: 'New',
    password: 'short',
  }),
  example(AuditEntry, {
    seq: 35,
    at: '2026-11-22T12:25:45.174604Z',
    actor: 'member:01a20338-2dbb-7705-b682-defea2fb51bb',
    actorName: 'admin 5',
    act: 'sso.changed',
    subject: 'sso:01a20338-32a3-7498-93f2-fe8d9ae4ac00',
    detail: {
      name: 'Shop ID',
      issuer: 'http://127.0.0.1:40851',
      domains: ['example.com'],
      clientId: 'parley',
      newcomerRole: null,
      trustsFactor: true,
    },
    hash: 'eb8111251d706376048996bedf7133ab75771bd4a4b7b632c1381ff998898c9e',
  }),
  example(Invitation, {
    id: '01a20337-915b-77df-86fe-1bd2f0b6fc96',
    email: 'hash@example.com',
    role: 'analyst',
    createdAt: '2026-11-22T12:25:03.068Z',
    expiresAt: '2026-11-29T12:25:03.068Z',
  }),
  example(InvitationInput, {
    email: 'boss@example.com',
    role: 'owner',
  }),
  example(Key, {
    id: '01a20337-99b0-7750-ba2d-f047cd46768f',
    name: 'Report',
    hint: '4v6s',
    scopes: ['read-members'],
    createdAt: '2026-11-22T12:25:05.211Z',
    lastUsedAt: '2026-11-22T12:25:05.250Z',
    revokedAt: null,
  }),
  example(KeyInput, {
    name: 'k',
    scopes: ['all'],
  }),
  example(Member, {
    id: '01a20332-10b2-720a-9165-9c62025ba57e',
    name: 'Olga 1',
    email: 'owner1@example.com',
    role: 'owner',
    joinedAt: '2026-11-22T12:19:02.390Z',
    secondFactor: true,
    hasSignIn: true,
    can: {
      changeRole: false,
      remove: true,
    },
  }),
  example(NewInvitation, {
    id: '01a20337-578b-771d-88b3-c0615e7b88db',
    email: 'boss@example.com',
    role: 'owner',
    createdAt: '2026-11-22T12:24:48.267Z',
    expiresAt: '2026-11-29T12:24:48.267Z',
    link: 'http://127.0.0.1:4400/invitation#invite_0FOl9-L3lWJPJIpF_T1S_9XJJdi5ZKLo5w8DAJyVKyw',
  }),
  example(NewKey, {
    id: '01a20332-48e0-7329-8816-1b5768476c3e',
    key: 'parley_3ffocnuGY3tf59HZEDmiVewUj_IvdFmbj1Rz6eqapdI',
  }),
  example(OwnerInput, {
    business: 'The Corner Shop',
    name: 'Mara Ionescu',
    email: 'mara@example.com',
    password: 'marmalade tram window',
    timeZone: 'Europe/Bucharest',
    locale: 'en',
  }),
  example(SessionInfo, {
    id: '01a20332-d19c-7786-95a9-730decfd6b6f',
    createdAt: '2026-11-22T12:19:51.827Z',
    lastSeenAt: '2026-11-22T12:19:51.827Z',
    ip: '127.0.0.1',
    userAgent: 'lightMyRequest',
    current: true,
  }),
  example(WorkspaceChange, {
    timeZone: 'Europe/London',
    hours: {
      sat: [['10:00', '14:00']],
    },
  }),
  example(RoleInput, {
    role: 'responder',
  }),
  example(SessionsEnded, {
    ended: 2,
  }),
  example(AuditVerdictView, {
    ok: true,
    entries: 214,
    head: {
      seq: 214,
      hash: '4be1d6a34f7e5a0d8c1b9e2f7a6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c',
    },
  }),
  example(
    AuditLines,
    '{"workspaceId":"01a2031a-a088-77b5-967d-7f80f24db8e5","seq":1,"act":"workspace.created"}\n',
  ),
]
