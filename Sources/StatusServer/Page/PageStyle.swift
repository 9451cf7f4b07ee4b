/// The one style sheet of the page.
enum PageStyle {
    /// The SHA-256 of the text, in Base64. A test computes it.
    static let hash = "QEsBTE8tIc/0oMXC5fSZnJXdSZOvtnNiRnVPcIA6bGY="

    static let text = """

        :root { color-scheme: light dark; --ink: #1b1b1b; --faint: #595959; --ground: #fff; --line: #d4d4d4;
          --good: #17692f; --bad: #b3261e; --odd: #7a4f00; --link: #0b57d0 }
        @media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --faint: #a8a8a8; --ground: #121212;
          --line: #3a3a3a; --good: #6fd08c; --bad: #ff8a80; --odd: #ffc861; --link: #9ecaff } }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.4 system-ui, sans-serif }
        main { max-width: 70rem; margin: auto; padding: 1rem }
        h1 { margin: 0; font-size: 1.1rem }
        p { margin: .4rem 0 }
        #verdict { font-size: 1.5rem; font-weight: 600 }
        #gone { padding: .5rem; border: 2px solid var(--bad); color: var(--bad); font-weight: 600 }
        .gone table { opacity: .6 }
        a { color: var(--link) }
        nav a { display: inline-block; margin-right: .8rem; padding: .3rem 0 }
        #states, #states + p { display: inline-block; margin-right: 1rem }
        [aria-current] { font-weight: 700; text-decoration: none }
        [hidden] { display: none }
        input { font: inherit; padding: .2rem .4rem }
        table { width: 100%; border-collapse: collapse }
        caption { text-align: left; color: var(--faint) }
        th, td { padding: .4rem .6rem .4rem 0; border-bottom: 1px solid var(--line); text-align: left;
          vertical-align: top; font-weight: 400; overflow-wrap: anywhere }
        thead th { color: var(--faint); overflow-wrap: normal }
        td p { margin: 0 }
        i, #agent, time, td:nth-child(n+4) { color: var(--faint); font-style: normal }
        #verdict.healthy, .healthy td b { color: var(--good) }
        .unhealthy td b, .stale td b, #verdict.unhealthy { color: var(--bad) }
        .starting td b { color: var(--odd) }
        td:nth-child(n+3) { white-space: nowrap }
        svg { width: 7.5rem; height: 2.5rem; display: block }
        path { fill: none; stroke: var(--good); stroke-width: 4 }
        path:nth-of-type(2) { stroke: var(--bad); stroke-width: 40; opacity: .75 }
        path:nth-of-type(3) { stroke: var(--ink); stroke-width: 1.5 }
        @media (max-width: 40rem) { body { font-size: 13px } main { padding: .5rem } svg { width: 4.5rem;
          height: 1.5rem } th, td { padding-right: .4rem } td:nth-child(n+4) { white-space: normal } }

        """
}
