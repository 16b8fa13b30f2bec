import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allowOrigin } from '../../test/desk.ts'
import { type OidcServer, startOidcServer } from '../../test/oidc-provider.ts'
import { type BrowserWorld, findBarriers, owner, startBrowserWorld } from './browser-world.ts'
import { settled, sizes } from './pages.ts'
import { type Desk, sitDown } from './steps.ts'

const PICTURES = process.env.PARLEY_LOOKS

describe('a business with a sign-in service of its own', () => {
  let world: BrowserWorld
  let desk: Desk
  let service: OidcServer

  beforeAll(async () => {
    world = await startBrowserWorld()
    service = await startOidcServer({ redirectUri: `${world.url}/sign-in/return` })
    await allowOrigin(world.databaseUrl, service.issuer)
    desk = await sitDown(world)
  })
  afterAll(async () => {
    await world.stop()
    await service.stop()
  })

  it('adds it, is told what is wrong with an address, tries it and switches it on', async () => {
    const { page } = desk
    await page.goto(`${world.url}/settings/sign-in`)
    await page.getByText('Everybody signs in with a password or a passkey').waitFor()
    await page.getByRole('button', { name: 'Add a service' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(`${world.url}/sign-in/return`).waitFor()
    await dialog.getByLabel('Name on the button').fill('Shop ID')
    await dialog.getByLabel('Address of the service').fill('http://127.0.0.1:9')
    await dialog.getByLabel('Client ID').fill(service.clientId)
    await dialog.getByLabel('Client secret').fill(service.clientSecret)
    await dialog.getByLabel('E-mail domains of the business').fill('shop.example')
    await dialog
      .getByLabel('Somebody of these domains who was not invited')
      .selectOption('responder')
    await dialog.getByLabel('Trust the service with the second factor').check()
    await dialog.getByRole('button', { name: 'Check and keep' }).click()
    await dialog.getByRole('alert').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await picture(page, 'sso-dialog')
    await dialog.getByLabel('Address of the service').fill(service.issuer)
    await dialog.getByRole('button', { name: 'Check and keep' }).click()
    await page.getByText('not tried yet').waitFor()

    service.accounts.set('ana', { email: owner.email, email_verified: true, amr: ['mfa'] })
    await page.getByRole('button', { name: 'Try it' }).click()
    await signInThere(page, 'ana')
    await page.getByText('It works: you came back as yourself').waitFor()
    await page.getByLabel('Who uses it').selectOption('on')
    await page.getByText('switched on', { exact: true }).waitFor()
    await settled(page)
    expect(await findBarriers(page)).toEqual([])
    await picture(page, 'sso-settings')
  })

  it('lets a newcomer in by one button, and tells in words why it does not', async () => {
    const { page, context } = await world.open({ viewport: sizes.phone })
    service.accounts.set('ion', { email: 'ion@shop.example', email_verified: false })
    await page.goto(world.url)
    await page.getByRole('button', { name: 'Sign in with Shop ID' }).click()
    await signInThere(page, 'ion')
    await page.getByRole('alert').getByText('has not checked that your e-mail address').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await picture(page, 'sso-refused')
    const name = 'Ion Rusu'
    const amr = ['pwd', 'otp']
    service.accounts.set('dora', { email: 'dora@shop.example', email_verified: true, name, amr })
    await context.clearCookies({ domain: '127.0.0.1' })
    await page.goto(`${world.url}/sign-in`)
    await page.getByRole('button', { name: 'Sign in with Shop ID' }).click()
    await signInThere(page, 'dora')
    await page.getByRole('link', { name: /Priya Nair/ }).waitFor()
    await page.goto(`${world.url}/settings/security`)
    await page.getByRole('heading', { name: 'Passkeys' }).waitFor()
    expect(await page.getByText('The new password').count()).toBe(0)
    await context.close()
  })
})

/** The provider's own pages: who it is, and yes to what Parley may see. */
async function signInThere(page: Page, login: string): Promise<void> {
  await page.locator('input[name=login]').fill(login)
  await page.locator('input[name=password]').fill('anything')
  await page.locator('button[type=submit]').click()
  await page.locator('input[name=prompt][value=consent]').waitFor({ state: 'attached' })
  await page.locator('button[type=submit]').click()
}

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return
  await mkdir(PICTURES, { recursive: true })
  for (const [size, viewport] of Object.entries({ desk: sizes.desk, phone: sizes.phone }))
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: join(PICTURES, `${name}-${size}-${colorScheme}.png`) })
    }
  await page.emulateMedia({ colorScheme: 'light' })
}
