import { createServer, type Server } from 'node:http'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../test/program.ts'
import { type BrowserWorld, findBarriers, startBrowserWorld } from './browser-world.ts'
import { settled, sizes } from './pages.ts'
import { type Desk, openConversation, reply, rowOf, sitDown } from './steps.ts'

describe('a visitor of the business’s website', () => {
  let world: BrowserWorld
  let desk: Desk
  let visitor: { context: BrowserContext; page: Page }
  let form = ''
  /** The business's own website: one page with the script. */
  let shop: Server
  let shopUrl = ''

  beforeAll(async () => {
    const port = await freePort()
    shopUrl = `http://127.0.0.1:${port}`
    shop = createServer((_request, response) => {
      response
        .setHeader('content-type', 'text/html')
        .end(
          `<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1><script src="${form}/embed.js" async></script>`,
        )
    }).listen(port, '127.0.0.1')
    world = await startBrowserWorld()
    desk = await sitDown(world)
    visitor = await world.open({ javaScriptEnabled: false, viewport: sizes.phone })
  })
  afterAll(async () => {
    await world.stop()
    shop.closeAllConnections()
    shop.close()
  })

  it('is given a form that the owner makes in the settings, with what to copy', async () => {
    const { page } = desk
    await page.goto(`${world.url}/settings/channels?connect=website`)
    await page.getByLabel('Name that visitors read').fill('The Corner Shop')
    await page.getByLabel('Address of the website').fill(shopUrl)
    await page.getByRole('button', { name: 'Make the form' }).click()
    const script = page.getByLabel('A button that opens the form on your page')
    await script.waitFor()
    expect(await script.inputValue()).toMatch(/<script src="[^"]+\/embed\.js" async><\/script>/)
    await page.getByLabel('Words above the form, in English').fill('Ask us anything about mugs.')
    await page.getByRole('button', { name: 'Save the form' }).click()
    await page.getByText('The form is saved.').waitFor()
    form = (await page.getByRole('link', { name: 'See the form' }).getAttribute('href')) ?? ''
    await settled(page)
    expect(await findBarriers(page)).toEqual([])
  })

  it('writes by it on a phone without JavaScript, and keeps what was typed when something is missing', async () => {
    const { page } = visitor
    await page.goto(form)
    await page.getByText('Ask us anything about mugs.').waitFor()
    await page.getByLabel('Your name').fill('Ioana Marin')
    await page.getByLabel(/^Your e-mail address/).fill('ioana@home')
    await page.getByLabel('Your message').fill('Is the blue mug dishwasher safe?')
    await page.waitForTimeout(2100)
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByRole('alert').getByText('Please check the e-mail address').waitFor()
    expect(await page.getByLabel('Your message').inputValue()).toContain('dishwasher')
    await page.getByLabel(/^Your e-mail address/).fill('ioana@home.example')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByRole('heading', { name: 'Your message has arrived.' }).waitFor()
    await page.getByRole('link', { name: 'Open the conversation' }).click()
    await page.getByText('Is the blue mug dishwasher safe?').waitFor()
  })

  it('is answered from the inbox, where the team sees that the address is not proven', async () => {
    const { page } = desk
    await page.goto(`${world.url}/inbox`)
    await rowOf(page, 'Ioana Marin').waitFor()
    await openConversation(page, 'Ioana Marin')
    await page.getByText('The e-mail address is not proven').first().waitFor()
    await reply(page, 'It is, up to 70 degrees. Ana')
    await page
      .getByRole('article', { name: /^Message by/ })
      .filter({ hasText: 'up to 70 degrees' })
      .getByText('Stands on the conversation page')
      .waitFor({ timeout: 90_000 })
  })

  it('reads the answer on the page, and goes on', async () => {
    const { page } = visitor
    await page.getByRole('link', { name: 'Look for an answer' }).click()
    await page.getByText('It is, up to 70 degrees. Ana').waitFor()
    await page.getByLabel('Your message').fill('Wonderful, thank you!')
    await page.waitForTimeout(2100)
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByRole('listitem').getByText('Wonderful, thank you!').waitFor()
    await desk.page.getByRole('article').getByText('Wonderful, thank you!').waitFor()
  })

  it.each(['en-GB', 'ro-RO'])(
    'meets no barrier on any of these pages in %s, light or dark, and fits a desk, a phone and 320 px',
    async (locale) => {
      const conversation = visitor.page.url()
      const { context, page } = await world.open({ locale })
      const found: string[] = []
      for (const path of [form, `${form}/embed`, conversation, `${form}x`]) {
        await page.goto(path)
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.setViewportSize(sizes.phone)
          await page.emulateMedia({ colorScheme })
          found.push(...(await findBarriers(page)))
        }
        for (const size of Object.values(sizes)) {
          await page.setViewportSize(size)
          const wide = await page.evaluate(
            'document.documentElement.scrollWidth > document.documentElement.clientWidth',
          )
          if (wide) found.push(`${path} is wider than ${size.width} px`)
        }
      }
      expect(found).toEqual([])
      await context.close()
    },
  )

  it('opens the form from the business’s own page by the script’s button, without leaving it', async () => {
    const { context, page } = await world.open({ viewport: sizes.phone })
    await page.goto(shopUrl)
    await page.getByRole('button', { name: 'Write to us' }).click()
    const frame = page.frameLocator('iframe[title="Write to us"]')
    await frame.getByLabel('Your name').fill('Radu Ionescu')
    await frame.getByLabel('Your message').fill('Do you ship to Cluj?')
    await page.waitForTimeout(2100)
    await frame.getByRole('button', { name: 'Send' }).click()
    await frame.getByRole('heading', { name: 'Your message has arrived.' }).waitFor()
    await page.getByRole('button', { name: 'Close' }).click()
    await desk.page.goto(`${world.url}/inbox`)
    await rowOf(desk.page, 'Radu Ionescu').waitFor()
    await context.close()
  })
})
