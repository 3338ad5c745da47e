// The numbers beside the parts of the navigation and in the page's title.

export function capped(count) { return count > 99 ? "99+" : String(count) }

export function showUnread(count) {
  show("unread", count)
  const title = document.title.replace(/^\(\d+\+?\) /, "")
  document.title = count ? `(${capped(count)}) ${title}` : title
}

// takeUnread and takeRequests show what another rendering of a page, or this one, says.
export function takeUnread(page) { showUnread(countIn(page, "unread")) }

export function takeRequests(page) {
  for (const name of [ "friends", "joins" ]) show(name, countIn(page, name))
}

function countIn(page, name) { return Number(badgeIn(page, name)?.dataset.count ?? 0) }

function show(name, count) {
  const badge = badgeIn(document, name)
  badge.dataset.count = count
  badge.hidden = !count
  badge.querySelector(".nav__count").textContent = capped(count)
}

function badgeIn(page, name) { return page.querySelector(`[data-badge="${name}"]`) }
