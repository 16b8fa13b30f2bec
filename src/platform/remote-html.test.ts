import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { htmlToText, sanitiseRemoteHtml } from './remote-html.ts'

/**
 * All that may ever come out. No tag in it switches a browser's parser to other rules and no attribute
 * holds < > or an unescaped quote, so what matches means the same to every parser.
 */
const SAFE = new RegExp(
  '^(?:[^<>&]|&(?:amp|lt|gt|quot);|<br />|</?(?:p|span|blockquote|code|pre|ul|ol|li|b|strong|i|em|del)>|</a>|' +
    '<a(?: href="(?:https?://|mailto:)[^"<>\\s]*" rel="noopener noreferrer nofollow ugc" target="_blank")?>)*$',
)

const attacks = [
  '<script>alert(1)</script>',
  '<SCRIPT SRC=//evil.example/x.js></SCRIPT>',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '<<SCRIPT>alert("XSS");//\\<</SCRIPT>',
  '<img src=x onerror=alert(1)>',
  '<IMG """><SCRIPT>alert("XSS")</SCRIPT>"\\>',
  '<img src="jav\tascript:alert(1)">',
  '<p onclick=alert(1) style="background:url(javascript:alert(1))" class=x id=y>x</p>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="JaVaScRiPt:alert(1)">x</a>',
  '<a href=" \x01javascript:alert(1)">x</a>',
  '<a href="java\nscript:alert(1)">x</a>',
  '<a href="&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)">x</a>',
  '<a href="&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1)">x</a>',
  '<a href="java&Tab;script&colon;alert(1)">x</a>',
  '<a href="javascript&#0000058alert(1)">x</a>',
  '<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>',
  '<a href="vbscript:msgbox(1)">x</a>',
  '<a href="//evil.example">x</a>',
  '<a href="/\\evil.example">x</a>',
  '<a href="https://bank.example@evil.example/">x</a>',
  '<a href="https://x.example/" onmouseover="alert(1)" target="_top" rel="opener">x</a>',
  '<a href="https://x.example/&quot; onmouseover=&quot;alert(1)">x</a>',
  '<a href=https://x.example/`onmouseover=alert(1)`>x</a>',
  '<a/href="javascript:alert(1)"/onclick=alert(1)>x',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<object data="javascript:alert(1)"><embed src=x></object>',
  '<svg onload=alert(1)>',
  '<svg><script>alert&#40;1)</script></svg>',
  '<svg><a xlink:href="javascript:alert(1)"><text x=20 y=20>x</text></a></svg>',
  '<svg><style><img src=x onerror=alert(1)></style></svg>',
  '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
  '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<textarea><img title="</textarea><img src=x onerror=alert(1)>">',
  '<title><a title="</title><img src=x onerror=alert(1)>">',
  '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
  '<template><script>alert(1)</script></template>',
  '<select><option><style></option></select><img src=x onerror=alert(1)></style>',
  '<plaintext><img src=x onerror=alert(1)>',
  '<![CDATA[<img src=x onerror=alert(1)>]]>',
  '<!--><img src=x onerror=alert(1)>-->',
  '<!-- --!><img src=x onerror=alert(1)> -->',
  '<?xml version="1.0"?><script>alert(1)</script>',
  '<!DOCTYPE html [<!ENTITY x "<script>alert(1)</script>">]>&x;',
  '<base href="javascript:alert(1)//">',
  '<meta http-equiv=refresh content="0;url=javascript:alert(1)">',
  '<link rel=stylesheet href="//evil.example/x.css">',
  '<style>@import "//evil.example/x.css";</style>',
  '<form action="javascript:alert(1)"><input type=submit formaction="javascript:alert(1)"></form>',
  '<video><source onerror="alert(1)"></video>',
  '<details open ontoggle=alert(1)>',
  '<p>\0<scr\0ipt>alert(1)</scr\0ipt>',
  '<a href="https://x.example',
  "<a href='https://x.example/\"><img src=x onerror=alert(1)>'>x</a>",
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;script&#62;alert(1)',
  '\ud800<script>alert(1)</script>',
]

