import fc from 'fast-check'
import { expect, it } from 'vitest'
import { KeyId, MemberId, WorkspaceId } from '../../../contract/ids.ts'
import { Abilities, type Ability, MemberRole, Scope } from '../../../contract/session.ts'
import { newId } from '../../platform/ids.ts'
import { type Actor, abilitiesFor, authorize, can, mayGiveRole, mayGiveScopes } from './index.ts'

const workspaceId = newId(WorkspaceId)
function member(role: MemberRole, secondFactor = true): Actor {
  return {
    kind: 'member',
    workspaceId,
    memberId: newId(MemberId),
    userId: 'u',
    name: 'M',
    role,
    secondFactor,
  }
}
function key(scopes: Scope[]): Actor {
  return { kind: 'key', workspaceId, keyId: newId(KeyId), name: 'K', scopes }
}
const operator: Actor = { kind: 'operator', workspaceId, name: 'O' }

const everything = [...Abilities.options]
const talking: Ability[] = [
  'read-conversations',
  'reply',
  'draft',
  'note',
  'assign',
  'merge-people',
  'read-channels',
  'read-members',
]
const table: Record<MemberRole, Ability[]> = {
  owner: everything,
  admin: everything.filter((ability) => ability !== 'export-everything'),
  publisher: talking,
  responder: talking,
  contributor: ['read-conversations', 'draft', 'note', 'read-channels', 'read-members'],
  analyst: ['read-conversations', 'read-channels', 'read-members'],
}

it.each(MemberRole.options)('gives %s exactly its abilities', (role) => {
  expect(abilitiesFor(member(role)).sort()).toEqual([...table[role]].sort())
})

it('gives no ability at all to a session without a second factor', () => {
  for (const role of MemberRole.options) expect(abilitiesFor(member(role, false))).toEqual([])
  expect(() => authorize(member('owner', false), false)).toThrow(
    expect.objectContaining({ code: 'second-factor-needed' }),
  )
  expect(() => authorize(member('analyst'), false)).toThrow(
    expect.objectContaining({ code: 'forbidden' }),
  )
})

it('gives a key its scopes and nothing more', () => {
  fc.assert(
    fc.property(fc.subarray(everything), (scopes) => {
      expect(abilitiesFor(key(scopes)).sort()).toEqual([...scopes].sort())
    }),
  )
  expect(abilitiesFor(key(['all'])).sort()).toEqual([...everything].sort())
})

it('lets only owners and the operator make or unmake an owner', () => {
  for (const from of [null, ...MemberRole.options])
    for (const to of MemberRole.options) {
      const touchesOwner = from === 'owner' || to === 'owner'
      expect(mayGiveRole(member('owner'), from, to)).toBe(true)
      expect(mayGiveRole(operator, from, to)).toBe(true)
      expect(mayGiveRole(member('admin'), from, to)).toBe(!touchesOwner)
      expect(mayGiveRole(key(['all']), from, to)).toBe(!touchesOwner)
      for (const role of ['publisher', 'responder', 'contributor', 'analyst'] as const)
        expect(mayGiveRole(member(role), from, to)).toBe(false)
    }
})

it('never lets anybody hand out a scope beyond their own', () => {
  const actors = fc.oneof(
    fc.constantFrom(...MemberRole.options).map((role) => member(role)),
    fc
      .subarray(
        [...Scope.options].flatMap((option) =>
          'options' in option ? option.options : ['all' as const],
        ),
      )
      .map(key),
  )
  fc.assert(
    fc.property(actors, fc.subarray(everything, { minLength: 1 }), (actor, scopes) => {
      const given = mayGiveScopes(actor, scopes)
      expect(given).toBe(can(actor, 'manage-keys') && scopes.every((scope) => can(actor, scope)))
    }),
  )
  expect(mayGiveScopes(key(['manage-keys', 'reply']), ['all'])).toBe(false)
  expect(mayGiveScopes(member('admin'), ['all'])).toBe(false)
  expect(mayGiveScopes(member('owner'), ['all'])).toBe(true)
  expect(mayGiveScopes(key(['manage-keys', 'reply']), ['reply'])).toBe(true)
})
