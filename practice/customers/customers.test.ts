import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { scenarios } from '../scenarios/index.ts'
import type { Turn } from '../scenarios/types.ts'
import { startTestNetwork, Truth, until } from '../test-network.ts'
import { countCharacters } from '../text/count.ts'

let net: Awaited<ReturnType<typeof startTestNetwork>>
beforeAll(async () => {
  net = await startTestNetwork()
})
afterAll(() => net.stop())

async function everything() {
  const answer = await net.get('/practice/statuses')
  return z.object({ items: z.array(Truth) }).parse(answer.json).items
}
const start = (name: string, more: object = {}) =>
  net.send('POST', `/practice/scenarios/${name}`, { pace: 40, ...more })

function turnsOf(turn: Turn): Turn[] {
  const next = [turn.ifSilent?.turn, ...(turn.whenAnswered ?? []).map((answer) => answer.turn)]
  return [turn, ...next.flatMap((each) => (each ? turnsOf(each) : []))]
}

describe('the scripted customers', () => {
  it('have something to say in both languages that fits in a post', () => {
    expect(scenarios.length).toBeGreaterThanOrEqual(7)
    const turns = scenarios.flatMap((story) => story.voices.flatMap((voice) => turnsOf(voice.turn)))
    for (const { text } of turns) {
      expect(text.en.length).toBe(text.ro.length)
      for (const said of [...text.en, ...text.ro]) {
        expect(countCharacters(`@shop ${said}`, '')).toBeLessThan(500)
        expect(said.length).toBeGreaterThan(5)
      }
    }
  })

  it('say the same with the same seed, by the same people', async () => {
    const shape = async (seed: number) => {
      const before = (await everything()).length
      await start('praise', { language: 'ro', seed })
      const after = await until(async () => {
        const now = (await everything()).slice(before)
        return now.length === 2 && now
      })
      return after.map(({ account, text }) => `${account}: ${text}`)
    }
    const first = await shape(3)
    expect(await shape(3)).toEqual(first)
    expect(first[0]).toContain('@shop Am intrat')
  })

  it('thank for an answer, in the thread', async () => {
    await start('broken-product', { seed: 11 })
    const asked = await until(async () => (await everything()).find((s) => s.media.length > 0))
    expect(asked.media[0]?.description).toContain('mug')
    await net.say({ status: `@${asked.account} We are sorry!`, in_reply_to_id: asked.id })
    const thanks = await until(async () =>
      (await everything()).find(
        (s) => s.thread_id === asked.thread_id && s.text.includes('Thank you'),
      ),
    )
    expect(thanks.account).toBe(asked.account)
    await until(
      async () => (await net.get('/api/v1/notifications?types[]=favourite')).text !== '[]',
    )
  })

  it('answer a question with what was asked', async () => {
    await start('late-parcel', { language: 'ro', seed: 2 })
    const asked = await until(async () =>
      (await everything()).find((s) => s.text.includes('31177') && s.text.includes('Comanda')),
    )
    await net.say({ status: `@${asked.account} La ce adresă?`, in_reply_to_id: asked.id })
    await until(async () =>
      (await everything()).find((s) => s.text.includes('adresa este aceeași')),
    )
  })

  it('grow impatient without an answer', async () => {
    await start('opening-hours', { seed: 5 })
    const again = await until(async () =>
      (await everything()).find((s) => s.text.includes('train leaves')),
    )
    expect(again.visibility).toBe('direct')
  })

  it('change their words and take them back', async () => {
    await start('second-thoughts', { seed: 9 })
    const gone = await until(async () => (await everything()).find((s) => s.deleted))
    expect(gone.text).toContain('a bit disappointed')
    expect(gone.edits).toBe(1)
  })

  it('complain together, each as another person', async () => {
    await start('growing-complaint', { seed: 4, language: 'ro' })
    const voices = await until(async () => {
      const now = (await everything()).filter(
        (s) => /fierbăt|ceai rece/i.test(s.text) && !s.in_reply_to_id,
      )
      return now.length >= 7 && now
    })
    expect(new Set(voices.map((voice) => voice.account)).size).toBe(7)
  })

  it('come as a crowd, none missing, some more than once', async () => {
    const answer = await net.send('POST', '/practice/crowd', { count: 50, people: 8, seed: 2 })
    const { ids } = z.object({ ids: z.array(z.string()) }).parse(answer.json)
    const said = (await everything()).filter((status) => ids.includes(status.id))
    expect(said.map((status) => status.text.replace(/.*no\. /, ''))).toEqual(
      Array.from({ length: 50 }, (_, n) => String(n + 1)),
    )
    const people = new Set(said.map((status) => status.account)).size
    expect(people).toBeGreaterThan(1)
    expect(people).toBeLessThanOrEqual(8)
  })

  it('welcome a newcomer with three conversations within ten seconds', async () => {
    const town = await startTestNetwork({ welcome: true, pace: 10 })
    const waiting = await until(async () => {
      const notes = z.array(z.unknown()).parse((await town.get('/api/v1/notifications')).json)
      return notes.length === 3 && notes
    }, 1000)
    expect(waiting).toHaveLength(3)
    await town.stop()
  })
})
