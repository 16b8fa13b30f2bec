import { z } from 'zod'
import { type Api, rejected, request } from './api.ts'
import { Facets } from './schemas.ts'
import { parse } from './xrpc.ts'

/** A facet as it is written: byte offsets and what stands there. */
export type NewFacet = {
  index: { byteStart: number; byteEnd: number }
  features: ({ $type: string } & ({ uri: string } | { did: string } | { tag: string }))[]
}

const TYPE = 'app.bsky.richtext.facet'
const Resolved = z.object({ did: z.string().startsWith('did:') })

/**
 * Links, tags and people in a text that is about to be sent, found as Bluesky's own apps find them.
 * A name that nobody has stays plain text. Throws ConnectorError when names cannot be looked up now.
 */
export async function detectFacets(api: Api, text: string): Promise<NewFacet[]> {
  // Read when first needed: the library holds every lexicon and takes a second to load.
  const { RichText } = await import('@atproto/api')
  const rich = new RichText({ text })
  rich.detectFacetsWithoutResolution()
  const facets: NewFacet[] = []
  for (const facet of Facets.parse(rich.facets) ?? []) {
    const feature = facet?.features[0]
    if (!facet || !feature) continue
    const { index } = facet
    if (feature.uri) facets.push({ index, features: [{ $type: `${TYPE}#link`, uri: feature.uri }] })
    else if (feature.tag)
      facets.push({ index, features: [{ $type: `${TYPE}#tag`, tag: feature.tag }] })
    else if (feature.did) {
      const did = await resolve(api, feature.did)
      if (did !== null) facets.push({ index, features: [{ $type: `${TYPE}#mention`, did }] })
    }
  }
  return facets
}

/** Asked of the account's own server; null: nobody has this handle. */
async function resolve(api: Api, handle: string): Promise<string | null> {
  const call = { name: 'com.atproto.identity.resolveHandle', query: { handle } }
  const answer = await request(api, call)
  if (answer.status === 400 || answer.status === 404) return null
  if (answer.status >= 300) throw rejected(answer)
  return parse(call, answer.body, Resolved).did
}
