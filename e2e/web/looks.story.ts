import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserWorld, findBarriers, watchConsole } from './browser-world.ts'
import { furnishDesk } from './furnished-desk.ts'
import { pages, settled, sizes } from './pages.ts'
import { type Desk, replyBox, rowOf } from './steps.ts'

describe('every page', () => {
  let world: BrowserWorld
  let desk: Desk
  let page: Page
  let said: string[]
  let conversation = ''

  beforeAll(async () => {
    ;({ world, desk, page, conversation } = await furnishDesk((page) => {
      said = watchConsole(page)
    }))
  })
  afterAll(() => world.stop())

  it.each([...pages, 'conversation'])(
    '/%s needs no sideways scrolling at 320 px, nor at twice the size',
    async (path) => {
      await page.emulateMedia({ colorScheme: 'light' })
      for (const size of [sizes.small, { width: 720, height: 450 }]) {
        await page.setViewportSize(size)
        await page.goto(
          path === 'conversation' ? `${world.url}${conversation}` : `${world.url}/${path}`,
        )
        await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' })
        if (path === 'conversation') await replyBox(page).waitFor()
        await settled(page)
        const over = await page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        )
        expect(over).toBe(0)
      }
      await page.setViewportSize(sizes.desk)
    },
  )

  it('is answered from on a phone: list, conversation, reply, person and back', async () => {
    const phone = await world.open({
      viewport: sizes.phone,
      hasTouch: true,
      isMobile: true,
      storageState: await desk.context.storageState(),
    })
    await phone.page.goto(`${world.url}/inbox`)
    await rowOf(phone.page, 'Priya Nair').tap()
    await replyBox(phone.page).fill('Yes, three are left. Ana')
    await phone.page.getByRole('button', { name: 'Reply publicly' }).tap()
    await phone.page.getByRole('button', { name: 'Undo' }).waitFor()
    await phone.page.getByRole('link', { name: 'About Priya Nair' }).tap()
    await phone.page.getByText('Profile on the practice network').waitFor()
    await phone.page.getByRole('link', { name: 'Close' }).tap()
    await phone.page.getByRole('link', { name: 'Back to the list' }).tap()
    await rowOf(phone.page, 'Marek Novák').waitFor()
    await phone.context.close()
  })

  it('speaks Romanian from the list to the sent reply', async () => {
    const ro = await world.open({
      viewport: sizes.desk,
      locale: 'ro-RO',
      storageState: await desk.context.storageState(),
    })
    await ro.page.goto(`${world.url}/inbox`)
    await ro.page.getByRole('button', { name: /^(You|Tu)$/ }).click()
    await ro.page.getByRole('menuitemcheckbox', { name: 'Română' }).click()
    await ro.page.getByRole('navigation', { name: 'Principal' }).waitFor()
    expect(await ro.page.locator('html').getAttribute('lang')).toBe('ro')
    await ro.page
      .getByRole('link', { name: /Răzvan Câmpeanu/ })
      .first()
      .click()
    await ro.page.locator('textarea').fill('O căutăm chiar acum. Ana')
    await ro.page.getByRole('button', { name: 'Răspunde public' }).click()
    await ro.page
      .getByText('Pe rețeaua de exercițiu')
      .or(ro.page.getByText(/rețeaua de exercițiu/))
      .first()
      .waitFor()
    await ro.page.getByRole('link', { name: 'Setări' }).click()
    await ro.page.getByRole('heading', { name: 'Canale' }).waitFor()
    await ro.page.getByText('Rețeaua de exercițiu').first().waitFor()
    await ro.page.reload()
    await ro.page.getByRole('heading', { name: 'Canale' }).waitFor()
    expect(await findBarriers(ro.page)).toEqual([])
    // What the server refuses is said in the reader's language, too.
    await ro.page.goto(`${world.url}/settings/security`)
    await ro.page.getByLabel('Parola ta de acum').fill('not my password')
    await ro.page.getByLabel('Parola nouă').fill('marmalade tram window 2')
    await ro.page.getByRole('button', { name: 'Schimbă parola' }).click()
    await ro.page.getByText('Parola este greșită.').waitFor()
    await ro.context.close()
  })

  it('is dark when the system is, and as chosen when somebody chooses', async () => {
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    await page.goto(`${world.url}/today`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.emulateMedia({ colorScheme: 'light' })
    const light = await ground()
    await page.emulateMedia({ colorScheme: 'dark' })
    const dark = await ground()
    expect(dark).not.toBe(light)
    await page.getByRole('button', { name: 'You', exact: true }).click()
    await page.getByRole('menuitemcheckbox', { name: 'Light' }).click()
    expect(await ground()).toBe(light)
    await page.reload()
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(await ground()).toBe(light)
    await page.emulateMedia({ colorScheme: 'light' })
  })

  it('moves nothing when the system asks for less motion', async () => {
    await page.goto(`${world.url}/inbox`)
    await rowOf(page, 'Marek Novák').waitFor()
    await page.getByRole('button', { name: 'You', exact: true }).click()
    await page.getByRole('menu').waitFor()
    expect(
      await page.evaluate<number>(
        'document.getAnimations().filter((each) => each.effect.getComputedTiming().activeDuration > 0).length',
      ),
    ).toBe(0)
  })

  it('says nothing on the console, and breaks no rule of the content security policy', () => {
    expect(said).toEqual([])
  })
})
