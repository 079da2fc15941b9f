/** The look of a shop's papers: white sheets on grey, hairlines, perforations; carbon paper in the dark. */
export const LOOK = `
:root{color-scheme:light dark;--ground:#e9ebee;--sheet:#fff;--ink:#14181f;--quiet:#5c6470;--rule:#c3c8d0;--note:#f5f6f8;--copy:#a9b1bd;--stamp:#3b4653;--wrong:#b3261e;--act:#14181f;--on-act:#fff}
@media(prefers-color-scheme:dark){:root{--ground:#0b1018;--sheet:#131b27;--ink:#e8ecf2;--quiet:#9aa7b8;--rule:#2c3849;--note:#1a2433;--stamp:#c3ccd8;--wrong:#ff9d94;--act:#e8ecf2;--on-act:#0b1018}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);font:16px/1.5 Archivo,'Helvetica Neue',Helvetica,Arial,sans-serif;color:var(--ink)}
main{background:var(--sheet);border:1px solid var(--rule);border-top:6px solid var(--copy);border-radius:2px}
h1{margin:0 0 .6rem;font-size:1.6rem;line-height:1.2}a{color:inherit}.quiet,time{color:var(--quiet)}
.mono{font-family:'Martian Mono',ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.copies{display:flex;gap:3px;margin-bottom:.5rem}.copies i{width:14px;height:5px;background:#f0c93a}.copies i:first-child{background:#fff;outline:1px solid var(--rule);outline-offset:-1px}.copies i:nth-child(3){background:#ef9ab2}.copies i:nth-child(4){background:#86b6e0}.copies i:nth-child(5){background:#8cc48f}
.stamp{display:inline-block;padding:.3rem .6rem;border:2px solid var(--stamp);border-radius:2px;color:var(--stamp);font:700 .78rem/1.2 'Martian Mono',ui-monospace,Menlo,Consolas,monospace;letter-spacing:.05em;text-transform:uppercase}.stamp.wrong{color:var(--wrong);border-color:var(--wrong)}
.perforation{border:0;border-top:2px dotted var(--rule);margin:1.2rem 0}
:focus-visible{outline:2px solid var(--ink);outline-offset:2px}
`;

export const COPIES = '<div class="copies" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i></div>';
