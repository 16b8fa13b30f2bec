import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserWorld, findBarriers } from './browser-world.ts'
import { furnishDesk } from './furnished-desk.ts'
import { pages, settled, sizes } from './pages.ts'
import { openConversation, reply, standsThere } from './steps.ts'

describe('every page', () => {
  let world: BrowserWorld
  let page: Page
  let conversation = ''

  beforeAll(async () => {
    ;({ world, page, conversation } = await furnishDesk())
  })
  afterAll(() => world.stop())

  it.each(pages)(
    '/%s meets no barrier that axe knows of, at a desk, on a phone, at 320 px, light or dark',
    async (path) => {
      await page.goto(`${world.url}/${path}`)
      await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' })
      await settled(page)
      expect(await barriersEverywhere(page)).toEqual([])
    },
  )

  it('of a conversation meets none either: with its sendings, a warning opened, each menu and window', async () => {
    await page.goto(`${world.url}${conversation}`)
    await standsThere(page, 'A new one leaves today.')
    await page.getByText('The public thread').click()
    await settled(page)
    expect(await barriersEverywhere(page)).toEqual([])
    await openConversation(page, 'Lucia Marin')
    await page.getByRole('article').getByText('The end').click()
    await reply(page, 'He does. Ana')
    const found: string[] = await findBarriers(page)
    for (const name of ['Sort and filter', 'You', 'Held by Ana Pop']) {
      await page.getByRole('button', { name, exact: name === 'You' }).click()
      await page.getByRole('menu').waitFor()
      found.push(...(await findBarriers(page)))
      await page.keyboard.press('Escape')
    }
    await page.keyboard.press('Escape')
    await page.getByRole('heading', { name: 'Lucia Marin', level: 2 }).click()
    for (const keys of ['?', 'Control+k']) {
      await page.keyboard.press(keys)
      await page.getByRole('dialog').waitFor()
      await settled(page)
      found.push(...(await findBarriers(page)))
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    await page.getByRole('button', { name: 'Note', exact: true }).click()
    found.push(...(await findBarriers(page)))
    expect(found).toEqual([])
  })
})

/**
 * What axe finds in each size and theme. What depends on the theme alone or the size alone is asked for
 * once: a whole reading takes more than a second.
 */
async function barriersEverywhere(page: Page): Promise<string[]> {
  const found: string[] = []
  const look = async (
    size: keyof typeof sizes,
    colorScheme: 'light' | 'dark',
    only?: readonly string[],
  ) => {
    await page.setViewportSize(sizes[size])
    await page.emulateMedia({ colorScheme })
    for (const barrier of await findBarriers(page, only))
      found.push(`${size}, ${colorScheme}: ${barrier}`)
  }
  await look('desk', 'light')
  await look('desk', 'dark', ['color-contrast'])
  await look('phone', 'light', ['target-size', 'color-contrast'])
  await look('small', 'dark')
  await page.setViewportSize(sizes.desk)
  await page.emulateMedia({ colorScheme: 'light' })
  return found
}
