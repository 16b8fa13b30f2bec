import { NewInvitation, NewKey } from '../contract/members.ts'
import type { MemberRole, Scope } from '../contract/session.ts'
import type { Desk } from './desk.ts'
import { type Caller, enrol, goodPassword, type Person } from './http.ts'

/** People at a desk, each with a session of their own, and keys with fewer rights than the desk's. */
export type Team = {
  request: Caller
  member(role: MemberRole): Promise<Person>
  key(scopes: Scope[]): Promise<{ key: string }>
}

/** Makes colleagues by invitation, as an owner does. */
export function teamOf({ api, request }: Pick<Desk, 'api' | 'request'>): Team {
  let count = 0
  return {
    request,
    async member(role) {
      const name = `${role} ${++count}`
      const email = `${role}${count}@example.com`
      const invited = await api('POST', '/api/v1/invitations', { email, role })
      const token = NewInvitation.parse(invited.body).link.split('#')[1]
      const body = { token, name, password: goodPassword }
      const answer = await request(null, 'POST', '/api/v1/invitations/accept', body)
      return enrol(request, { email, password: goodPassword, cookie: answer.cookie })
    },
    async key(scopes) {
      const made = await api('POST', '/api/v1/keys', { name: `key ${++count}`, scopes })
      return { key: NewKey.parse(made.body).key }
    },
  }
}
