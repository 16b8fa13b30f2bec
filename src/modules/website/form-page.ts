import type { SiteLanguage } from '../../../contract/website.ts'
import { type Html, html } from './html.ts'
import { type Fault, longestText, type Typed } from './input.ts'
import type { Site } from './read-site.ts'
import { type SiteWords, siteWords } from './words.ts'

type FormView = {
  site: Site
  language: SiteLanguage
  /** Where the form posts to, a path. */
  action: string
  /** The hidden field that says which form this is. */
  ticket: string
  typed: Typed
  faults: readonly Fault[]
  /** What a form on the website had filled in already: asked to be looked at once more. */
  check?: boolean
}

/** The form with what was typed; what is wrong is said at the top and at its field. */
export function formBody(view: FormView): Html {
  const { site, language, faults } = view
  const words = siteWords[language]
  const greeting = site.form.greeting[language] || words.greeting
  return html`<header><p>${site.name}</p></header><main>
<h1>${words.writeTo(site.name)}</h1>
${view.check ? html`<div class="note" role="status"><p>${words.checkAndSend}</p></div>` : html`<p>${greeting}</p>`}
${faultList(words, faults)}
<form method="post" action="${view.action}">
${field(view, 'name', { label: words.name, max: 100, complete: 'name' })}
${field(view, 'email', { label: words.email, max: 254, complete: 'email', hint: words.emailHint, optional: true })}
${field(view, 'order', { label: words.order, max: 60, complete: 'off', optional: true })}
${messageField(words.message, view)}
${hiddenFields(words, view.ticket)}
<button type="submit">${words.send}</button>
</form>
<p class="soft">${words.answersWithin(site.promise)}</p></main>`
}

/** The big field of both pages. */
export function messageField(
  label: string,
  { typed, faults }: { typed: Pick<Typed, 'message'>; faults: readonly Fault[] },
): Html {
  const fault = faults.find((one) => one.field === 'message')
  return html`<label for="message">${label}</label>
<textarea id="message" name="message" required maxlength="${longestText}" rows="6"${wiring('message', fault)}>
${typed.message}</textarea>${fault ? html`<span class="wrong" id="message-wrong">${fault.message}</span>` : null}`
}

/** What tells our forms from others', and a field that only programs see. */
export function hiddenFields(words: SiteWords, ticket: string): Html {
  return html`<div class="trap" aria-hidden="true"><label for="url">${words.trap}</label>
<input id="url" name="url" tabindex="-1" autocomplete="off"></div>
<input type="hidden" name="ticket" value="${ticket}">`
}

export function faultList(words: SiteWords, faults: readonly Fault[]): Html | null {
  if (faults.length === 0) return null
  return html`<div class="note bad" role="alert"><p><b>${words.problems}</b></p><ul>${faults.map(
    ({ field: name, message }) =>
      name ? html`<li><a href="#${name}">${message}</a></li>` : html`<li>${message}</li>`,
  )}</ul><p class="soft">${words.nothingLost}</p></div>`
}

type FieldLook = { label: string; max: number; complete: string; hint?: string; optional?: boolean }

function field(
  { language, typed, faults }: FormView,
  name: 'name' | 'email' | 'order',
  look: FieldLook,
): Html {
  const words = siteWords[language]
  const fault = faults.find((one) => one.field === name)
  const hint = look.hint ? html`<span class="hint" id="${name}-hint">${look.hint}</span>` : null
  return html`<label for="${name}">${look.label}${look.optional ? html` <span>(${words.optional})</span>` : null}</label>${hint}
<input id="${name}" name="${name}" type="${name === 'email' ? 'email' : 'text'}" value="${typed[name]}" maxlength="${look.max}" autocomplete="${look.complete}"${look.optional ? null : html` required`}${wiring(name, fault, hint !== null)}>${fault ? html`<span class="wrong" id="${name}-wrong">${fault.message}</span>` : null}`
}

function wiring(name: string, fault: Fault | undefined, hint = false): Html | null {
  const ids = [hint ? `${name}-hint` : '', fault ? `${name}-wrong` : ''].filter(Boolean).join(' ')
  if (ids === '') return null
  return html` aria-describedby="${ids}"${fault ? html` aria-invalid="true"` : null}`
}
