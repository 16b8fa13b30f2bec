import { deepStrictEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { ChannelId, WorkspaceId } from '../contract/ids.ts'
import type { Connector, RawEvent } from '../src/connectors/contract.ts'
import { mastodon } from '../src/connectors/mastodon/mastodon.ts'
import { type IngestChannel, ingestPage } from '../src/modules/ingest/index.ts'
import { newId } from '../src/platform/ids.ts'
import { type BenchDatabase, openBenchDatabase } from './database.ts'
import { type Arm, compare, refuseNoisy, report, timeArms } from './harness.ts'
import { createCustomers, type Happening, plainEvent, translatePlain } from './ingest/happenings.ts'
import { mastodonEvent } from './ingest/mastodon-events.ts'
import { createRecorder, standing, type Writes, writeRows } from './ingest/recorded-rows.ts'

/** A page of events, what it writes, and the texts that are in it. */
type Batch = { events: RawEvent[]; writes: Writes; flat: FlatRow[] }
type FlatRow = {
  key: Buffer
  id: string
  author: string
  text: string
  html: string | null
  raw: string
  at: Date
}

type Network = {
  name: string
  translate: Connector['translate']
  event(happening: Happening): RawEvent
}

/** The ratios of `npm run bench` use `plain`: raw JSON that says only what is stored, so that the figure is storing and not parsing. */
const networks: Network[] = [
  { name: 'plain', translate: translatePlain, event: plainEvent },
  { name: 'mastodon', translate: mastodon.translate, event: mastodonEvent },
]

const rounds = 9
const sizes = [
  { size: 100, batches: 12 },
  { size: 1000, batches: 2 },
]
const goals = { flat: 0.4, rows: 0.8, growth: 1 }

/**
 * Events to stored, threaded, visible conversations, against F1 (`flat`: the same texts and raw JSON
 * upserted into one table with two unique indexes) and F2 (`rows`: a program that knows all rows and ids
 * beforehand and writes them to the same tables, as the same role, in one transaction).
 * @returns whether the goals were met
 */
export async function ingest(): Promise<boolean> {
  const database = await openBenchDatabase()
  try {
    await database.owner.query(flatTable)
    const met: boolean[] = []
    for (const network of networks) met.push(await measure(database, network))
    return met[0] ?? false
  } finally {
    await database.close()
  }
}

const flatTable = `
  create table public.bench_flat (
    workspace_id uuid not null, id text not null, event_key bytea not null, author text not null, text text not null,
    html text, raw json not null, sent_at timestamptz not null, received_at timestamptz not null default now());
  create unique index on public.bench_flat (workspace_id, event_key);
  create unique index on public.bench_flat (workspace_id, id);
  grant all on public.bench_flat to parley_app;`

async function measure(database: BenchDatabase, network: Network): Promise<boolean> {
  const channelId = newId(ChannelId)
  const recorded = await place(database, channelId)
  const ours = await place(database, channelId)
  const bare = await place(database, channelId)
  const record = createRecorder(database.owner, recorded.workspaceId)
  const happen = createCustomers(7, network.name)
  const prepare = (count: number) =>
    prepareBatch(database, network, { channel: recorded, record }, happen(count).map(network.event))
  const warm = await prepare(500)
  const arms = armsOf(database, network, { ours, bare })
  for (const arm of arms) await arm.run(warm)
  await assertEqual(database, { recorded, ours, bare })

  const rates = new Map<number, number>()
  let met = true
  for (const { size, batches } of sizes) {
    const work: Batch[][] = []
    for (let round = 0; round < rounds; round++) {
      const batch: Batch[] = []
      for (let number = 0; number < batches; number++) batch.push(await prepare(size))
      work.push(batch)
    }
    await database.owner.query('vacuum analyze')
    const timing = refuseNoisy(await timeArms(arms, work), ['flat', 'rows'])
    for (const floor of ['flat', 'rows'] as const) {
      const line = compare(timing, {
        workload: 'ingest',
        metric: `${network.name}: events/s against ${floor}`,
        ours: 'ours',
        floor,
        size,
        units: size * batches,
        ...(size === 100 && { goal: goals[floor] }),
      })
      report(line)
      rates.set(size, line.ours)
      if (size === 100 && line.ratio < goals[floor]) met = false
    }
  }
  await assertEqual(database, { recorded, ours, bare })
  const growth = (rates.get(1000) ?? 0) / (rates.get(100) ?? 1)
  report({
    workload: 'ingest',
    metric: `${network.name}: batch 1000 / batch 100`,
    ratio: growth,
    goal: goals.growth,
  })
  return met && growth >= goals.growth
}

/** A workspace with one channel: the same channel id in each, so that rows can be moved as they are. */
async function place(database: BenchDatabase, channelId: ChannelId): Promise<IngestChannel> {
  const workspaceId = newId(WorkspaceId)
  const values = [workspaceId, channelId]
  await database.owner.query(
    `insert into workspaces (id, name, time_zone, locale, hours) values ($1, 'Bench', 'UTC', 'en', '{}')`,
    [workspaceId],
  )
  await database.owner.query(
    `insert into channels (workspace_id, id, network, service, remote_account_id, handle, display_name, profile_url,
       state, limits, abilities, secret_id, checked_at)
     values ($1, $2, 'mastodon', 'https://town.example', '1', 'shop@town.example', 'Shop', 'https://town.example/@shop',
       'connected', '{}', '{}', $2, now())`,
    values,
  )
  await database.owner.query(
    'insert into channel_streams (workspace_id, channel_id) values ($1, $2)',
    values,
  )
  const account = { remoteId: '1', handle: 'shop@town.example' }
  return { workspaceId, channelId, network: 'mastodon', account }
}

function armsOf(
  database: BenchDatabase,
  network: Network,
  { ours, bare }: { ours: IngestChannel; bare: IngestChannel },
): Arm<Batch>[] {
  return [
    {
      name: 'ours',
      async run({ events }) {
        await ingestPage(database.db, network, ours, { events, cursor: 'cursor', more: false })
      },
    },
    { name: 'flat', run: ({ flat }) => upsertFlat(database, bare.workspaceId, flat) },
    { name: 'rows', run: ({ writes }) => writeRows(database, bare, writes) },
  ]
}

type Recording = { channel: IngestChannel; record: ReturnType<typeof createRecorder> }

async function prepareBatch(
  database: BenchDatabase,
  network: Network,
  { channel, record }: Recording,
  events: RawEvent[],
): Promise<Batch> {
  const { rows } = await database.owner.query<{ xid: string }>(
    'select pg_current_xact_id()::text as xid',
  )
  const page = { events, cursor: 'cursor', more: false }
  const { changed } = await ingestPage(database.db, network, channel, page)
  const writes = await record(rows[0]?.xid ?? '0', changed)
  return { events, writes, flat: events.map((event) => flatRow(network, channel, event)) }
}

function flatRow(network: Network, channel: IngestChannel, { id, raw }: RawEvent): FlatRow {
  const event = network.translate(raw, channel.account)
  const message = event.kind === 'message' ? event : undefined
  return {
    key: createHash('sha256').update(id).digest().subarray(0, 16),
    id,
    author: message?.author.handle ?? '',
    text: message?.text ?? '',
    html: message?.html ?? null,
    raw: JSON.stringify(raw),
    at: message?.createdAt ?? new Date(0),
  }
}

async function upsertFlat(
  database: BenchDatabase,
  workspaceId: WorkspaceId,
  rows: readonly FlatRow[],
): Promise<void> {
  await database.pool.query(
    `insert into bench_flat (workspace_id, id, event_key, author, text, html, raw, sent_at)
     select $1, * from unnest($2::text[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::json[], $8::timestamptz[])
     on conflict (workspace_id, event_key) do nothing`,
    [
      workspaceId,
      rows.map((row) => row.id),
      rows.map((row) => row.key),
      rows.map((row) => row.author),
      rows.map((row) => row.text),
      rows.map((row) => row.html),
      rows.map((row) => row.raw),
      rows.map((row) => row.at),
    ],
  )
}

async function assertEqual(
  database: BenchDatabase,
  { recorded, ours, bare }: Record<'recorded' | 'ours' | 'bare', IngestChannel>,
): Promise<void> {
  const [first, second] = [
    await standing(database, recorded.workspaceId),
    await standing(database, ours.workspaceId),
  ]
  deepStrictEqual(second, first, 'taking in the same events twice gave different rows')
  const third = await standing(database, bare.workspaceId)
  deepStrictEqual(third, first, 'the bare program wrote other rows')
  const { rows } = await database.owner.query<{ count: number }>(
    'select (select count(*) from bench_flat where workspace_id = $1) - (select count(*) from events where workspace_id = $2) as count',
    [bare.workspaceId, ours.workspaceId],
  )
  deepStrictEqual(rows, [{ count: 0 }], 'the flat table holds another number of events')
}
