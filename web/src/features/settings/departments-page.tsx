import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Building2, Pencil, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Department } from '../../../../contract/departments.ts'
import { departmentsQuery } from '../../lib/queries/departments.ts'
import { membersQuery } from '../../lib/queries/members.ts'
import { useMe } from '../../lib/queries/session.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Confirm, Dialog } from '../../ui/dialog.tsx'
import { Checkbox, Field, TextInput } from '../../ui/field.tsx'
import { EmptyState, FormProblem, LoadProblem } from '../../ui/messages.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { changeDepartment, createDepartment, removeDepartment } from './team-queries.ts'

/** The departments of the business and who is in them. */
export function DepartmentsPage() {
  const { t } = useLingui()
  const { may } = useMe()
  const departments = useQuery(departmentsQuery)
  const [editing, setEditing] = useState<Department | 'new'>()
  const [removing, setRemoving] = useState<Department>()
  return (
    <Page
      title={t`Departments`}
      intro={t`Conversations are handed over to a department; somebody in it takes them. A person may be in several.`}
      actions={
        may('manage-workspace') && (
          <Button look="primary" onClick={() => setEditing('new')}>
            <Plus size={14} aria-hidden />
            <Trans>New department</Trans>
          </Button>
        )
      }
    >
      <Card>
        {departments.isPending && <SkeletonRows count={3} label={t`Reading the departments`} />}
        {departments.isError && !departments.data && (
          <LoadProblem error={departments.error} onRetry={() => void departments.refetch()} />
        )}
        {departments.data?.length === 0 && (
          <EmptyState icon={Building2} title={t`No departments yet`}>
            <Trans>
              Make one for each part of the business that answers by itself: returns, orders, press.
            </Trans>
          </EmptyState>
        )}
        <ul>
          {departments.data?.map((department) => (
            <DepartmentRow
              key={department.id}
              department={department}
              onEdit={() => setEditing(department)}
              onRemove={() => setRemoving(department)}
            />
          ))}
        </ul>
      </Card>
      {editing && (
        <DepartmentDialog
          department={editing === 'new' ? null : editing}
          onClose={() => setEditing(undefined)}
        />
      )}
      {removing && (
        <RemoveDepartment department={removing} onClose={() => setRemoving(undefined)} />
      )}
    </Page>
  )
}

function DepartmentRow({
  department,
  onEdit,
  onRemove,
}: {
  department: Department
  onEdit(): void
  onRemove(): void
}) {
  const { t } = useLingui()
  const { name, members, open, can } = department
  return (
    <li className="flex items-center gap-3 border-b border-line px-4 py-2.5 last:border-b-0">
      <div className="min-w-0 flex-1">
        <p className="text-sm font-medium break-words">{name}</p>
        <p className="text-xs text-text-3">
          {members.map((member) => member.name).join(', ') || t`Nobody is in it yet`}
        </p>
      </div>
      <span className="tnum text-xs text-text-3">{t`${open} open`}</span>
      {can.change && (
        <>
          <IconButton label={t`Change ${name}`} onClick={onEdit}>
            <Pencil size={16} aria-hidden />
          </IconButton>
          <IconButton label={t`Remove ${name}`} onClick={onRemove}>
            <Trash2 size={16} aria-hidden />
          </IconButton>
        </>
      )}
    </li>
  )
}

function DepartmentDialog({
  department,
  onClose,
}: {
  department: Department | null
  onClose(): void
}) {
  const { t } = useLingui()
  const client = useQueryClient()
  const members = useQuery(membersQuery).data ?? []
  const [name, setName] = useState(department?.name ?? '')
  const [inside, setInside] = useState(() => new Set(department?.members.map(({ id }) => id)))
  const save = useMutation({
    mutationFn: () => {
      const body = { name, memberIds: [...inside] }
      return department ? changeDepartment(department.id, body) : createDepartment(body)
    },
    onSuccess: onClose,
    onSettled: () => client.invalidateQueries({ queryKey: ['departments'] }),
  })
  const submit = () => name.trim() !== '' && save.mutate()
  return (
    <Dialog
      title={department ? t`Change ${department.name}` : t`New department`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button
            look="primary"
            busy={save.isPending}
            disabled={name.trim() === ''}
            onClick={submit}
          >
            <Trans>Save</Trans>
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Field label={t`Name of the department`}>
          {(wiring) => (
            <TextInput
              {...wiring}
              value={name}
              maxLength={80}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 text-sm font-medium">
            <Trans>Who is in it</Trans>
          </legend>
          {members.map((member) => (
            <Checkbox
              key={member.id}
              label={member.name}
              checked={inside.has(member.id)}
              onChange={(event) => {
                const next = new Set(inside)
                if (event.target.checked) next.add(member.id)
                else next.delete(member.id)
                setInside(next)
              }}
            />
          ))}
        </fieldset>
        <FormProblem error={save.error} />
      </form>
    </Dialog>
  )
}

function RemoveDepartment({ department, onClose }: { department: Department; onClose(): void }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => removeDepartment(department.id),
    onSuccess: onClose,
    onSettled: () => client.invalidateQueries({ queryKey: ['departments'] }),
  })
  return (
    <Confirm
      title={t`Remove the department ${department.name}?`}
      act={t`Remove`}
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>
        <Trans>Conversations that are done keep its name. It must hold no open ones.</Trans>
      </p>
      <FormProblem error={remove.error} />
    </Confirm>
  )
}
