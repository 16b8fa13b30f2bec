import { describe, expect, it } from 'vitest'
import { htmlOf, plainText } from './markdown.ts'

const names = {
  users: new Map([['80351110224678912', 'ana']]),
  channels: new Map([['381870553235193857', 'support']]),
}
const plain = (text: string) => plainText(text, names)
const html = (text: string) => htmlOf(text, names)

describe('text of Discord as a reader sees it', () => {
  it.each([
    ['**very** *late* __again__ ~~today~~', 'very late again today'],
    ['***all*** of it', 'all of it'],
    ['snake_case_name and 5 * 3 * 2', 'snake_case_name and 5 * 3 * 2'],
    ['**never closed', '**never closed'],
    ['\\*not bold\\*', '*not bold*'],
    ['<@80351110224678912> and <@!80351110224678912>', '@ana and @ana'],
    ['<@1> in <#381870553235193857> and <#2>', '@someone in #support and #channel'],
    ['<:wave:123> <a:dance:456>', ':wave: :dance:'],
    ['at <t:1618953630:R>', 'at 2021-04-20 21:20 UTC'],
    ['</help:12>', '/help'],
    ['<https://shop.example/a_b_c>', 'https://shop.example/a_b_c'],
    ['see https://shop.example/a_b_c*d', 'see https://shop.example/a_b_c*d'],
    ['[the shop](https://shop.example)', 'the shop (https://shop.example)'],
    ['`a *b* c`', 'a *b* c'],
    ['> quoted\nmine', 'quoted\nmine'],
    ['# Big\nsmall', 'Big\nsmall'],
    ['a\n```js\nlet x\n```\nb', 'a\nlet x\nb'],
    ['``` never closed', '``` never closed'],
    ['1 < 2 & <salut>', '1 < 2 & <salut>'],
  ])('%j is %j', (content, text) => {
    expect(plain(content)).toBe(text)
  })
})

describe('text of Discord as HTML', () => {
  it('is there only where something is formatted', () => {
    expect(html('plain & <simple>\nlines')).toBeNull()
  })

  it.each([
    ['**a** <b>', '<strong>a</strong> &lt;b&gt;'],
    ['*a **b***', '<em>a <strong>b</strong></em>'],
    ['> a\nb', '<blockquote>a</blockquote>b'],
    ['# a\nb', '<strong>a</strong><br>b'],
    ['`<i>`', '<code>&lt;i&gt;</code>'],
    ['```\n<b>\n```', '<pre>&lt;b&gt;</pre>'],
    [
      'https://x.example/?a="b',
      '<a href="https://x.example/?a=&quot;b">https://x.example/?a=&quot;b</a>',
    ],
  ])('%j is %j', (content, expected) => {
    expect(html(content)).toBe(expected)
  })

  it('closes every mark that it opens, and comes to an end on anything', () => {
    for (const noise of ['*', '_*', '**_', '[a](', '<@', '`', '> ', '```', '~~a ', '\\', 'http://'])
      for (const times of [3, 50, 20_000]) {
        const text = html(noise.repeat(times)) ?? ''
        for (const tag of ['strong', 'em', 'del', 'span'])
          expect(text.split(`<${tag}>`).length).toBe(text.split(`</${tag}>`).length)
      }
  })
})
