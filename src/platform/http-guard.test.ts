import type { LookupAddress } from 'node:dns'
import { describe, expect, it } from 'vitest'
import { HttpError } from './http.ts'
import { checkUrl, guardedLookup, isPublicAddress, redirectTarget } from './http-guard.ts'

describe('isPublicAddress', () => {
  it.each([
    '127.0.0.1',
    '127.8.8.8',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '0.0.0.0',
    '0.1.2.3',
    '169.254.169.254',
    '100.64.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.1.1.1',
    '240.0.0.1',
    '255.255.255.255',
    '192.88.99.1',
    '::',
    '::1',
    'fe80::1',
    'fec0::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:0:8.8.8.8',
    '::7f00:1',
    '::127.0.0.1',
    '2002:7f00:1::',
    '2002:808:808::1',
    '2001::1',
    '2001:db8::1',
    '3fff::1',
    '100::1',
    '4000::1',
    '5f00::1',
    '64:ff9b::7f00:1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::1',
    'fe80::1%eth0',
    '',
    'host',
  ])('refuses %s', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })

  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '64:ff9b::808:808',
  ])('lets %s pass', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })
})

describe('checkUrl', () => {
  const kindOf = (address: string, allowed = false) => {
    try {
      checkUrl(new URL(address), allowed)
      return 'allowed'
    } catch (error) {
      return error instanceof HttpError ? error.kind : error
    }
  }

  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://0/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://127.0.0.1./',
    'http://１２７.0.0.1/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'data:text/plain,x',
    'gopher://example.com/',
    'https://user:secret@example.com/',
    'https://user@example.com/',
    'http://example.com:22/',
    'http://example.com:25/',
    'http://example.com:6667/',
    'http://example.com:0/',
  ])('refuses %s', (address) => {
    expect(kindOf(address)).toBe('refused')
  })

  it.each([
    'https://example.com/',
    'http://example.com:80/',
    'https://pds.example.com:2583/',
    'http://8.8.8.8:8080/',
    'https://[2606:4700::1111]/',
  ])('lets %s pass', (address) => {
    expect(kindOf(address)).toBe('allowed')
  })

  it('lets an allowed origin be private, but still refuses other schemes and credentials', () => {
    expect(kindOf('http://127.0.0.1:25/', true)).toBe('allowed')
    expect(kindOf('file:///etc/passwd', true)).toBe('refused')
    expect(kindOf('http://a:b@127.0.0.1/', true)).toBe('refused')
  })
})

describe('guardedLookup', () => {
  const lookUp = (addresses: LookupAddress[], all: boolean) =>
    new Promise((resolve) => {
      const lookup = guardedLookup(async () => addresses, isPublicAddress)
      lookup('host.example', { all }, (error, address, family) =>
        resolve(error instanceof HttpError ? error.kind : (error ?? { address, family })),
      )
    })
  const good = { address: '8.8.8.8', family: 4 }
  const bad = { address: '10.0.0.1', family: 4 }

  it('answers with exactly the addresses it checked', async () => {
    expect(await lookUp([good], true)).toEqual({ address: [good], family: undefined })
    expect(await lookUp([good], false)).toEqual({ address: '8.8.8.8', family: 4 })
  })

  it('refuses a name whole when one of its addresses is private', async () => {
    expect(await lookUp([good, bad], true)).toBe('refused')
    expect(await lookUp([bad, good], false)).toBe('refused')
  })

  it('checks again at every connection, so a name that turns private later is refused', async () => {
    const answers = [good, bad]
    let asked = 0
    const lookup = guardedLookup(async () => [answers[asked++] ?? bad], isPublicAddress)
    const connectTo = () =>
      new Promise((resolve) => lookup('rebinding.example', {}, (...answer) => resolve(answer)))
    expect(await connectTo()).toEqual([null, '8.8.8.8', 4])
    expect(await connectTo()).toMatchObject([{ kind: 'refused' }, ''])
    expect(asked).toBe(2)
  })

  it('calls a name without addresses not sent', async () => {
    expect(await lookUp([], true)).toBe('not-sent')
  })
})

describe('redirectTarget', () => {
  it('refuses to go from https to http', () => {
    expect(() => redirectTarget(new URL('https://a.example/'), 'http://a.example/')).toThrow(
      'unencrypted',
    )
    expect(redirectTarget(new URL('http://a.example/'), 'https://b.example/x').href).toBe(
      'https://b.example/x',
    )
  })

  it('resolves relative addresses and refuses broken ones', () => {
    expect(redirectTarget(new URL('https://a.example/x/y'), '../z').href).toBe(
      'https://a.example/z',
    )
    expect(() => redirectTarget(new URL('https://a.example/'), 'https://[x')).toThrow('no address')
  })
})
