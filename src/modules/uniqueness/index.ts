export {
  keepPrint,
  printReply,
  type ReplyText,
  refuseCopy,
  refuseCopyAgain,
  type StartingPoint,
} from './refuse-copy.ts'
export { registerReplyRules } from './rules.ts'
