import { type Browser, chromium, type Page } from 'playwright-core'
import type { Account } from './bluesky-network/protocol.ts'

/** What a person does in a browser on the pages of the account's own server. */
export type SignInPages = {
  /** Signs in and says yes or no. @returns path and query at Parley that the browser is sent back to */
  signIn(address: string, account: Account, says?: 'yes' | 'no'): Promise<string>
  close(): Promise<void>
}

export async function openSignInPages(): Promise<SignInPages> {
  const browser: Browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu'],
  })
  const page = await browser.newPage({ locale: 'en-GB' })
  page.setDefaultTimeout(30_000)
  return {
    async signIn(address, account, says = 'yes') {
      const isBack = (url: URL) => url.pathname === '/connect/return'
      // What Parley answers is the test's to ask: it has no session in this browser.
      await page.route(isBack, (route) =>
        route.fulfill({ contentType: 'text/plain', body: 'back at Parley' }),
      )
      await page.goto(address)
      await enterPassword(page, account)
      const back = page.waitForURL(isBack)
      const name = says === 'yes' ? 'Authorize' : 'Deny access'
      await page.getByRole('button', { name, exact: true }).click()
      await back
      const { pathname, search } = new URL(page.url())
      return `${pathname}${search}`
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
