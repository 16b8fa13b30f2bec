import { describe, expect, it } from 'vitest'
import { recheck } from './recheck.ts'
import { Refusal, recordedServer, recordedSession } from './recorded-server.ts'

const CID = 'bafyreihffx5a2e7k5uwrmmgofbvzujc5cmw5h4espouwuxt3liqoflx3ee'
const uri = 'at://did:plc:ana/app.bsky.feed.post/3k2'
const known = [{ remoteId: uri, version: CID }]

/** The index shows nothing; the record store answers as given. */
function hidden(getRecord: () => unknown) {
  const { http } = recordedServer({
    'app.bsky.feed.getPosts': () => ({ posts: [] }),
    'com.atproto.repo.getRecord': getRecord,
  })
  return recheck(recordedSession(http), known)
}

function refuse(status: number, error: string, words: string): () => never {
  return () => {
    throw new Refusal(status, error, words)
  }
}

describe('looking again at posts', () => {
  it('takes a post for deleted when its record is gone too', async () => {
    const events = await hidden(refuse(400, 'RecordNotFound', `Could not locate record: ${uri}`))
    expect(events.map(({ id }) => id)).toEqual([`gone:${uri}`])
    const old = await hidden(refuse(400, 'InvalidRequest', `Could not locate record: ${uri}`))
    expect(old.length).toBe(1)
  })

  it('does not take a block for a deletion: the record still stands', async () => {
    expect(await hidden(() => ({ uri, cid: CID, value: { text: 'still here' } }))).toEqual([])
  })

  it('does not take a suspended account for deleted posts', async () => {
    expect(await hidden(refuse(400, 'InvalidRequest', 'Could not find repo: did:plc:ana'))).toEqual(
      [],
    )
  })

  it.each([
    ['an outage', refuse(502, 'UpstreamFailure', 'Upstream service unreachable')],
    ['a server that lacks the method', refuse(501, 'MethodNotImplemented', 'no')],
  ])('reports %s instead of a deletion', async (_, refusal) => {
    await expect(hidden(refusal)).rejects.toMatchObject({ failure: { kind: 'unavailable' } })
  })
})
