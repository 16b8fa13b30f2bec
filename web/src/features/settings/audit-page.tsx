import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { Download, ScrollText, ShieldCheck } from 'lucide-react'
import { z } from 'zod'
import { request } from '../../lib/api.ts'
import { serverWords } from '../../lib/server-words.ts'
import { Button, buttonLook } from '../../ui/button.tsx'
import { Callout, EmptyState, FormProblem, LoadProblem } from '../../ui/messages.tsx'
import { MoreButton } from '../../ui/more-button.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { ClockTime } from '../../ui/time.tsx'
import { auditQuery } from './queries.ts'

const Verdict = z.union([
  z.object({ ok: z.literal(true), entries: z.int() }),
  z.object({ ok: z.literal(false), brokenAt: z.int(), why: z.string() }),
])

/** What was done, by whom, newest first; each entry is chained to the one before it. */
export function AuditPage() {
  const { t } = useLingui()
  const log = useInfiniteQuery(auditQuery)
  const verify = useMutation({ mutationFn: () => request('/api/v1/audit/verify', Verdict) })
  const entries = log.data?.pages.flatMap((page) => page.items) ?? []
  const broken = verify.data?.ok === false ? serverWords(verify.data.why) : ''
  return (
    <Page
      wide
      title={t`Audit log`}
      intro={t`Every act, kept for good. Nothing in it can be changed without it showing.`}
      actions={
        <div className="flex flex-wrap gap-2">
          <Button busy={verify.isPending} onClick={() => verify.mutate()}>
            <ShieldCheck size={14} aria-hidden />
            <Trans>Verify</Trans>
          </Button>
          <a href="/api/v1/audit/export" download="parley-audit.jsonl" className={buttonLook()}>
            <Download size={14} aria-hidden />
            <Trans>Export</Trans>
          </a>
        </div>
      }
    >
      <div role="status">
        {verify.data?.ok === true && (
          <Callout tone="ok">{t`All ${verify.data.entries} entries are as they were written.`}</Callout>
        )}
        {verify.data?.ok === false && (
          <Callout tone="late">{t`Entry ${verify.data.brokenAt} is not as it was written: ${broken}`}</Callout>
        )}
      </div>
      <FormProblem error={verify.error} />
      <Card className="overflow-x-auto">
        {log.isPending && <SkeletonRows count={5} label={t`Reading the log`} />}
        {log.isError && entries.length === 0 && (
          <LoadProblem error={log.error} onRetry={() => void log.refetch()} />
        )}
        {log.isSuccess && entries.length === 0 && (
          <EmptyState icon={ScrollText} title={t`Nothing was done yet`} />
        )}
        {entries.length > 0 && (
          <table className="w-full text-left text-sm">
            <thead className="text-xs text-text-3">
              <tr className="border-b border-line">
                <th scope="col" className="px-4 py-2 font-medium">{t`When`}</th>
                <th scope="col" className="px-2 py-2 font-medium">{t`Who`}</th>
                <th scope="col" className="px-2 py-2 font-medium">{t`What`}</th>
                <th scope="col" className="px-4 py-2 font-medium max-md:hidden">{t`Details`}</th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <tr key={entry.seq} className="border-b border-line align-top last:border-b-0">
                  <td className="px-4 py-2 whitespace-nowrap text-text-3">
                    <ClockTime at={entry.at} />
                  </td>
                  <td className="px-2 py-2 font-medium md:whitespace-nowrap">{entry.actorName}</td>
                  <td className="px-2 py-2">
                    <span className="block">{entry.act}</span>
                    <span className="block font-mono text-xs break-all text-text-3">
                      {entry.subject}
                    </span>
                  </td>
                  <td className="px-4 py-2 font-mono text-xs break-all text-text-3 max-md:hidden">
                    {detailWords(entry.detail)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Card>
      <MoreButton list={log}>
        <Trans>Earlier entries</Trans>
      </MoreButton>
    </Page>
  )
}

function detailWords(detail: Record<string, unknown>): string {
  return Object.entries(detail)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
}
