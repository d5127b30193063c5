/// What pages do: times in words, a filter, all groups opened at once, and where the page is served,
/// news. It takes over only what changed and leaves open what is open, the filter and the focus as
/// they are; whoever marks text or presses "Hold still" is not disturbed.
enum PageScript {
  static let text = """

    'use strict';
    (() => {
      const all = (what, where = document) => [...where.querySelectorAll(what)];
      const one = (id) => document.getElementById(id);
      document.documentElement.classList.add('script');
      const live = '[data-live], [data-keyed] > [id]';
      const seen = new Map(all(live).map((part) => [part.id, part.outerHTML]));

      const ago = (time) => {
        const seconds = Math.max(0, Math.round((Date.now() - time) / 1000));
        if (seconds < 5) return 'now';
        if (seconds < 60) return seconds + ' s ago';
        if (seconds < 3600) return Math.floor(seconds / 60) + ' min ago';
        if (seconds < 86400) return Math.floor(seconds / 3600) + ' h ago';
        return Math.floor(seconds / 86400) + ' d ago';
      };
      const times = () => {
        for (const part of all('time[data-ago]')) {
          const time = new Date(part.dateTime);
          part.title = time.toLocaleString();
          part.textContent = ago(time);
        }
      };

      const filter = () => {
        const box = one('filter');
        if (!box) return;
        const words = box.value.toLowerCase().split(/\\s+/);
        const isNarrow = one('attention')?.checked;
        const rows = all('[data-find]');
        for (const row of rows) {
          const isMeant = words.every((word) => row.dataset.find.includes(word));
          row.hidden = !isMeant || (isNarrow && !('attention' in row.dataset));
        }
        const count = rows.filter((row) => !row.hidden).length;
        one('shown').textContent = count === rows.length ? '' : count + ' of ' + rows.length + ' shown';
      };

      const keys = (part) => [...part.children].map((child) => child.id).join(' ');
      const take = (fresh) => {
        const old = one(fresh.id);
        if (!old || seen.get(fresh.id) === fresh.outerHTML) return;
        seen.set(fresh.id, fresh.outerHTML);
        if ('keyed' in fresh.dataset) {
          if (keys(old) === keys(fresh)) return [...fresh.children].forEach(take);
          for (const child of fresh.children) seen.set(child.id, child.outerHTML);
        }
        const open = all('details[id]', old).map((part) => [part.id, part.open]);
        const focus = old.contains(document.activeElement) ? document.activeElement.id : '';
        old.replaceWith(document.importNode(fresh, true));
        for (const [id, isOpen] of open) if (one(id)) one(id).open = isOpen;
        if (focus) one(focus)?.focus({ preventScroll: true });
      };

      let since = null;
      const refresh = async () => {
        const isBusy = document.hidden || !getSelection().isCollapsed || one('pause').ariaPressed === 'true';
        if (isBusy) return;
        try {
          const answer = await fetch(location.pathname, { cache: 'no-store', signal: AbortSignal.timeout(10000) });
          if (!answer.ok) throw new Error('it answered ' + answer.status);
          const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
          const before = one('state')?.textContent;
          document.title = page.title;
          all('[data-live]', page).forEach(take);
          const now = one('state')?.textContent;
          if (now && now !== before) one('said').textContent = now;
          since = null;
          one('lost').hidden = true;
        } catch (error) {
          since ??= new Date();
          one('lost').textContent = 'No news since ' + since.toLocaleTimeString() + ': ' + error.message
            + '. What is shown is from before.';
          one('lost').hidden = false;
        }
        times();
        filter();
      };

      document.addEventListener('input', (event) => {
        if (['filter', 'attention'].includes(event.target.id)) filter();
      });
      document.addEventListener('click', (event) => {
        const button = event.target.closest('button');
        if (!button) return;
        if (button.id === 'pause') button.ariaPressed = button.ariaPressed === 'true' ? 'false' : 'true';
        if (button.dataset.open) {
          for (const part of all('main details.group')) part.open = button.dataset.open === 'all';
        }
      });
      times();
      filter();
      const seconds = Number(one('main').dataset.refresh);
      if (seconds) {
        setInterval(refresh, seconds * 1000);
        setInterval(times, 5000);
        document.addEventListener('visibilitychange', refresh);
      }
    })();

    """
}
