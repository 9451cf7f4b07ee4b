/// The one script of the page: every two seconds it asks `/history` for the rows that are shown, and changes the texts
/// that are other ones. It makes no markup of a text.
enum PageScript {
    /// The SHA-256 of the text, in Base64. A test computes it.
    static let hash = "8o1HW6nFv4oc+odYnWlm38QT/qCYSuUbJ2DrA3l/ne4="

    static let text = #"""

        'use strict';
        {
          const part = id => document.getElementById(id);
          const [rows, gone, filter] = ['rows', 'gone', 'filter'].map(part);
          const states = part('states').querySelectorAll('a');
          const asked = query => new URLSearchParams(query).get('filter') || '';
          let timer, serial = 0, answered = new Date();

          const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };
          const set = (node, name, value) => { if (node.getAttribute(name) !== value) node.setAttribute(name, value); };

          const show = page => {
            for (const id of ['verdict', 'agent', 'time', 'extent']) put(part(id), page[id]);
            for (const id of ['previous', 'next']) { set(part(id), 'href', page[id]); part(id).hidden = !page[id]; }
            if (document.title !== page.title) document.title = page.title;
            set(part('verdict'), 'class', page.ready ? 'healthy' : 'unhealthy');
            states.forEach((link, place) => {
              put(link.querySelector('b'), String(page.counts[place]));
              if (asked(link.search) === asked(location.search)) set(link, 'aria-current', 'page');
              else link.removeAttribute('aria-current');
            });
            while (rows.rows.length > page.rows.length) rows.deleteRow(-1);
            page.rows.forEach(([state, ...texts], place) => {
              const row = rows.rows[place]
                || rows.appendChild(part('row').content.querySelector('tr').cloneNode(true));
              set(row, 'class', state);
              row.querySelectorAll('b, i, p, title, path, td:nth-child(n+4)').forEach((node, index) => {
                if (node.localName === 'path') set(node, 'd', texts[index]); else put(node, texts[index]);
              });
            });
          };

          const refresh = async () => {
            const own = ++serial;
            clearTimeout(timer);
            let page;
            try {
              const answer = await fetch('history' + location.search, { signal: AbortSignal.timeout(5000) });
              if (answer.ok) page = await answer.json();
            } catch { }
            if (own !== serial) return;
            if (page) {
              show(page);
              answered = new Date();
            } else if (gone.hidden) {
              put(gone, `The agent does not answer: this is what it said at ${answered.toLocaleTimeString()}.`);
            }
            gone.hidden = !!page;
            document.body.classList.toggle('gone', !page);
            if (!document.hidden) timer = setTimeout(refresh, 2000);
          };

          let typing;
          filter.parentNode.hidden = false;
          filter.addEventListener('input', () => {
            clearTimeout(typing);
            typing = setTimeout(() => {
              const query = filter.value ? '?filter=' + encodeURIComponent(filter.value) : location.pathname;
              window.history.replaceState(null, '', query);
              refresh();
            }, 200);
          });
          document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh(); });
          timer = setTimeout(refresh, 2000);
        }

        """#
}
