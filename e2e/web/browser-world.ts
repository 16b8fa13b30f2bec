import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { TOTP } from 'otpauth'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { createParley } from '../../src/app.ts'
import { readConfig } from '../../src/platform/config.ts'
import { createLog } from '../../src/platform/log.ts'
import { createTestDatabase } from '../../test/database.ts'
import { allowOrigin } from '../../test/desk.ts'

export const owner = {
  business: 'The Corner Shop',
  name: 'Ana Pop',
  email: 'ana@shop.example',
  password: 'mugs with little birds',
}

export type BrowserWorld = {
  url: string
  practiceUrl: string
  databaseUrl: string
  browser: Browser
  /** Sends a request to the practice network's control API. */
  practice(method: string, path: string, body?: unknown): Promise<unknown>
  /** Lets Parley reach a server on this machine, as an operator would. */
  allow(origin: string): Promise<void>
  open(
    options?: Parameters<Browser['newContext']>[0],
  ): Promise<{ context: BrowserContext; page: Page }>
  stop(): Promise<void>
}

/** The whole program on a database of its own, and a browser. */
export async function startBrowserWorld(): Promise<BrowserWorld> {
  const [database, home, port, practicePort] = await Promise.all([
    createTestDatabase(),
    mkdtemp(join(tmpdir(), 'parley-browser-')),
    freePort(),
    freePort(),
  ])
  const config = readConfig({
    PARLEY_HOME: home,
    PARLEY_PORT: String(port),
    PARLEY_PRACTICE_PORT: String(practicePort),
    PARLEY_LOG_LEVEL: 'error',
  })
  const parley = await createParley({
    config,
    databaseUrl: database.url,
    log: createLog('error'),
    signInsPerMinute: 1000,
  })
  await parley.server.app.listen({ port, host: '127.0.0.1' })
  await parley.start()
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu'],
  })
  const url = `http://127.0.0.1:${port}`
  const practiceUrl = `http://127.0.0.1:${practicePort}`
  return {
    url,
    practiceUrl,
    databaseUrl: database.url,
    browser,
    async practice(method, path, body) {
      const answer = await fetch(`${practiceUrl}/practice${path}`, {
        method,
        ...(body !== undefined && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      })
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
      return answer.status === 204 ? null : answer.json()
    },
    allow: (origin) => allowOrigin(database.url, origin),
    async open(options) {
      const context = await browser.newContext({
        locale: 'en-GB',
        reducedMotion: 'reduce',
        ...options,
      })
      const page = await context.newPage()
      page.setDefaultTimeout(60_000)
      return { context, page }
    },
    async stop() {
      await browser.close()
      await parley.stop()
      await database.drop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object'
          ? resolve(address.port)
          : reject(new Error('no port')),
      )
    })
  })
}

/** Collects what a page says on its console as an error, and uncaught exceptions. */
export function watchConsole(page: Page): string[] {
  const said: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') said.push(`${message.text()} ${message.location().url}`)
  })
  page.on('pageerror', (error) => said.push(error.message))
  return said
}

/** What axe finds against WCAG 2.2 AA, in words that tell where; `only` some rules when they are named. */
export async function findBarriers(page: Page, only?: readonly string[]): Promise<string[]> {
  // Without frames there is no need for the page of its own that the default opens each time.
  const axe = new AxeBuilder({ page }).setLegacyMode()
  if (only) axe.withRules([...only])
  else axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
  const { violations } = await axe.analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`))
}

/** The code that an authenticator app would show for this secret. */
export function codeFor(secret: string, at = Date.now()): string {
  return new TOTP({ secret }).generate({ timestamp: at })
}

/** First run as a newcomer does it, up to the inbox with practice customers in it. */
export async function setUpInBrowser(page: Page, url: string): Promise<{ secret: string }> {
  await page.goto(url)
  await page.getByLabel('Name of the business').fill(owner.business)
  await page.getByLabel('Your name').fill(owner.name)
  await page.getByLabel('E-mail address').fill(owner.email)
  await page.getByLabel('Choose a password').fill(owner.password)
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('button', { name: 'Show the code to scan' }).click()
  const secret = (await page.locator('code').first().innerText()).trim()
  await page.getByLabel('Code from the app').fill(codeFor(secret))
  await page.getByRole('button', { name: 'Check the code' }).click()
  await page.getByLabel('I have kept the codes in a safe place').check()
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('heading', { name: 'When are you there?' }).waitFor()
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('button', { name: 'Step into the practice network' }).click()
  await page.waitForURL(/\/inbox/)
  return { secret }
}
