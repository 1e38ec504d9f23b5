/**
 * The whole style of the page. Colours are two sets of variables; every pair of text and ground has a contrast of at least
 * 4.5 to 1. No rule of it loads anything. Line breaks stay out of the page.
 */
export const style: string = `
:root{color-scheme:light dark;--ground:#f6f5f1;--paper:#fffefb;--ink:#1d2529;--soft:#566168;--line:#dcdad2;--link:#0b5a7d;
--ok:#16704d;--ok-soft:#dff0e6;--bad:#b3261e;--bad-soft:#fbe6e2;--waiting:#51616b;--waiting-soft:#e6eaec;--unknown:#875400;--unknown-soft:#fbeccb;
--backup:#2b6f97;--copy:#7a5ca8;--track:#e6e4dc;--on:#fff}
@media screen and (prefers-color-scheme:dark){:root{--ground:#12171a;--paper:#1a2125;--ink:#e6ebec;--soft:#a3b0b6;--line:#313b40;--link:#7cc4e8;
--ok:#5cc796;--ok-soft:#17362a;--bad:#ff8f83;--bad-soft:#43201d;--waiting:#a5b4bc;--waiting-soft:#2a343a;--unknown:#f0bd5b;--unknown-soft:#3d2f12;
--backup:#6bb2dc;--copy:#b79be0;--track:#2b3439;--on:#12171a}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}
main,.top,.foot{max-width:70rem;margin:0 auto;padding:0 1.25rem}
.top{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:center;padding-top:1.1rem;padding-bottom:1.1rem}
.top p{margin:0;font-weight:650;display:flex;align-items:center;gap:.5rem}
.top nav{margin-left:auto}
.top nav ul{display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;list-style:none;margin:0;padding:0;font-size:.9rem}
.mark{width:1.5rem;height:1.5rem;fill:none;stroke:var(--bad);stroke-width:4.5}
.mark .in{stroke:var(--paper);stroke-dasharray:5.3 5.3}
.skip{position:absolute;left:-100rem}.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.5rem 1rem;z-index:2}
a{color:var(--link);text-underline-offset:.18em;text-decoration-thickness:1px}
a:focus-visible,summary:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
h1,h2,h3,h4{line-height:1.25;margin:0;font-weight:650}
h2{font-size:1.35rem;margin:3rem 0 .4rem}
h4{font-size:.8rem;color:var(--soft);letter-spacing:.02em;margin:1.1rem 0 .35rem}
h4 small{font-weight:400}
small{font-size:.84em;color:var(--soft)}
code{font:.86em ui-monospace,Menlo,Consolas,monospace;color:var(--soft)}
.hint,.eyebrow{color:var(--soft);font-size:.9rem;margin:.1rem 0 1rem}
.defs{position:absolute}
.sign{width:1.05em;height:1.05em;flex:none;vertical-align:-.16em;margin-right:.4em}
.sign.ok{fill:var(--ok)}.sign.bad{fill:var(--bad)}.sign.waiting{fill:var(--waiting)}.sign.unknown{fill:var(--unknown)}
.on{fill:none;stroke:var(--on);stroke-width:2;stroke-linecap:round}.ring{fill:none;stroke:var(--waiting);stroke-width:2}.hand{fill:none;stroke:var(--waiting);stroke-width:2;stroke-linecap:round}
.first,.unread,.resource,.lanes,table.cards{background:var(--paper);border:1px solid var(--line);border-radius:12px}
.first{padding:1.6rem 1.75rem 1.5rem;border-top:6px solid var(--waiting)}
.first.ok{border-top-color:var(--ok)}.first.bad{border-top-color:var(--bad)}.first.unknown{border-top-color:var(--unknown)}
.first .eyebrow{margin:0 0 .5rem}
h1{font-size:clamp(1.7rem,4.6vw,2.7rem);letter-spacing:-.015em;display:flex;gap:.2em;text-wrap:balance}
h1 .sign{margin-top:.16em}
.lede{font-size:1.08rem;max-width:48rem;margin:.7rem 0 0;color:var(--soft)}
.why{margin:.9rem 0 0;padding:0;list-style:none;max-width:54rem}
.why li{padding:.35rem 0 .35rem .9rem;border-left:3px solid var(--line);margin-bottom:.3rem}
.bad>.why li,.bad .why li{border-left-color:var(--bad)}.unknown .why li{border-left-color:var(--unknown)}
.why a{font-weight:650}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.9rem 1.25rem;margin:1.5rem 0 0;border-top:1px solid var(--line);padding-top:1.1rem}
.tiles dt{font-size:.82rem;color:var(--soft)}.tiles dd{margin:0;font-size:.88rem;color:var(--soft)}
.tiles b{display:block;font-size:1.6rem;line-height:1.2;color:var(--ink);font-weight:600;letter-spacing:-.01em}.tiles b small{font-size:.6em;font-weight:400}
.unread{border-color:var(--unknown);border-width:2px;background:var(--unknown-soft);padding:1.1rem 1.5rem;margin-bottom:1.25rem}
.unread h2{margin:0;font-size:1.15rem}.unread p{margin:.4rem 0}.unread ul{margin:.4rem 0 0;padding-left:1.2rem}.unread code{color:inherit}
.badge{display:inline-flex;align-items:center;font-size:.84rem;font-weight:600;border-radius:99px;padding:.16rem .7rem .16rem .5rem;white-space:nowrap}
.badge.ok{background:var(--ok-soft);color:var(--ok)}.badge.bad{background:var(--bad-soft);color:var(--bad)}.badge.waiting{background:var(--waiting-soft);color:var(--waiting)}.badge.unknown{background:var(--unknown-soft);color:var(--unknown)}
.resource{padding:1.2rem 1.5rem;margin-bottom:1rem}
.resource.bad{border-color:var(--bad)}
article.resource>header{display:flex;flex-wrap:wrap;gap:.1rem .8rem;align-items:baseline}
.resource h3{font-size:1.15rem}.resource header p{margin:0;color:var(--soft);font-size:.92rem}.resource header .badge{margin-left:auto;align-self:center}
details.resource{padding:.55rem 1rem;margin-bottom:.4rem;content-visibility:auto;contain-intrinsic-size:auto 3rem}
details.resource h3{display:inline;font-size:1rem}details.resource summary span:not(.badge){color:var(--soft);font-size:.88rem}details.resource summary .badge{float:right}
summary{cursor:pointer}
.columns{display:grid;grid-template-columns:1fr 1fr;gap:0 2.5rem}
.objectives,.route,.checks,.score ul,.plain,.lanes ul,.legend{list-style:none;margin:0;padding:0}
.objectives li{display:grid;grid-template-columns:1fr auto;gap:0 .75rem;margin-bottom:.5rem;font-size:.93rem}
.objectives svg.bar{grid-column:1/-1}
svg.bar{display:block;width:100%;height:12px}
.track,.fill{height:8px;y:2px;rx:4px}.bound{width:2px;height:12px}
.track{fill:var(--track)}.bar .fill{fill:var(--ok)}.bar.bad .fill{fill:var(--bad)}.bar.unknown .fill{fill:url(#hatch)}.bar.waiting .fill{fill:var(--waiting)}.bound{fill:var(--ink)}
.hatch-paper{fill:var(--unknown-soft)}.hatch-ink{fill:var(--unknown)}
.route{display:flex;flex-wrap:wrap;gap:.5rem 1.6rem}
.route li{flex:1 1 7.5rem;position:relative;border-top:3px solid var(--ok);padding-top:.35rem;font-size:.86rem;line-height:1.35}
.route li.bad{border-top:3px dashed var(--bad)}.route li.waiting{border-top:3px dotted var(--waiting)}.route li.unknown{border-top:3px dotted var(--unknown)}
.route li:not(:last-child)::after{content:"";position:absolute;right:-1.25rem;top:-.44rem;border:.34rem solid transparent;border-left:.5rem solid var(--soft)}
.route b,.route span{display:block}.route span{color:var(--soft)}
.figure{margin:0}.figure b{font-size:1.25rem;font-weight:600}
svg.trend{display:block;width:100%;height:48px;margin-top:.3rem;overflow:visible}
.trend .line{fill:none;stroke:var(--backup);stroke-width:2;vector-effect:non-scaling-stroke;stroke-linejoin:round}.trend .area{fill:var(--backup);opacity:.12;stroke:none}.trend circle{fill:var(--backup)}.trend .limit{stroke:var(--ink);stroke-dasharray:4 4}
.score,.drills{border-top:1px solid var(--line);margin-top:1rem;padding-top:.7rem;font-size:.92rem}
.drills{margin-top:.7rem}
.figures{display:inline-flex;gap:.25rem;margin-right:.35rem;vertical-align:-.1em}
.figures i{font-style:normal;font-weight:650;font-size:.8rem;width:1.35rem;text-align:center;border-radius:5px;border:1.5px solid currentColor}
.figures .ok{color:var(--on);background:var(--ok);border-color:var(--ok)}.figures .bad{color:var(--bad);border-style:dashed}.figures .unknown{color:var(--unknown);border-style:dotted}
.score ul,.checks{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:.45rem 1.5rem;margin-top:.6rem}
.score li,.checks li{display:flex}.score li .sign,.checks li .sign{margin-top:.28em}.score small,.checks small{display:block;line-height:1.35}
.drill{margin-top:1rem;padding-left:.9rem;border-left:2px solid var(--line)}.drill h4{margin:0;color:inherit;font-size:.95rem;font-weight:600}.drill p{margin:.3rem 0;color:var(--soft)}
table.cards{width:100%;border-collapse:separate;border-spacing:0;font-size:.9rem;margin-bottom:1rem}
caption{text-align:left;font-weight:650;padding:.2rem 0 .5rem;font-size:1rem}
th,td{text-align:left;vertical-align:top;padding:.6rem .75rem;border-top:1px solid var(--line)}
thead th{border-top:0;color:var(--soft);font-size:.82rem;font-weight:600;vertical-align:bottom}
td small{display:block;line-height:1.35}td b small,a small,h3 small{display:inline;font-weight:400}.matrix b{font-weight:600;white-space:nowrap}.matrix td,.matrix th{padding:.6rem .5rem}.matrix th:first-child,.matrix td:first-child{padding-left:.9rem}
.matrix{table-layout:fixed}.matrix thead th:first-child{width:17%}td.bad{color:var(--bad);font-weight:650}td.unknown{color:var(--unknown)}
.matrix caption{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;font-size:.84rem;color:var(--soft);margin:.3rem 0 .7rem}
.legend li{display:flex;align-items:center}svg.key{width:20px;height:15px;margin-right:.35rem;overflow:visible}
.lanes{padding:1rem 1.5rem}
svg.axis,svg.lane{display:block;width:100%;overflow:visible}svg.axis{height:20px}svg.lane{height:44px}
.lanes>ul>li,.lanes details li{padding:.35rem 0 .6rem;border-top:1px solid var(--line)}.many .lanes li{content-visibility:auto;contain-intrinsic-size:auto 6rem}
.lanes li{display:grid;grid-template-columns:10rem 1fr;grid-template-rows:auto 1fr;gap:0 1.25rem}.lanes li>a{font-weight:600;font-size:.92rem;grid-column:1}.lanes li>small{grid-column:1;grid-row:2;font-size:.76rem;line-height:1.35}.lanes li>svg{grid-column:2;grid-row:1/3}.lanes svg.axis{margin-left:11.25rem;width:calc(100% - 11.25rem)}
.axis text{font-size:11px;fill:var(--soft)}.axis rect,.grid{fill:var(--line)}.grid{height:44px;width:1px}.lane path{stroke-width:6px;fill:none}
.page{fill:var(--bad)}.notice{fill:url(#hatch)}.b{fill:var(--backup);stroke:var(--backup)}.c{fill:var(--copy);stroke:var(--copy)}.p{fill:var(--ok)}path.p{stroke:var(--ok)}
text.x{fill:var(--bad);font-size:15px;font-weight:700;text-anchor:middle}text.r{fill:var(--link);font-size:12px;text-anchor:middle}text.q{fill:var(--unknown);font-size:14px;font-weight:700;text-anchor:middle}
.plain li{padding:.5rem 0;border-top:1px solid var(--line)}.plain small{display:block}
.foot{color:var(--soft);font-size:.86rem;margin-top:3rem;padding-bottom:3rem}
@media (max-width:46rem){
main,.top,.foot{padding-left:.9rem;padding-right:.9rem}.first,.resource{padding:1.1rem 1.05rem}.lanes{padding:.8rem 1rem}.lanes li{display:block}.lanes li>small{display:block}.lanes svg.axis{margin-left:0;width:100%}.top nav{margin-left:0}
.columns{grid-template-columns:1fr}.tiles{grid-template-columns:1fr 1fr}
table.cards,table.cards tbody,table.cards tr,table.cards td,table.cards th{display:block}table.cards thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
table.cards caption{display:block;padding:.8rem .9rem .2rem}table.cards tr{padding:.8rem .9rem;border-top:1px solid var(--line)}
table.cards td,table.cards th,.matrix td,.matrix th,.matrix th:first-child{border:0;padding:.2rem 0}table.cards th{font-size:1rem}
table.cards td::before{content:attr(data-label);display:block;font-size:.8rem;color:var(--soft);margin-top:.25rem}
.matrix tr{display:grid!important;grid-template-columns:1fr 1fr;gap:.1rem 1rem}.matrix th{grid-column:1/-1}
.route{flex-direction:column;gap:.55rem}.route li{flex:none;border-top:0!important;border-left:3px solid var(--ok);padding:0 0 0 .7rem}.route li.bad{border-left:3px dashed var(--bad)}.route li.waiting{border-left:3px dotted var(--waiting)}.route li:not(:last-child)::after{right:auto;left:-.44rem;top:auto;bottom:-.85rem;border:.34rem solid transparent;border-top:.5rem solid var(--soft)}
}
@media print{
:root{--ground:#fff;--paper:#fff;--ink:#000;--soft:#444;--line:#bbb;--link:#000;--track:#ddd;--ok-soft:#fff;--bad-soft:#fff;--waiting-soft:#fff;--unknown-soft:#fff}
body{font-size:9.5pt}.top nav,.skip{display:none}main,.top,.foot{max-width:none;padding:0}
.resource,.first,.unread,.lanes li,tr,.drill{break-inside:avoid}h2,h3,h4,caption{break-after:avoid}
details::details-content{content-visibility:visible;height:auto}details.resource,.lanes li{content-visibility:visible!important}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`.replace(/\n/g, '');
