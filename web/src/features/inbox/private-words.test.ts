import { expect, it } from 'vitest'
import { PrivateReason } from '../../../../contract/private-moves.ts'
import { privatePointer } from './private-words.ts'

const form = { here: false, address: 'https://shop.example/form', handle: 'form' }

it.each(PrivateReason.options)('says where to write and why, in both languages: %s', (reason) => {
  const [en, ro] = [privatePointer('en', reason, form), privatePointer('ro', reason, form)]
  expect(en).toContain(form.address)
  expect(ro).toContain(form.address)
  // Customers are addressed formally.
  expect(ro).toContain('vă rugăm')
  expect(privatePointer('en', reason, { ...form, here: true })).not.toContain(form.address)
  expect(new Set(PrivateReason.options.map((one) => privatePointer('ro', one, form))).size).toBe(5)
})
