import { FaultKind } from '../faults/kinds.ts'
import { ModeName } from '../faults/mode.ts'
import type { Network } from '../network.ts'
import { scenarios } from '../scenarios/index.ts'
import type { Language } from '../scenarios/types.ts'
import { acct, getAccount, getShop, listPeople } from '../store/accounts.ts'
import { listEverything, listThread, type Status } from '../store/statuses.ts'
import { type Html, html } from './html.ts'
import { postHtml } from './posts.ts'
import { faultName, type Words, wordsFor } from './words.ts'

const shownThreads = 25

/** The town square: conversations, the form to speak, stories and trouble. */
export function homeHtml(net: Network, language: Language): Html {
  const t = wordsFor(language)
  const threads = recentThreads(net)
  return html`<div class="columns"><section aria-labelledby="talk"><h2 id="talk">${t.conversations}</h2>
${threads.length === 0 ? html`<p class="card">${t.none}</p>` : ''}
${threads.map((thread) => html`<div class="card">${thread.map((status) => postHtml(net, status, { language, tools: true }))}</div>`)}
</section><aside>${writeForm(net, language, threads)}${stories(language, t)}${trouble(net, language, t)}</aside></div>`
}

function recentThreads(net: Network): Status[][] {
  const newest = listEverything(net.db, null, 300).filter((status) => status.deleted_at === null)
  const ids = [...new Set(newest.map((status) => status.thread_id))].slice(0, shownThreads)
  return ids.map((id) => listThread(net.db, id))
}

function writeForm(net: Network, language: Language, threads: Status[][]): Html {
  const t = wordsFor(language)
  const people = listPeople(net.db)
  return html`<section class="card" aria-labelledby="write"><h2 id="write">${t.write}</h2>
<form method="post" action="/write?lang=${language}" enctype="multipart/form-data">
<label for="as">${t.as}</label><select id="as" name="as"><option value="">${t.someone}</option>
${people.map((person) => html`<option value="${acct(person)}">${person.display_name} (@${acct(person)})</option>`)}</select>
<label for="name">${t.newName}</label><input type="text" id="name" name="name" autocomplete="off">
<label for="text">${t.text}</label><textarea id="text" name="text" required></textarea>
<fieldset><legend class="skip">${t.public}</legend><label><input type="radio" name="visibility" value="public" checked> ${t.public}</label>
<label><input type="radio" name="visibility" value="direct"> ${t.direct}</label></fieldset>
<label for="to">${t.replyTo}</label><select id="to" name="reply_to"><option value="">${t.nothing}</option>
${threads.flat().map((status) => html`<option value="${status.id}">${getAccount(net.db, status.account_id)?.display_name}: ${status.text.slice(0, 60)}</option>`)}</select>
<label for="cw">${t.warning}</label><input type="text" id="cw" name="spoiler">
<label for="photo">${t.photo}</label><input id="photo" type="file" name="photo" accept="image/*">
<label for="alt">${t.photoText}</label><input type="text" id="alt" name="photo_description">
<div class="row"><button class="main">${t.send}</button></div></form></section>`
}

function stories(language: Language, t: Words): Html {
  return html`<section class="card" aria-labelledby="stories"><h2 id="stories">${t.stories}</h2><ul class="plain">
${scenarios.map(
  (each) => html`<li><b>${each.title[language]}</b><div class="soft">${each.about[language]}</div>
<form class="row" method="post" action="/start?lang=${language}"><input type="hidden" name="name" value="${each.name}">
<button name="language" value="en" aria-label="${t.start}: ${each.title[language]}, English">English</button>
<button name="language" value="ro" aria-label="${t.start}: ${each.title[language]}, română">Română</button></form></li>`,
)}</ul></section>`
}

function trouble(net: Network, language: Language, t: Words): Html {
  const faults = net.faults.list()
  const mode = net.modes.get()
  return html`<section class="card${faults.length > 0 ? ' alarm' : ''}" aria-labelledby="trouble"><h2 id="trouble">${t.trouble}</h2>
<p class="soft">${t.troubleLead}</p>
${faults.length > 0 ? html`<p>${t.on}:</p><ul>${faults.map((fault) => html`<li>${faultName(fault.kind, language)} (${t.struck}: ${fault.fired})</li>`)}</ul>` : ''}
<form method="post" action="/trouble?lang=${language}"><label for="kind">${t.kind}</label><select id="kind" name="kind">
${FaultKind.options.map((kind) => html`<option value="${kind}">${faultName(kind, language)}</option>`)}</select>
<label for="times">${t.times}</label><input id="times" name="times" inputmode="numeric">
<label for="seconds">${t.seconds}</label><input id="seconds" name="seconds" inputmode="numeric" value="60">
<div class="row"><button class="warn">${t.cause}</button></div></form>
<form method="post" action="/calm?lang=${language}"><button>${t.calm}</button></form>
<form method="post" action="/mode?lang=${language}"><label for="preset">${t.server}: ${mode.version}</label>
<select id="preset" name="preset">${ModeName.options.map((name) => html`<option>${name}</option>`)}</select>
<div class="row"><button>${t.change}</button></div></form>
<p class="soft">${t.followers}: ${listPeople(net.db).filter((p) => p.follows_shop).length} · @${getShop(net.db).username}</p></section>`
}
