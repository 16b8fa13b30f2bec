import { createHash } from 'node:crypto'
import { escapeHtml } from '../../../contract/escape-html.ts'

/** HTML that is safe to put into a page as it is. Made only by `html`. */
export type Html = { readonly html: string }

type Part = Html | readonly Html[] | string | number | null | false

/** A piece of HTML: what is put in is escaped, unless it is such a piece itself. `null` and `false` are nothing. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let all = texts[0] ?? ''
  for (const [index, part] of parts.entries()) all += textOf(part) + (texts[index + 1] ?? '')
  return { html: all }
}

function textOf(part: Part): string {
  if (part === null || part === false) return ''
  if (typeof part === 'object') return 'html' in part ? part.html : part.map(textOf).join('')
  return escapeHtml(String(part))
}

export type Page = { lang: string; title: string; accent: string; body: Html; bare?: boolean }

/** Where a page may be shown in a frame; an empty list: nowhere. */
export type Frames = readonly string[]

/** The whole page. One style sheet stands in it, which the policy of `policyFor` lets through by its hash. */
export function renderPage({ lang, title, accent, body, bare = false }: Page): string {
  return html`<!doctype html>
<html lang="${lang}"${bare ? html` class="bare"` : null}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${{ html: styleOf(accent).text }}</style>
</head>
<body>${body}</body>
</html>`.html
}

/** What the page may do: show its own style and send its own form. No script, no picture, nothing from elsewhere. */
export function policyFor(accent: string, frames: Frames): string {
  const ancestors = frames.length === 0 ? "'none'" : ["'self'", ...frames].join(' ')
  const { hash } = styleOf(accent)
  return `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors ${ancestors}`
}

const styles = new Map<string, { text: string; hash: string }>()

/** The style sheet with the business's colour and, on it, black or white, whichever is read better. */
function styleOf(accent: string): { text: string; hash: string } {
  const known = styles.get(accent)
  if (known) return known
  const text = `:root{--accent:${accent};--on:${inkOn(accent)}}${sheet}`
  const style = { text, hash: createHash('sha256').update(text).digest('base64') }
  if (styles.size > 1000) styles.clear()
  styles.set(accent, style)
  return style
}

/** One of the two always has a contrast of 4.5 or more (WCAG 2.2, 1.4.3). */
export function inkOn(colour: string): '#000000' | '#ffffff' {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
  return luminance > 0.179 ? '#000000' : '#ffffff'
}

const sheet = `
:root{--bg:#f6f6f4;--card:#fff;--ink:#1c1c1a;--soft:#5a5a55;--line:#8a8a84;--thin:#dddcd6;--bad:#a3150c;--badbg:#fdf0ee;--good:#14633a;--goodbg:#ecf6f0;--theirs:#f0efeb}
@media (prefers-color-scheme:dark){:root{--bg:#161615;--card:#201f1e;--ink:#ededea;--soft:#b0afa8;--line:#85847d;--thin:#3a3937;--bad:#ffb4ab;--badbg:#3b1b18;--good:#9adbb4;--goodbg:#14301f;--theirs:#2c2b29}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
header{background:var(--accent);color:var(--on);padding:.9rem 1rem}
header p{max-width:38rem;margin:0 auto;font-weight:600}
main{max-width:40rem;margin:0 auto;padding:1.25rem 1rem 3rem}
.bare body{background:var(--card)}.bare header{display:none}.bare main{padding:1rem}
h1{font-size:1.4rem;line-height:1.25;margin:0 0 .5rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
p{margin:0 0 .75rem}.soft{color:var(--soft);font-size:.9rem}
label{display:block;font-weight:600;margin-top:1rem}
label span{font-weight:400;color:var(--soft)}
.hint{display:block;color:var(--soft);font-size:.9rem}
input,textarea{display:block;width:100%;margin-top:.3rem;padding:.6rem .7rem;font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:.5rem}
textarea{min-height:9rem;resize:vertical}
[aria-invalid=true]{border:2px solid var(--bad)}
.wrong{display:block;color:var(--bad);font-weight:600;font-size:.9rem;margin-top:.25rem}
button,.button{display:inline-block;margin-top:1.25rem;padding:.7rem 1.4rem;font:inherit;font-weight:600;color:var(--on);background:var(--accent);border:1px solid var(--line);border-radius:.5rem;text-decoration:none;cursor:pointer}
:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
a{color:inherit}
.trap{position:absolute;left:-9999px;width:1px;height:1px;overflow:hidden}
.note{border-radius:.6rem;padding:.8rem 1rem;margin:0 0 1rem;background:var(--goodbg);color:var(--good)}
.note p:last-child,.note ul{margin:0}.note ul{padding-left:1.2rem}
.note.bad{background:var(--badbg);color:var(--bad)}
.link{display:block;padding:.6rem .7rem;border:1px dashed var(--line);border-radius:.5rem;background:var(--card);font-size:.9rem}
ol{list-style:none;margin:1.25rem 0;padding:0}
li.said{margin:0 0 .9rem;padding:.75rem 1rem;border-radius:.9rem;background:var(--theirs);max-width:88%}
li.mine{margin-left:auto;background:var(--card);border:1px solid var(--thin)}
li.said p{margin:0;white-space:pre-wrap}
li.said .soft{margin-bottom:.15rem;white-space:normal}
li.said b{color:var(--ink)}
`
  .trim()
  .replaceAll('\n', '')
