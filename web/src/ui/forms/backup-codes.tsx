import { Trans, useLingui } from '@lingui/react/macro'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../button.tsx'
import { CopyButton } from '../copy.tsx'
import { Checkbox } from '../field.tsx'

/** The codes that replace a lost phone. Shown this once; the way on opens when they are kept. */
export function BackupCodes({ codes, onKept }: { codes: string[]; onKept(): void }) {
  const { t } = useLingui()
  const [kept, setKept] = useState(false)
  const text = codes.join('\n')
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-text-2">
        <Trans>
          If you lose your phone, each of these codes lets you in once. Keep them away from this
          computer: printed, or in a password manager. They are not shown again.
        </Trans>
      </p>
      <ul className="grid grid-cols-2 gap-x-6 gap-y-1 rounded-lg border border-line bg-sunken px-4 py-3 font-mono text-sm">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <CopyButton value={text} label={t`Copy all`} />
        <Button onClick={() => download(text)}>
          <Download size={14} aria-hidden />
          <Trans>Download</Trans>
        </Button>
      </div>
      <Checkbox
        label={t`I have kept the codes in a safe place`}
        checked={kept}
        onChange={(event) => setKept(event.target.checked)}
      />
      <Button look="primary" size="lg" disabled={!kept} onClick={onKept}>
        <Trans>Go on</Trans>
      </Button>
    </div>
  )
}

function download(text: string): void {
  const url = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = 'parley-backup-codes.txt'
  link.click()
  URL.revokeObjectURL(url)
}
