/// How pages look: light or dark as the reader's system says, one column on a phone. Colour never
/// says anything that a word does not say too.
enum PageStyle {
  static let text = """

    :root {
      --ground: #f6f7f8; --card: #fff; --ink: #1c2126; --quiet: #58626d; --line: #dfe3e7;
      --accent: #1f5fae; --good: #1a7444; --warn: #855300; --bad: #b3261e; --old: #fbe9e7; --new: #e5f4ea;
      color-scheme: light dark;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ground: #14171a; --card: #1b1f23; --ink: #e3e6e9; --quiet: #9ba5af; --line: #2e343a;
        --accent: #8ab4f8; --good: #74c796; --warn: #e3b458; --bad: #f2938b; --old: #3a2422; --new: #1d3326;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0; background: var(--ground); color: var(--ink);
      font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
      font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
    }
    a { color: var(--accent); text-underline-offset: .15em; }
    a:hover { text-decoration-thickness: .15em; }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
    main:focus { outline: none; }
    .skip { position: absolute; left: -100rem; }
    .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem 1rem; z-index: 1; }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); margin: 0; }
    .needs-script { display: none; }
    .script .needs-script { display: inline-block; }
    .script .tools.needs-script { display: flex; }
    [hidden] { display: none !important; }
    .bar, main { max-width: 76rem; margin: 0 auto; padding: 0 1.25rem; }
    .bar { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.25rem; padding-top: 1rem; }
    .bar button { margin-left: auto; }
    .brand { font-weight: 650; letter-spacing: .01em; }
    main { padding-bottom: 4rem; }
    h1 { font-size: 1.6rem; line-height: 1.25; margin: 1.25rem 0 .5rem; font-weight: 650; }
    h2 { font-size: 1.2rem; line-height: 1.3; margin: 2rem 0 .6rem; font-weight: 650; }
    h3 { font-size: 1rem; margin: 0; font-weight: 600; display: inline; }
    h3.alone { display: block; margin: 1.25rem 0 .25rem; }
    p { margin: .4rem 0; }
    code { font: .9em ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; }
    button, input[type=search] {
      font: inherit; color: inherit; background: var(--card); border: 1px solid var(--quiet);
      border-radius: .4rem; padding: .3rem .75rem; min-height: 2.25rem;
    }
    button { cursor: pointer; }
    button[aria-pressed=true] { background: var(--ink); color: var(--ground); }
    .quiet, .why { color: var(--quiet); }
    .why { margin: 0; font-size: .9rem; font-weight: 400; }
    .facts {
      display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .6rem 1.5rem;
      margin: 1rem 0; padding: .9rem 1.1rem; background: var(--card); border: 1px solid var(--line);
      border-radius: .6rem;
    }
    .facts dt { color: var(--quiet); font-size: .85rem; }
    .facts dd { margin: 0; }
    .banner { padding: .7rem 1.1rem; border-left: .3rem solid var(--line); background: var(--card); border-radius: .3rem; }
    .banner.good { border-color: var(--good); } .banner.warn { border-color: var(--warn); } .banner.bad { border-color: var(--bad); }
    #lost { flex-basis: 100%; color: var(--bad); font-weight: 600; }
    .state { white-space: nowrap; font-weight: 600; }
    .good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); } .calm { color: var(--quiet); } .busy { color: var(--accent); }
    .banner.good, .banner.warn, .banner.bad, .banner.calm { color: inherit; }
    .tools { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center; margin: .5rem 0 .75rem; }
    .tools label { display: inline-flex; gap: .5rem; align-items: center; }
    .tools input[type=search] { width: min(22rem, 60vw); }
    input[type=checkbox] { width: 1.1rem; height: 1.1rem; accent-color: var(--accent); }
    .scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
    table { border-collapse: collapse; width: 100%; }
    th, td { text-align: left; vertical-align: top; padding: .5rem .9rem; border-top: 1px solid var(--line); font-weight: 400; }
    thead th { border-top: 0; color: var(--quiet); font-size: .85rem; white-space: nowrap; }
    tbody th { font-weight: 600; }
    .number { text-align: right; white-space: nowrap; }
    .time { white-space: nowrap; }
    details { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; margin: .5rem 0; }
    summary { cursor: pointer; padding: .55rem .9rem; border-radius: .6rem; }
    details > .scroll { border: 0; border-top: 1px solid var(--line); border-radius: 0 0 .6rem .6rem; }
    details details { border: 0; margin: 0; }
    details details > summary { padding: 0; color: var(--quiet); }
    .sign { display: inline-block; min-width: 1.2em; font-weight: 700; }
    ul.plain { list-style: none; margin: 0; padding: 0; }
    ul.plain > li + li { margin-top: .2rem; }
    del, ins { text-decoration: none; padding: 0 .2em; border-radius: .2em; }
    del { background: var(--old); } ins { background: var(--new); }
    .told { margin: .4rem 0; padding-left: 1.2rem; }
    .rest { padding: .5rem .9rem; margin: 0; color: var(--quiet); }
    @media (max-width: 46rem) {
      .wide { display: none; }
      .bar, main { padding-left: .8rem; padding-right: .8rem; }
      th, td { padding: .45rem .6rem; min-width: 5rem; }
    }
    @media print { .bar button, .tools { display: none !important; } details { break-inside: avoid; } }

    """
}
