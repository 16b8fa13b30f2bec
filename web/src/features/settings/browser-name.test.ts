import { describe, expect, it } from 'vitest'
import { browserName } from './browser-name.ts'

describe('browserName', () => {
  it('does not take Edge for Chrome, nor Chrome for Safari', () => {
    const chrome =
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36'
    expect(browserName(chrome)).toEqual({ browser: 'Chrome', system: 'Linux', phone: false })
    expect(browserName(`${chrome} Edg/140.0`).browser).toBe('Edge')
  })
  it('knows a phone', () => {
    const iphone =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1'
    expect(browserName(iphone)).toEqual({ browser: 'Safari', system: 'iOS', phone: true })
  })
  it('says nothing of what it does not know', () => {
    expect(browserName(null)).toEqual({ browser: '', system: '', phone: false })
    expect(browserName('curl/8')).toEqual({ browser: '', system: '', phone: false })
  })
})
