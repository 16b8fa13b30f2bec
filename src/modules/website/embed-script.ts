import { inkOn } from './html.ts'

type Embedded = { embedUrl: string; accent: string }

/**
 * The script for the business's website: a button at the corner that opens the form in a window of its own
 * (a native dialog: Escape closes it, the focus stays in it). Where scripts or frames are forbidden the
 * plain link does the same. It reads nothing of the page but its language, and keeps nothing.
 */
export function embedScript({ embedUrl, accent }: Embedded): string {
  const facts = JSON.stringify({ url: embedUrl, accent, ink: inkOn(accent) })
  return `(function(){
"use strict"
var f=${facts},d=document,s=d.currentScript
var ro=/^ro/i.test(d.documentElement.lang||navigator.language)
var name=(s&&s.dataset.label)||(ro?"Scrieți-ne":"Write to us")
var shut=ro?"Închideți":"Close"
function make(tag,style,text){var e=d.createElement(tag);e.style.cssText=style;if(text)e.textContent=text;return e}
var look="font:600 16px system-ui,sans-serif;border:1px solid rgba(128,128,128,.6);cursor:pointer;"
function start(){
var place=s&&s.dataset.place&&d.querySelector(s.dataset.place)
var open=make("button",look+"background:"+f.accent+";color:"+f.ink+";padding:12px 20px;border-radius:24px;"+(place?"":"position:fixed;right:16px;bottom:16px;z-index:9999"),name)
open.type="button"
open.setAttribute("aria-haspopup","dialog")
var box=make("dialog","padding:0;border:1px solid rgba(128,128,128,.6);border-radius:12px;width:min(420px,94vw);height:min(680px,92vh);background:Canvas;color:CanvasText;overflow:hidden")
box.setAttribute("aria-label",name)
var bar=make("div","display:flex;justify-content:flex-end;height:44px")
var close=make("button",look+"border:0;background:none;color:inherit;padding:0 16px",shut)
close.type="button"
close.onclick=function(){box.close()}
bar.appendChild(close);box.appendChild(bar)
open.onclick=function(){
if(!box.querySelector("iframe")){
var frame=make("iframe","border:0;width:100%;height:calc(100% - 44px)")
frame.title=name;frame.src=f.url;box.appendChild(frame)}
box.showModal()}
;(place||d.body).appendChild(open)
d.body.appendChild(box)}
if(d.body)start();else d.addEventListener("DOMContentLoaded",start)
})()
`
}
