import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { SessionView } from '../../../contract/session.ts'
import {
  createTestServer,
  enrol,
  goodPassword,
  type Person,
  type TestServer,
} from '../../../test/http.ts'

let server: TestServer
let owner: Person
beforeAll(async () => {
  server = await createTestServer()
  owner = await server.people.owner()
})
afterAll(() => server.close())

const Options = z.object({ challenge: z.string() }).loose()
const local = { origin: 'http://localhost:4400', host: 'localhost:4400' }

/** A device that holds one passkey, as the browser would ask it (WebAuthn level 2, attestation none). */
function createDevice() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(16)
  const jwk = publicKey.export({ format: 'jwk' })
  const coordinate = (text: string | undefined) => Buffer.from(text ?? '', 'base64url')
  // COSE key as CBOR: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
  const cose = Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    coordinate(jwk.x),
    Buffer.from('225820', 'hex'),
    coordinate(jwk.y),
  ])
  const credential = {
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key',
    clientExtensionResults: {},
  }
  const client = (type: string, challenge: string, origin: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  const authenticator = (flags: number, counter: number, rest = Buffer.alloc(0)) => {
    const head = Buffer.alloc(5)
    head.writeUInt8(flags, 0)
    head.writeUInt32BE(counter, 1)
    return Buffer.concat([createHash('sha256').update('localhost').digest(), head, rest])
  }
  let counter = 0
  return {
    /** `verified`: the device asked for a PIN or a fingerprint. */
    register(challenge: string, { verified = true, origin = local.origin } = {}) {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(id.length)
      const attested = Buffer.concat([Buffer.alloc(16), length, id, cose])
      const data = authenticator(verified ? 0x45 : 0x41, 0, attested)
      const dataLength = Buffer.alloc(2)
      dataLength.writeUInt16BE(data.length)
      // {"fmt": "none", "attStmt": {}, "authData": data}
      const attestation = Buffer.concat([
        Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746159', 'hex'),
        dataLength,
        data,
      ])
      return {
        ...credential,
        response: {
          clientDataJSON: client('webauthn.create', challenge, origin).toString('base64url'),
          attestationObject: attestation.toString('base64url'),
          transports: ['internal'],
        },
      }
    },
    answer(challenge: string, { verified = true, origin = local.origin } = {}) {
      const data = authenticator(verified ? 0x05 : 0x01, ++counter)
      const clientData = client('webauthn.get', challenge, origin)
      const signed = Buffer.concat([data, createHash('sha256').update(clientData).digest()])
      return {
        ...credential,
        response: {
          clientDataJSON: clientData.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: sign('sha256', signed, privateKey).toString('base64url'),
        },
      }
    },
  }
}

type Device = ReturnType<typeof createDevice>
type Way = { verified?: boolean; origin?: string }

async function add(device: Device, way: Way = {}) {
  const path = '/api/auth/passkey/generate-register-options'
  const options = await server.request(owner, 'GET', path, undefined, local)
  const response = device.register(Options.parse(options.body).challenge, way)
  const cookie = `${owner.cookie}; ${options.cookie}`
  const body = { response, name: 'Phone' }
  return server.request({ cookie }, 'POST', '/api/auth/passkey/verify-registration', body, local)
}

async function signIn(device: Device, way: Way = {}) {
  const path = '/api/auth/passkey/generate-authenticate-options'
  const options = await server.request(null, 'GET', path, undefined, local)
  expect(options.body).toMatchObject({ userVerification: 'required' })
  const response = device.answer(Options.parse(options.body).challenge, way)
  const browser = { cookie: options.cookie }
  const send = () =>
    server.request(browser, 'POST', '/api/auth/passkey/verify-authentication', { response }, local)
  return { first: await send(), send }
}

it('adds a passkey, signs in with it alone, and removes it', async () => {
  const device = createDevice()
  const added = await add(device)
  expect(added).toMatchObject({ status: 200, body: { name: 'Phone' } })
  const { first, send } = await signIn(device)
  expect(first).toMatchObject({ status: 200, body: { next: 'ready' } })
  expect(JSON.stringify(first.body)).not.toContain('token')
  const session = await server.request({ cookie: first.cookie }, 'GET', '/api/v1/session')
  expect(SessionView.parse(session.body)).toMatchObject({
    stage: 'ready',
    me: { email: owner.email },
  })
  expect((await send()).status).toBe(422)

  const list = await server.request(owner, 'GET', '/api/auth/passkey/list-user-passkeys')
  expect(list.body).toMatchObject({ items: [{ name: 'Phone' }] })
  const { id } = z.object({ id: z.string() }).parse(added.body)
  const elsewhere = await server.people.owner()
  const remove = (as: Person) =>
    server.request(as, 'POST', '/api/auth/passkey/delete-passkey', { id })
  expect((await remove(elsewhere)).status).toBe(404)
  expect((await remove(owner)).status).toBe(204)
  expect((await signIn(device)).first.status).toBe(401)
})

it('refuses a device that did not check who holds it, at adding and at signing in', async () => {
  expect((await add(createDevice(), { verified: false })).status).toBe(401)
  const device = createDevice()
  expect((await add(device)).status).toBe(200)
  expect(await (await signIn(device, { verified: false })).first).toMatchObject({ status: 401 })
})

it('refuses an answer made for another site', async () => {
  const device = createDevice()
  expect((await add(device)).status).toBe(200)
  expect((await signIn(device, { origin: 'https://evil.example' })).first.status).toBe(401)
})

it('replaces the authenticator app within a session that has a factor', async () => {
  const person = await server.people.owner()
  const password = goodPassword
  const path = '/api/auth/two-factor/disable'
  const { cookie } = await server.request(person, 'POST', path, { password })
  expect((await server.request({ cookie }, 'GET', '/api/v1/members')).status).toBe(403)
  const again = await enrol(server.request, { email: person.email, password, cookie })
  expect(again.totp.secret.base32).not.toBe(person.totp.secret.base32)
  expect((await server.request(again, 'GET', '/api/v1/members')).status).toBe(200)
})

it('does not let a password alone set up an app beside a passkey', async () => {
  expect((await add(createDevice())).status).toBe(200)
  const path = '/api/auth/two-factor/disable'
  expect((await server.request(owner, 'POST', path, { password: goodPassword })).status).toBe(200)
  const { email } = owner
  const bare = await server.request(null, 'POST', '/api/auth/sign-in/email', {
    email,
    password: goodPassword,
  })
  const enable = await server.request(
    { cookie: bare.cookie },
    'POST',
    '/api/auth/two-factor/enable',
    {
      password: goodPassword,
    },
  )
  expect(enable).toMatchObject({ status: 403, body: { code: 'second-factor-needed' } })
})
