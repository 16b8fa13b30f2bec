import { describe, expect, it } from 'vitest'
import { failureOf, noTcp, openSession, type TheStage } from './stage.ts'

/** Connecting an account, and what is learnt of it. */
export function describeConnecting<Credential>(the: TheStage<Credential>): void {
  describe('connecting', () => {
    it('connects by its fields and reads the account, its limits and abilities', async () => {
      const { connector, world, opened } = the()
      const tools = { http: world.http, dial: world.dial ?? noTcp, now: () => new Date() }
      const connection = world.fields
        ? await connector.connect(world.fields.right, tools)
        : await world.connection()
      expect(connection.service).toMatch(/^[a-z]+:\/\/[^/]+(\/.*[^/])?$/)
      const { account } = await openSession(connector, connection, world.http, world.dial)
      expect(account.remoteId).toBe(opened.account.remoteId)
      expect(account.handle).not.toBe('')
      expect(account.handle.startsWith('@')).toBe(false)
      expect(account.limits.public.text.length).toBeGreaterThan(0)
      for (const ability of Object.values(account.abilities))
        if (!ability.can) expect(ability.why.length).toBeGreaterThan(5)
    })

    it('refuses a wrong secret and says so', async () => {
      const { connector, world } = the()
      if (!world.fields) return expect(connector.connectFields).toEqual([])
      const tools = { http: world.http, dial: world.dial ?? noTcp, now: () => new Date() }
      const failure = await failureOf(connector.connect(world.fields.wrong, tools))
      expect(['rejected', 'auth-expired']).toContain(failure.kind)
    })

    it('refuses missing fields by name', async () => {
      const { connector, world } = the()
      const first = connector.connectFields[0]
      if (!first) return expect(world.fields).toBeUndefined()
      const tools = { http: world.http, dial: world.dial ?? noTcp, now: () => new Date() }
      const failure = await failureOf(connector.connect({}, tools))
      expect(failure).toMatchObject({ kind: 'rejected' })
      expect('reason' in failure && failure.reason).toContain(first.name)
    })

    it('makes keys that never repeat', () => {
      const { connector } = the()
      const now = new Date()
      const keys = Array.from({ length: 500 }, () => connector.newKey(now))
      expect(new Set(keys).size).toBe(500)
    })
  })
}
