import { CircleQuestionMark, Heart, type LucideIcon, Tag, ThumbsDown } from 'lucide-react'
import type { ConversationKind, MessageKind } from '../../../../contract/understanding.ts'
import { useKindWords } from '../../lib/kind-words.ts'

const icons: Record<MessageKind, LucideIcon> = {
  complaint: ThumbsDown,
  praise: Heart,
  question: CircleQuestionMark,
  other: Tag,
}

export function KindIcon({ kind }: { kind: MessageKind }) {
  const Icon = icons[kind]
  return <Icon size={12} aria-hidden className="shrink-0" />
}

/** What a conversation is about, for the rows of the list. */
export function KindMark({ kind }: { kind: ConversationKind }) {
  const words = useKindWords()
  return (
    <span
      title={words[kind]}
      className="flex shrink-0 items-center gap-1 self-center text-xs text-text-3"
    >
      <KindIcon kind={kind} />
      {/* On the narrowest phones the name needs the room. */}
      <span className="max-[359px]:sr-only">{words[kind]}</span>
    </span>
  )
}
