import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createDial } from './guarded-dial.ts'
import { HttpError, tcpOrigin } from './http.ts'

const at = (...addresses: string[]) => {
  return async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
}
const dialling = (addresses: string[], allowed: string[] = []) =>
  createDial({
    allowPrivate: (host, port) => allowed.includes(tcpOrigin(host, port)),
    resolve: at(...addresses),
    timeoutMs: 2000,
  })
const kindOf = async (dialled: Promise<unknown>) => {
  const error = await dialled.catch((thrown: unknown) => thrown)
  return error instanceof HttpError ? error.kind : error
}

describe('dialling', () => {
  it('hands on the address that it checked, and the name for the certificate', async () => {
    const dial = dialling(['93.184.215.14'])
    expect(await dial('imap.example.com', 993)).toEqual({
      address: '93.184.215.14',
      servername: 'imap.example.com',
    })
    expect(await dial('93.184.215.14', 993)).toMatchObject({ servername: null })
  })

  it.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', 'fd00::1', '::ffff:10.0.0.1'])(
    'refuses a name that stands for %s',
    async (address) => {
      expect(await kindOf(dialling([address])('mail.example.com', 993))).toBe('refused')
      expect(await kindOf(dialling(['93.184.215.14', address])('mail.example.com', 993))).toBe(
        'refused',
      )
      expect(await kindOf(dialling([])(address, 993))).toBe('refused')
    },
  )

  it.each([22, 53, 80, 443, 110, 1])('refuses port %i, which is not for mail', async (port) => {
    expect(await kindOf(dialling(['93.184.215.14'])('mail.example.com', port))).toBe('refused')
  })

  it('reaches a private address by exactly the name and port that were allowed', async () => {
    const dial = dialling(['127.0.0.1'], ['tcp://mail.local:1143'])
    expect(await dial('Mail.Local', 1143)).toMatchObject({ address: '127.0.0.1' })
    expect(await kindOf(dial('mail.local', 1144))).toBe('refused')
    expect(await kindOf(dial('other.local', 1143))).toBe('refused')
  })

  it('chooses among several addresses one that takes connections', async () => {
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    onTestFinished(() => void server.close())
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const dial = dialling(['::1', '127.0.0.1'], [`tcp://mail.local:${port}`])
    expect(await dial('mail.local', port)).toMatchObject({ address: '127.0.0.1' })
  })

  it('gives up in time on a name that nobody answers for', async () => {
    const dial = createDial({
      allowPrivate: () => false,
      resolve: () => new Promise(() => undefined),
      timeoutMs: 200,
    })
    expect(await kindOf(dial('mail.example.com', 993))).toBe('not-sent')
  })
})
