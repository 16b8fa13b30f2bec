import type { Page } from 'playwright-core'

export const sizes = {
  desk: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
  small: { width: 320, height: 640 },
}

/** Every page behind the sign-in, by its path. */
export const pages = [
  'today',
  'digest',
  'inbox',
  'inbox?view=done',
  'figures?by=weekday',
  'people',
  'settings/channels',
  'settings/channels?connect=any',
  'settings/channels/compare',
  'settings/team',
  'inbox?view=snoozed',
  'settings/departments',
  'settings/routing',
  'settings/business',
  'settings/reply-times',
  'settings/on-call',
  'settings/replies',
  'settings/digest',
  'settings/security',
  'settings/sign-in',
  'settings/sessions',
  'settings/keys',
  'settings/webhooks',
  'settings/export',
  'settings/audit',
  'settings/aside',
  'no/such/page',
]

/** Nothing is being read any more: no skeleton is on the page. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('load')
  await page.locator('[role=status] .animate-pulse').first().waitFor({ state: 'detached' })
}
