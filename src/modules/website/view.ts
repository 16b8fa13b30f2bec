import { escapeHtml } from '../../../contract/escape-html.ts'
import type { WebsiteView } from '../../../contract/website.ts'
import type { Actor } from '../access/index.ts'
import type { FormOfChannel } from './change-form.ts'
import { canChangeForm } from './policy.ts'
import { siteWords } from './words.ts'

/** The form's settings and what is copied into the website, in the form's first language. */
export function viewForm(
  { publicUrl }: { publicUrl: string },
  actor: Actor,
  { channel, form }: FormOfChannel,
): WebsiteView {
  const page = `${publicUrl}/site/${channel.id}`
  const words = siteWords[form.languages[0] ?? 'en']
  const title = escapeHtml(words.writeTo(channel.displayName))
  const input = (name: string, label: string, type: string, required = true) =>
    `  <p><label>${escapeHtml(label)}<br>\n    <input name="${name}" type="${type}"${required ? ' required' : ''}></label></p>\n`
  return {
    accent: form.accent,
    greeting: form.greeting,
    languages: form.languages,
    name: channel.displayName,
    page,
    snippets: {
      script: `<script src="${page}/embed.js" async></script>`,
      link: `<a href="${page}">${title}</a>`,
      form: `<form method="post" action="${page}/start">\n${input('name', words.name, 'text')}${input('email', words.email, 'email', false)}  <p><label>${escapeHtml(words.message)}<br>\n    <textarea name="message" rows="6" required></textarea></label></p>\n  <p><button>${escapeHtml(words.send)}</button></p>\n</form>`,
    },
    can: { manage: canChangeForm(actor) },
  }
}
