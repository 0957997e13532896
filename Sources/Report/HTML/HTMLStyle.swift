/// How the page looks: on light and dark ground as the reader's system says, on paper and on a phone.
enum HTMLStyle {
    /// All of it. The page allows styles with this very content and no others, so that `hash` goes with it.
    static let css = own + "\n" + LockSVG.css

    /// Of `css` as the Content-Security-Policy has it: SHA-256 in Base64.
    static let hash = "sha256-o4trO8w1vxVVsPHVefqVCBN3XhWwxXDP6HaPBDtePxA="

    private static let own = """
        :root{color-scheme:light dark;--ground:#fff;--ink:#1f2328;--faint:#59636e;--line:#d1d9e0;--soft:#f6f8fa;
        --red:#cf222e;--yellow:#9a6700;--green:#1a7f37;--violet:#8250df;--link:#0969da}
        @media (prefers-color-scheme:dark){:root{--ground:#0d1117;--ink:#e6edf3;--faint:#9198a1;--line:#3d444d;
        --soft:#151b23;--red:#ff7b72;--yellow:#d29922;--green:#3fb950;--violet:#bc8cff;--link:#58a6ff}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0 auto;padding:1rem;max-width:70rem;background:var(--ground);color:var(--ink);
        font:15px/1.5 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;overflow-wrap:anywhere}
        h1{font-size:1.5rem;line-height:1.25;margin:0 0 .25rem}
        h2{font-size:1.15rem;line-height:1.3;margin:2rem 0 .5rem}
        h3{font-size:.95rem;margin:1rem 0 .25rem}
        p,ul,ol{margin:.25rem 0 .5rem}
        ul,ol{padding-left:1.25rem}
        a{color:var(--link)}
        .faint{color:var(--faint)}
        .badge{display:inline-block;border-radius:.4rem;padding:0 .5rem;margin-right:.35rem;color:var(--ground);
        font-weight:600;background:var(--faint)}
        .critical,.p1,.p2,.trouble{background:var(--red)}
        .warning,.p3,.p4,.pending,.careful{background:var(--yellow)}
        .ok,.fine{background:var(--green)}
        .unknown{background:var(--violet)}
        .alert{border:1px solid var(--line);border-radius:.6rem;padding:.25rem 1rem 1rem;margin:1rem 0}
        .alert h2{margin-top:.75rem}
        .places{list-style:none;padding:0}
        .places li{padding:.4rem 0;border-top:1px solid var(--line);display:flex;flex-wrap:wrap;gap:.15rem 1rem;
        align-items:center}
        .places li>div{flex:1 1 18rem;min-width:0}
        .value{font-weight:600}
        .scroll{overflow-x:auto;max-width:100%}
        .scroll svg{display:block}
        table{border-collapse:collapse;font-size:.87rem;margin:.25rem 0 .75rem}
        th,td{border-bottom:1px solid var(--line);padding:.2rem .6rem;text-align:left;vertical-align:top;
        overflow-wrap:normal}
        td{max-width:28rem;overflow-wrap:break-word}
        th{color:var(--faint);font-weight:500}
        .number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
        pre{background:var(--soft);border:1px solid var(--line);border-radius:.4rem;padding:.5rem .75rem;margin:.25rem 0 .75rem;
        overflow-x:auto;font:.82rem/1.45 ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:normal}
        details{margin:.5rem 0}
        summary{cursor:pointer;font-weight:600;font-size:.95rem}
        .chart{flex:none;color:var(--faint);font-size:.75rem}
        .chart svg{display:block;width:220px;height:44px}
        .chart path{fill:none;stroke:var(--link);stroke-width:1.5;vector-effect:non-scaling-stroke}
        .chart line{stroke:var(--red);stroke-dasharray:4 3;vector-effect:non-scaling-stroke}
        footer{margin-top:3rem;color:var(--faint);font-size:.85rem}
        @media (max-width:34rem){body{padding:.75rem}.alert{padding:.25rem .75rem .75rem}h1{font-size:1.25rem}}
        @media print{.scroll{overflow:visible}.alert{break-inside:avoid}}
        """
}
