import { z } from 'zod'

// What the Bot API sends, as far as it is read (core.telegram.org/bots/api, 10.1). Everything that nothing
// fails without is optional: servers of other versions leave fields out and add some.

const id = z.int()
const seconds = z
  .int()
  .nonnegative()
  .max(8e12 / 1000)

export const User = z.object({
  id,
  is_bot: z.boolean().default(false),
  first_name: z.string().default(''),
  last_name: z.string().optional(),
  username: z.string().optional(),
})
export type User = z.infer<typeof User>

export const Me = User.extend({
  username: z.string(),
  can_join_groups: z.boolean().default(true),
  can_read_all_group_messages: z.boolean().default(false),
})
export type Me = z.infer<typeof Me>

export const Chat = z.object({
  id,
  type: z.enum(['private', 'group', 'supergroup', 'channel']),
  title: z.string().optional(),
  username: z.string().optional(),
})
export type Chat = z.infer<typeof Chat>

export const Entity = z.object({
  type: z.string(),
  offset: z.int().nonnegative(),
  length: z.int().nonnegative(),
  url: z.string().optional(),
})
export type Entity = z.infer<typeof Entity>

const File = z.object({
  file_id: z.string(),
  file_unique_id: z.string(),
  file_size: z.number().optional(),
  file_name: z.string().optional(),
  mime_type: z.string().optional(),
  width: z.int().optional(),
  height: z.int().optional(),
})
export type File = z.infer<typeof File>

export const Message = z.object({
  message_id: id,
  message_thread_id: id.optional(),
  is_topic_message: z.boolean().optional(),
  is_automatic_forward: z.boolean().optional(),
  from: User.optional(),
  sender_chat: Chat.optional(),
  chat: Chat,
  date: seconds,
  edit_date: seconds.optional(),
  reply_to_message: z.object({ message_id: id }).optional(),
  text: z.string().optional(),
  entities: z.array(Entity).optional(),
  caption: z.string().optional(),
  caption_entities: z.array(Entity).optional(),
  photo: z.array(File).optional(),
  video: File.optional(),
  animation: File.optional(),
  video_note: File.optional(),
  voice: File.optional(),
  audio: File.optional(),
  document: File.optional(),
  sticker: File.extend({ emoji: z.string().optional() }).optional(),
  location: z.object({ latitude: z.number(), longitude: z.number() }).optional(),
  contact: z
    .object({ phone_number: z.string(), first_name: z.string(), last_name: z.string().optional() })
    .optional(),
  poll: z
    .object({ question: z.string(), options: z.array(z.object({ text: z.string() })) })
    .optional(),
})
export type Message = z.infer<typeof Message>

export const Update = z.object({
  update_id: id,
  message: Message.optional(),
  edited_message: Message.optional(),
})
export type Update = z.infer<typeof Update>

/** What is read of an update before it is stored, however strange the rest of it is. */
const Head = z.object({
  message_id: id,
  edit_date: seconds.optional(),
  chat: z.object({ id }),
})
export const UpdateHead = z.object({
  update_id: id,
  message: Head.optional().catch(undefined),
  edited_message: Head.optional().catch(undefined),
})

export const WebhookInfo = z.object({
  url: z.string().default(''),
  pending_update_count: z.int().default(0),
  last_error_date: z.int().optional(),
  last_error_message: z.string().optional(),
})

export const RemoteFile = z.object({
  file_path: z.string().optional(),
  file_size: z.number().optional(),
})

export const Refusal = z.object({
  description: z.string().default(''),
  error_code: z.int().optional(),
  parameters: z
    .object({
      retry_after: z.number().optional(),
      migrate_to_chat_id: z.int().optional(),
    })
    .optional(),
})
export type Refusal = z.infer<typeof Refusal>
