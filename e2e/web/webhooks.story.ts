import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isSignedBy, type Receiver, readBody, startReceiver } from '../../test/webhook-receiver.ts'
import {
  type BrowserWorld,
  findBarriers,
  startBrowserWorld,
  watchConsole,
} from './browser-world.ts'
import { sizes } from './pages.ts'
import { type Desk, sitDown } from './steps.ts'

const STEP = 60_000

describe('somebody whose shop system wants to know', () => {
  let world: BrowserWorld
  let desk: Desk
  let receiver: Receiver
  let said: string[]

  beforeAll(async () => {
    world = await startBrowserWorld()
    receiver = await startReceiver()
    await world.allow(receiver.origin)
    desk = await sitDown(world)
    said = watchConsole(desk.page)
  })
  afterAll(async () => {
    await world.stop()
    await receiver.close()
  })

  it(
    'makes a webhook, keeps its secret, sends a test and reads in the log what was answered',
    async () => {
      const { page } = desk
      await page.goto(`${world.url}/settings/webhooks`)
      await page.getByText('No webhooks yet').waitFor()
      await page.getByRole('button', { name: 'New webhook' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Address of your program').fill(receiver.url)
      await dialog.getByLabel('A reply stands on the network').check()
      expect(await findBarriers(page)).toEqual([])
      await dialog.getByRole('button', { name: 'Make the webhook' }).click()
      const kept = page.getByRole('dialog', { name: 'Keep this secret now' })
      const secret = await kept.locator('code').innerText()
      await kept.getByRole('button', { name: 'I have kept it' }).click()
      await page.getByText(receiver.url).waitFor()
      expect(await page.content()).not.toContain(secret)

      receiver.answer((response) => void response.writeHead(500).end('the till is broken'))
      await page.getByRole('button', { name: 'Send a test' }).click()
      await page.getByText('It answered with 500').first().waitFor()
      await page.getByText('Does not answer well').first().waitFor()
      receiver.answer((response) => void response.end('thank you'))
      // Customers of the practice network write meanwhile, and that is told too.
      const tested = page
        .getByRole('listitem')
        .filter({ hasText: 'webhook.test' })
        .filter({ hasText: 'Heard 200' })
      await tested.getByText('What it answered').click()
      await tested.getByText('thank you').waitFor()
      const types = receiver.heard.map((heard) => readBody(heard).type)
      expect(types.filter((type) => type === 'webhook.test')).toHaveLength(2)
      for (const heard of receiver.heard) expect(await isSignedBy(secret, heard)).toBe(true)
    },
    STEP * 2,
  )

  it(
    'pauses it, and finds the page whole on a phone, in the dark and for readers',
    async () => {
      const { page } = desk
      await page.getByRole('button', { name: 'Pause' }).click()
      await page.getByText('Paused', { exact: true }).waitFor()
      for (const [name, size] of Object.entries(sizes))
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          await page.setViewportSize(size)
          expect(await findBarriers(page)).toEqual([])
          const wide = Number(await page.evaluate('document.documentElement.scrollWidth'))
          expect([name, wide <= size.width]).toEqual([name, true])
          const folder = process.env.PARLEY_SHOTS
          if (folder)
            await page.screenshot({ path: `${folder}/webhooks-${name}-${colorScheme}.png` })
        }
      await page.setViewportSize(sizes.desk)
      await page.getByRole('button', { name: 'Remove' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
      await page.getByText('No webhooks yet').waitFor()
      expect(said).toEqual([])
    },
    STEP * 2,
  )
})
