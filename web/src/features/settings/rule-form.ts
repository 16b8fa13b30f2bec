import { Rule } from '../../../../contract/routing.ts'
import type { MessageKind } from '../../../../contract/understanding.ts'

/** A rule as the form holds it: everything as text, nothing chosen is empty. */
export type RuleForm = {
  name: string
  channelId: string
  languages: string
  words: string
  of: 'any' | 'all'
  kind: '' | MessageKind
  visibility: '' | 'public' | 'private'
  openConversation: '' | 'yes' | 'no'
  openingHours: '' | 'open' | 'closed'
  departmentId: string
  /** A member's id, or how the department takes turns. */
  assign: string
  severity: string
  state: string
  onReopen: boolean
}

export function formOf(rule: Rule | null): RuleForm {
  const { when, give } = rule ?? { when: {}, give: {} }
  const open = when.hasOpenConversation
  return {
    name: rule?.name ?? '',
    channelId: when.channelIds?.[0] ?? '',
    languages: when.languages?.join(', ') ?? '',
    words: when.words?.list.join(', ') ?? '',
    of: when.words?.of ?? 'any',
    kind: when.kinds?.[0] ?? '',
    visibility: when.visibility ?? '',
    openConversation: open === undefined ? '' : open ? 'yes' : 'no',
    openingHours: when.openingHours ?? '',
    departmentId: give.departmentId ?? '',
    assign: give.assign
      ? give.assign.to === 'member'
        ? give.assign.memberId
        : give.assign.to
      : '',
    severity: give.severity ?? '',
    state: give.state ?? '',
    onReopen: rule?.onReopen ?? false,
  }
}

/** The rule that a form describes, or undefined when something is missing in it. What the form does not show is kept from `known`. */
export function ruleOf(form: RuleForm, id: string, known: Rule | null): Rule | undefined {
  const words = listOf(form.words)
  const languages = listOf(form.languages)
  const otherChannels = known?.when.channelIds?.slice(1) ?? []
  const otherKinds = known?.when.kinds?.slice(1) ?? []
  const assign =
    form.assign === 'in-turn' || form.assign === 'least-loaded'
      ? { to: form.assign }
      : { to: 'member', memberId: form.assign }
  return Rule.safeParse({
    id,
    name: form.name,
    when: {
      ...(known?.when.networks && { networks: known.when.networks }),
      ...(form.channelId && { channelIds: [...new Set([form.channelId, ...otherChannels])] }),
      ...(languages.length > 0 && { languages }),
      ...(words.length > 0 && { words: { of: form.of, list: words } }),
      ...(form.kind && { kinds: [...new Set([form.kind, ...otherKinds])] }),
      ...(form.visibility && { visibility: form.visibility }),
      ...(form.openConversation && { hasOpenConversation: form.openConversation === 'yes' }),
      ...(form.openingHours && { openingHours: form.openingHours }),
    },
    give: {
      ...(form.departmentId && { departmentId: form.departmentId }),
      ...(form.assign && { assign }),
      ...(form.severity.trim() && { severity: form.severity }),
      ...(form.state && { state: form.state }),
    },
    onReopen: form.onReopen,
  }).data
}

function listOf(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter(Boolean)
}
