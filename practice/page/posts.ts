import type { Network } from '../network.ts'
import type { Language } from '../scenarios/types.ts'
import { acct, getAccount } from '../store/accounts.ts'
import { listMedia } from '../store/media.ts'
import type { Status } from '../store/statuses.ts'
import { iso, profileUrl, renderHere, statusUrl } from '../view.ts'
import { type Html, html, trusted } from './html.ts'
import { wordsFor } from './words.ts'

/** One post as people see it; with `tools` the customer's own buttons. */
export function postHtml(net: Network, status: Status, look: Look): Html {
  const t = wordsFor(look.language)
  const author = getAccount(net.db, status.account_id)
  if (!author) return html``
  const kinds = `post${author.shop ? ' shop' : ''}${status.in_reply_to_id ? ' reply' : ''}`
  const words = html`<div lang="${status.language ?? look.language}">${trusted(renderHere(net, status.text))}</div>${pictures(net, status)}`
  return html`<article class="${kinds}" id="p${status.id}">
<img class="face" src="/avatars/${encodeURIComponent(acct(author))}.png" alt="" width="40" height="40">
<div><a href="${profileUrl(net, author)}"><b>${author.display_name}</b></a> <span class="soft">@${acct(author)}</span>
<a href="${statusUrl(net, status)}"><time datetime="${iso(status.created_at)}">${clockTime(status.created_at, look.language)}</time></a>
${status.edited_at ? html`<span class="soft">· ${t.edited}</span>` : ''}
${status.visibility === 'public' ? '' : html`<span class="tag">${t[status.visibility]}</span>`}
${status.spoiler ? html`<details><summary>${status.spoiler}</summary>${words}</details>` : words}
${look.tools && !author.shop ? tools(status, look) : ''}</div></article>`
}

function pictures(net: Network, status: Status): Html[] {
  return listMedia(net.db, status.id)
    .filter((media) => media.type === 'image')
    .map(
      (media) =>
        html`<img class="photo" src="/files/${media.id}/small.png" alt="${media.description ?? ''}">`,
    )
}

function tools(status: Status, look: Look): Html {
  const t = wordsFor(look.language)
  return html`<details><summary>${t.edit}</summary>
<form method="post" action="/posts/${status.id}/edit?lang=${look.language}"><label for="e${status.id}">${t.text}</label>
<textarea id="e${status.id}" name="text">${status.text}</textarea>
<div class="row"><button class="main">${t.save}</button></div></form>
<form method="post" action="/posts/${status.id}/delete?lang=${look.language}"><button class="warn">${t.remove}</button></form></details>`
}

function clockTime(ms: number, language: Language): string {
  const options = { hour: '2-digit', minute: '2-digit', day: 'numeric', month: 'short' } as const
  return new Intl.DateTimeFormat(language, options).format(ms)
}

type Look = { language: Language; tools?: boolean }
