import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

/** The mailboxes' owner when the tests run as root: Dovecot refuses to be root for anybody. */
const MAIL_UID = 8

export type Dovecot = {
  /** Without encryption, or with STARTTLS. */
  port: number
  /** TLS from the first byte. */
  tlsPort: number
  /** Its own certificate, for localhost and 127.0.0.1. */
  certificate: string
  setPassword(user: string, password: string): Promise<void>
  /** Puts a mail into a user's INBOX, as a delivery agent does. */
  deliver(user: string, mail: Uint8Array | string, folder?: string): Promise<void>
  /** The mails of a folder, as bytes, in no order. */
  mails(user: string, folder?: string): Promise<Buffer[]>
  /** Gives INBOX another UIDVALIDITY and other UIDs, as a rebuilt mailbox has. */
  rebuild(user: string): Promise<void>
  stop(): Promise<void>
}

/** A Dovecot of its own under `folder`, on free ports of 127.0.0.1. It needs Debian's dovecot-imapd. */
export async function startDovecot(folder: string): Promise<Dovecot> {
  const program = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
    .map((one) => join(one, 'dovecot'))
    .find((one) => existsSync(one))
  if (!program)
    throw new Error(
      'This test needs Dovecot: install it (on Debian: sudo apt-get install dovecot-imapd).',
    )
  const [port, tlsPort] = [await freePort(), await freePort()]
  await mkdir(join(folder, 'mail'), { recursive: true })
  await chmod(folder, 0o755)
  const certificate = await makeCertificate(folder)
  const users = new Map<string, string>()
  const writeUsers = async () => {
    const lines = [...users].map(([user, password]) => `${user}:{PLAIN}${password}\n`)
    await writeFile(join(folder, 'users.new'), lines.join(''))
    await chmod(join(folder, 'users.new'), 0o644)
    await rename(join(folder, 'users.new'), join(folder, 'users'))
  }
  await writeUsers()
  await owned(join(folder, 'mail'))
  await writeFile(join(folder, 'dovecot.conf'), configOf(folder, port, tlsPort))
  const child = spawn(program, ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: 'ignore' })
  await listening(port, child, join(folder, 'log'))
  const home = (user: string) => join(folder, 'mail', user)
  return {
    port,
    tlsPort,
    certificate,
    async setPassword(user, password) {
      users.set(user, password)
      await writeUsers()
      // Dovecot looks at this file once a second.
      await new Promise((resolve) => setTimeout(resolve, 1100))
    },
    deliver: (user, mail, place = '') => putInto(join(home(user), place), mail),
    mails: (user, place = '') => readAll(join(home(user), place)),
    async rebuild(user) {
      for (const file of await readdir(home(user)))
        if (/^dovecot/.test(file)) await rm(join(home(user), file), { recursive: true })
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      await ended
    },
  }
}

function configOf(folder: string, port: number, tlsPort: number): string {
  const root = process.getuid?.() === 0
  const me = process.env.USER ?? process.env.LOGNAME ?? 'nobody'
  const uid = root ? MAIL_UID : process.getuid?.()
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
${root ? '' : `default_internal_user = ${me}\ndefault_login_user = ${me}\ndefault_internal_group =`}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
first_valid_uid = 1
mail_location = maildir:${folder}/mail/%u
mail_max_userip_connections = 200
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u ${folder}/users
}
userdb {
  driver = static
  args = uid=${uid} gid=${uid} home=${folder}/mail/%u
}
namespace inbox {
  inbox = yes
  separator = .
  mailbox Sent {
    auto = create
    special_use = \\Sent
  }
}
service anvil {
  ${root ? '' : 'chroot ='}
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service imap-login {
  ${root ? '' : 'chroot ='}
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${tlsPort}
  }
}
`
}

async function makeCertificate(folder: string): Promise<string> {
  const key = join(folder, 'key.pem')
  const cert = join(folder, 'cert.pem')
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  const about = ['-nodes', '-days', '2', '-subj', '/CN=localhost']
  const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  await promisify(execFile)('openssl', [
    ...request,
    ...about,
    ...names,
    '-keyout',
    key,
    '-out',
    cert,
  ])
  return readFile(cert, 'utf8')
}

let delivered = 0

async function putInto(maildir: string, mail: Uint8Array | string): Promise<void> {
  for (const part of ['', 'tmp', 'new', 'cur']) {
    await mkdir(join(maildir, part), { recursive: true })
    await owned(join(maildir, part))
  }
  delivered += 1
  // Dovecot gives UIDs in the order of these names.
  const name = `${Math.floor(Date.now() / 1000)}.M${String(delivered).padStart(8, '0')}P${process.pid}.localhost`
  await writeFile(join(maildir, 'tmp', name), mail)
  await owned(join(maildir, 'tmp', name))
  await rename(join(maildir, 'tmp', name), join(maildir, 'new', name))
}

async function readAll(maildir: string): Promise<Buffer[]> {
  const found: Buffer[] = []
  for (const part of ['new', 'cur']) {
    const names = await readdir(join(maildir, part)).catch(() => [])
    for (const name of names) found.push(await readFile(join(maildir, part, name)))
  }
  return found
}

async function owned(path: string): Promise<void> {
  if (process.getuid?.() === 0) await chown(path, MAIL_UID, MAIL_UID)
}

async function listening(port: number, child: ChildProcess, log: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) break
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port })
      socket.once('data', () => resolve(true))
      socket.once('error', () => resolve(false))
      socket.once('close', () => resolve(false))
      setTimeout(() => socket.destroy(), 1000).unref()
    })
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  child.kill('SIGKILL')
  throw new Error(`Dovecot did not start: ${await readFile(log, 'utf8').catch(() => 'no log')}`)
}

/** A port of 127.0.0.1 that nobody has at this moment. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}