describe('sanitiseRemoteHtml', () => {
  it.each(attacks)('leaves nothing that acts in %j', (attack) => {
    const clean = sanitiseRemoteHtml(attack)
    expect(clean).toMatch(SAFE)
    expect(sanitiseRemoteHtml(clean)).toBe(clean)
    expect(sanitiseRemoteHtml(htmlToText(attack))).toMatch(SAFE)
  })

  it('leaves nothing that acts in any soup of the attacks', () => {
    const crumbs = attacks.flatMap((attack) => attack.split(/(?=[<>"'=\s&])/))
    const soup = fc.array(
      fc.constantFrom(...crumbs, '<p>', '</p>', '<a href="https://x.example/?a=1&b=2">'),
      {
        maxLength: 40,
      },
    )
    fc.assert(
      fc.property(soup, (parts) => {
        const clean = sanitiseRemoteHtml(parts.join(''))
        expect(clean).toMatch(SAFE)
        expect(sanitiseRemoteHtml(clean)).toBe(clean)
      }),
      { numRuns: 500 },
    )
  })

  it('keeps what a Mastodon post is made of, without classes', () => {
    const post =
      '<p><span class="h-card"><a href="https://shop.example/@help" class="u-url mention">@<span>help</span></a></span> my <strong>order</strong><br>is <em>late</em></p>'
    expect(sanitiseRemoteHtml(post)).toBe(
      '<p><span><a href="https://shop.example/@help" rel="noopener noreferrer nofollow ugc" target="_blank">@<span>help</span></a></span> my <strong>order</strong><br />is <em>late</em></p>',
    )
  })

  it('keeps the words of unknown tags apart, and drops images', () => {
    expect(
      sanitiseRemoteHtml('<h1>Late</h1><div>Order <u>12</u></div><img src=//t.example/p.gif>'),
    ).toBe('<p>Late</p><p>Order 12</p>')
  })

  it('keeps mail and web links and no others', () => {
    const hrefs = [
      'mailto:a@b.example',
      'http://x.example/',
      'ftp://x.example/',
      'tel:1',
      '/relative',
      '#a',
    ]
    const kept = hrefs.filter((href) =>
      sanitiseRemoteHtml(`<a href="${href}">x</a>`).includes('href'),
    )
    expect(kept).toEqual(['mailto:a@b.example', 'http://x.example/'])
  })

  it.each([
    '<b>',
    '<p>',
    '<a href=http://x>',
    '<',
    '&',
    '<svg>',
    '<li>',
    '<a x="',
    '<pre>',
    '<pre> ',
    '<!--',
  ])('bounds the time for input made of %j', { timeout: 60_000 }, (crumb) => {
    const clean = sanitiseRemoteHtml(crumb.repeat(1_000_000 / crumb.length))
    htmlToText(crumb.repeat(1_000_000 / crumb.length))
    expect(clean).toMatch(SAFE)
  })
})

describe('htmlToText', () => {
  it.each([
    ['<p>one<br>two</p><p>three</p>', 'one\ntwo\n\nthree'],
    ['<p>a</p>\n\n\n<p>b</p>', 'a\n\nb'],
    ['a &amp;&lt;b&gt; &quot;c&quot; &eacute; &amp;lt;', 'a &<b> "c" é &lt;'],
    ['<ul>\n<li>a</li>\n<li>b</li>\n</ul>after', '- a\n- b\n\nafter'],
    ['<pre>a\n  b</pre>', 'a\n  b'],
    ['x  \n y', 'x y'],
    ['<p>e\u0301</p>', '\u00e9'],
    ['<style>p{}</style><script>x</script>', ''],
    ['<blockquote>they said</blockquote>no', 'they said\n\nno'],
    [
      '@<span>help</span> <a href="https://x.example/long"><span class="invisible">https://</span>x.example</a>',
      '@help https://x.example',
    ],
    ['', ''],
  ])('reads %j as %j', (html, text) => {
    expect(htmlToText(html)).toBe(text)
  })

  it('gives back any plain words that were escaped into a paragraph', () => {
    const escaped = (text: string) =>
      text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    const words = fc.string({ unit: 'grapheme', maxLength: 40 })
    fc.assert(
      fc.property(words, (text) => {
        const plain = text.normalize('NFC').replace(/\s+/g, ' ').trim()
        expect(htmlToText(`<p>${escaped(plain)}</p>`)).toBe(plain)
      }),
    )
  })
})
