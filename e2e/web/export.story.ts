import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type BrowserWorld,
  codeFor,
  findBarriers,
  owner,
  startBrowserWorld,
  watchConsole,
} from './browser-world.ts'
import { sizes } from './pages.ts'
import { type Desk, sitDown } from './steps.ts'

const STEP = 90_000

describe('an owner who moves to another Parley', () => {
  let old: BrowserWorld
  let fresh: BrowserWorld
  let desk: Desk
  let page: Page
  let said: string[][]
  let file: string

  beforeAll(async () => {
    ;[old, fresh] = await Promise.all([startBrowserWorld(), startBrowserWorld()])
    desk = await sitDown(old)
    page = (await fresh.open({ viewport: sizes.desk })).page
    said = [watchConsole(desk.page), watchConsole(page)]
  })
  afterAll(async () => {
    await Promise.all([old.stop(), fresh.stop()])
  })

  async function look(at: Page, name: string): Promise<void> {
    for (const [size, viewport] of Object.entries(sizes))
      for (const colorScheme of ['light', 'dark'] as const) {
        await at.emulateMedia({ colorScheme })
        await at.setViewportSize(viewport)
        expect(await findBarriers(at)).toEqual([])
        const wide = Number(await at.evaluate('document.documentElement.scrollWidth'))
        expect([name, size, wide <= viewport.width]).toEqual([name, size, true])
        const folder = process.env.PARLEY_SHOTS
        if (folder) await at.screenshot({ path: `${folder}/${name}-${size}-${colorScheme}.png` })
      }
    await at.emulateMedia({ colorScheme: 'light' })
    await at.setViewportSize(sizes.desk)
  }

  it(
    'makes an export, watches it become ready and downloads it',
    async () => {
      await desk.page.goto(`${old.url}/settings/export`)
      await desk.page.getByText('No export yet').waitFor()
      await look(desk.page, 'export-none')
      await desk.page.getByRole('button', { name: 'Make an export' }).click()
      await desk.page.getByText('Ready', { exact: true }).waitFor({ timeout: STEP })
      await look(desk.page, 'export-ready')
      const waiting = desk.page.waitForEvent('download')
      await desk.page.getByRole('link', { name: 'Download' }).click()
      const download = await waiting
      expect(download.suggestedFilename()).toMatch(/^parley-export-.*\.tar\.gz$/)
      file = await download.path()
      expect((await stat(file)).size).toBeGreaterThan(1000)
    },
    STEP * 2,
  )

  it(
    'is told what is wrong with another file, then brings the right one in and comes back as who she is',
    async () => {
      await page.goto(fresh.url)
      await page.getByRole('button', { name: 'Bring your data from another Parley' }).click()
      await look(page, 'import-begin')
      await page.getByLabel('The export').setInputFiles(join(import.meta.dirname, 'steps.ts'))
      await page.getByRole('button', { name: 'Bring it in' }).click()
      await page.getByText('is not an export of Parley').waitFor()
      await page.getByLabel('The export').setInputFiles(file)
      await page.getByRole('button', { name: 'Bring it in' }).click()
      await page.getByText(`${owner.business} is here`).waitFor({ timeout: STEP })
      await look(page, 'import-done')
      await page.getByRole('link', { name: owner.name }).click()
      await page.getByLabel('Your name').fill(owner.name)
      await page.getByLabel('password').first().fill(owner.password)
      await page.getByRole('button', { name: 'Join' }).click()
      await page.getByLabel('Your password, to be sure it is you').fill(owner.password)
      await page.getByRole('button', { name: 'Show the code to scan' }).click()
      const secret = (await page.locator('code').first().innerText()).trim()
      await page.getByLabel('Code from the app').fill(codeFor(secret))
      await page.getByRole('button', { name: 'Check the code' }).click()
      await page.getByLabel('I have kept the codes in a safe place').check()
      await page.getByRole('button', { name: 'Go on' }).click()
      await page.getByRole('link', { name: /Priya Nair/ }).waitFor()
      await page.goto(`${fresh.url}/settings/channels`)
      await page.getByRole('heading', { name: 'Disconnected accounts' }).waitFor()
    },
    STEP * 3,
  )

  it('removes the file, and sees no error on the console', async () => {
    await desk.page.getByRole('button', { name: 'Remove the file' }).click()
    await desk.page.getByText('Removed', { exact: true }).waitFor()
    expect(said.flat()).toEqual([])
  })
})
