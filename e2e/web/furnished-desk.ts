import type { Page } from 'playwright-core'
import { type BrowserWorld, startBrowserWorld } from './browser-world.ts'
import { customerWrites, type Desk, openConversation, reply, rowOf, sitDown } from './steps.ts'

/** A desk with two customers; with one of them it has all that a conversation shows. */
export type FurnishedDesk = {
  world: BrowserWorld
  desk: Desk
  page: Page
  /** Path of that conversation. */
  conversation: string
}

export async function furnishDesk(watch: (page: Page) => void = () => {}): Promise<FurnishedDesk> {
  const world = await startBrowserWorld()
  const desk = await sitDown(world)
  const { page } = desk
  watch(page)
  await customerWrites(
    world,
    'Marek Novák',
    'My mug arrived broken, see https://shop.example/4471',
    { photo: 'brokenMug', photo_description: 'A broken mug' },
  )
  await customerWrites(world, 'Lucia Marin', 'Does the butler do it?', { spoiler: 'The end' })
  await rowOf(page, 'Lucia Marin').waitFor()
  await openConversation(page, 'Marek Novák')
  const conversation = page.url().replace(world.url, '')
  await page.getByRole('button', { name: 'Note', exact: true }).click()
  await page.getByRole('textbox', { name: 'Internal note' }).fill('Second time this week.')
  await page.getByRole('button', { name: 'Add the note' }).click()
  await reply(page, 'I am sorry. A new one leaves today. Ana')
  return { world, desk, page, conversation }
}
