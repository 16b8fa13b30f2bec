/**
 * What a person's browser does on the network's consent page: opens it, presses yes or no, and is sent
 * back. @returns the path and query at Parley that it is sent to
 */
export async function answerConsentPage(address: string, answer: 'yes' | 'no'): Promise<string> {
  const page = await fetch(address)
  const html = await page.text()
  if (page.status !== 200) throw new Error(`the consent page answered ${page.status}: ${html}`)
  const inputs = html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)
  const form = new URLSearchParams()
  for (const [, name = '', value = ''] of inputs) form.set(name, read(value))
  form.set('answer', answer)
  const response = await fetch(new URL('/oauth/authorize', address), {
    method: 'POST',
    body: form,
    redirect: 'manual',
  })
  const back = new URL(response.headers.get('location') ?? '')
  return `${back.pathname}${back.search}`
}

function read(html: string): string {
  return html
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
