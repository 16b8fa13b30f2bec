import { type Browser, chromium, type Page } from 'playwright-core'
import type { Account } from './bluesky-network/protocol.ts'

/** What a person does in a browser on the pages of the account's own server. */
export type SignInPages = {
  page: Page
  /** Signs in and says yes or no. @returns path and query at Parley that the browser is sent back to */
  signIn(address: string, account: Account, says?: 'yes' | 'no'): Promise<string>
  /** Takes back what Parley may do, on the account page. */
  revoke(pds: string, account: Account): Promise<void>
  close(): Promise<void>
}

export async function openSignInPages(): Promise<SignInPages> {
  const browser: Browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu'],
  })
  const page = await browser.newPage({ locale: 'en-GB' })
  page.setDefaultTimeout(60_000)
  return {
    page,
    async signIn(address, account, says = 'yes') {
      const back = Promise.withResolvers<string>()
      await page.route('**/connect/return?**', async (route) => {
        const { pathname, search } = new URL(route.request().url())
        await route.fulfill({ contentType: 'text/plain', body: 'back at Parley' })
        back.resolve(`${pathname}${search}`)
      })
      await page.goto(address)
      await enterPassword(page, account)
      const name = says === 'yes' ? 'Authorize' : 'Deny access'
      await page.getByRole('button', { name, exact: true }).click()
      const path = await back.promise
      await page.unroute('**/connect/return?**')
      return path
    },
    async revoke(pds, account) {
      await page.goto(`${pds}/account/${account.did}/apps`)
      await page.getByRole('button', { name: 'Revoke access' }).first().click()
      const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'))
      await dialog.getByRole('button', { name: /revoke/i }).click()
      await page
        .getByRole('button', { name: 'Revoke access' })
        .first()
        .waitFor({ state: 'detached' })
    },
    close: () => browser.close(),
  }
}

/** The server remembers who signed in on this browser, and then asks for no password. */
async function enterPassword(page: Page, account: Account): Promise<void> {
  const password = page.locator('input[type=password]')
  const consent = page.getByRole('button', { name: 'Authorize', exact: true })
  await password.or(consent).first().waitFor()
  if (await consent.isVisible()) return
  await password.fill(account.password)
  const remember = page.getByRole('checkbox')
  if ((await remember.count()) > 0) await remember.check()
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await consent.waitFor()
}
