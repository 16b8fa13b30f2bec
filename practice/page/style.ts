/** One sheet for all pages: light and dark, from 320 px up. */
export const style = `
:root{color-scheme:light dark;--back:#f6f5f2;--card:#fff;--ink:#1f2421;--soft:#5b645f;--line:#d9dcd6;--accent:#1d6b5f;--accent-ink:#fff;--warn:#8a3b12;--shop:#eaf3f0}
@media (prefers-color-scheme:dark){:root{--back:#161917;--card:#1f2421;--ink:#e9ece8;--soft:#a5aea8;--line:#3a423d;--accent:#6cc7b5;--accent-ink:#10231f;--warn:#f2a67c;--shop:#1d302b}}
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:72rem;margin:0 auto;padding:.75rem 1rem}
header{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;align-items:baseline;justify-content:space-between}
h1{font-size:1.35rem;margin:0}h2{font-size:1.05rem;margin:0 0 .5rem}h1 a{color:inherit;text-decoration:none}
a{color:var(--accent)}.soft,time{color:var(--soft);font-size:.875rem}
.columns{display:grid;gap:1rem;grid-template-columns:minmax(0,1fr)}
@media (min-width:56rem){.columns{grid-template-columns:minmax(0,1fr) 22rem}}
.card{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem;margin:0 0 1rem}
.post{display:grid;grid-template-columns:2.5rem minmax(0,1fr);gap:.25rem .75rem;padding:.6rem;border-radius:.5rem;margin-block:.25rem}
.post.shop{background:var(--shop)}.post.reply{margin-inline-start:min(2rem,5vw)}
.post img.face{width:2.5rem;height:2.5rem;border-radius:50%}.post p{margin:.15rem 0}.post .photo{max-width:100%;height:auto;border-radius:.4rem;max-block-size:14rem}
.invisible{position:absolute;left:-999em}.ellipsis::after{content:"…"}
.tag{border:1px solid var(--line);border-radius:1rem;padding:0 .5rem;font-size:.8rem}
form{margin:0}label{display:block;font-size:.9rem;margin-block:.5rem .15rem}
input,textarea,select,button{font:inherit;color:inherit;border:1px solid var(--soft);border-radius:.4rem;background:var(--card);padding:.4rem .6rem;max-width:100%}
input:not([type=radio],[type=checkbox]),textarea,select{width:100%}textarea{min-height:5rem}
button{cursor:pointer;min-height:2.5rem}button.main{background:var(--accent);border-color:var(--accent);color:var(--accent-ink);font-weight:600}
button.warn{color:var(--warn);border-color:var(--warn)}.row{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin-block:.5rem}
details summary{cursor:pointer;font-size:.875rem;color:var(--soft)}fieldset{border:0;padding:0;margin:.5rem 0}legend{font-size:.9rem}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.alarm{border-color:var(--warn)}ul.plain{list-style:none;margin:0;padding:0}#fresh{position:sticky;top:.5rem;text-align:center}
.skip{position:absolute;left:-999em}.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem}
`
