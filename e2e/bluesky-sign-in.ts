import { chromium, type Page } from 'playwright-core'
import type { Account } from './bluesky-network/protocol.ts'

/** What a person does in a browser on the pages of the account's own server. */
export type SignInPages = {
  /** Signs in and says yes or no. @returns path and query at Parley that the browser is sent back to */
  signIn(address: string, account: Account, says?: 'yes' | 'no'): Promise<string>
  close(): Promise<void>
}

export async function openSignInPages(): Promise<SignInPages> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu'],
  })
  const context = await browser.newContext({ locale: 'en-GB' })
  context.setDefaultTimeout(60_000)
  return {
    async signIn(address, account, says = 'yes') {
      // A page for each: one that is still on its way back would break off where the next is sent.
      const page = await context.newPage()
      try {
        await page.goto(address)
        await enterPassword(page, account)
        // Parley has no session in this browser, and its name may be known nowhere: where it is sent counts.
        const name = says === 'yes' ? 'Authorize' : 'Deny access'
        const [back] = await Promise.all([
          page.waitForRequest((request) => isReturn(new URL(request.url()))),
          page.getByRole('button', { name, exact: true }).click(),
        ])
        const { pathname, search } = new URL(back.url())
        return `${pathname}${search}`
      } finally {
        await page.close()
      }
    },
    close: () => browser.close(),
  }
}

function isReturn({ pathname }: URL): boolean {
  return pathname === '/connect/return'
}

/** The server remembers who signed in on this browser, and greets whom it does not know the name of. */
async function enterPassword(page: Page, account: Account): Promise<void> {
  const password = page.locator('input[type=password]')
  const consent = page.getByRole('button', { name: 'Authorize', exact: true })
  const signIn = page.getByRole('button', { name: 'Sign in', exact: true })
  await password.or(consent).or(signIn).first().waitFor()
  if (await consent.isVisible()) return
  if (!(await password.isVisible())) {
    await signIn.click()
    await password.waitFor()
    await page.locator('input').first().fill(account.handle)
  }
  await password.fill(account.password)
  const remember = page.getByRole('checkbox')
  if ((await remember.count()) > 0) await remember.check()
  await signIn.click()
  await consent.waitFor()
}
