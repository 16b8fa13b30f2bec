/** Refusals that a shop owner can do something about, by Discord's number (docs: JSON error codes). */
const WORDS: Record<number, string> = {
  10003: 'That channel is gone from Discord.',
  10008: 'The message you answer was deleted on Discord.',
  40001: 'The bot may not do this on Discord.',
  50001: 'The bot cannot see this channel. Give its role the permission View Channel there.',
  50007:
    'This person does not accept private messages from the bot: their settings on Discord forbid it, or you no longer share a server.',
  50013:
    'The bot lacks a permission in this channel. Give its role Send Messages, Read Message History and Attach Files there.',
  50024: 'Nothing can be written in a channel of this kind.',
  50083: 'This thread is archived on Discord; somebody must open it again first.',
  160002: 'The bot may not reply here without the permission Read Message History.',
}

/** @returns null where Discord's own words say it better */
export function plainWords(code: number): string | null {
  return WORDS[code] ?? null
}
