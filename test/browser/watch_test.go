package browser

import (
	"regexp"
	"slices"
)

// watch makes a page note what a person in front of it could have seen since: what
// the connection bar said, what the head said about the other, and what was wrong.
const watch = `(() => {
	window.seen = { bar: [], about: [], wrong: [] }
	const note = (list, what) => what && what !== list.at(-1) && list.push(what)
	const all = css => [ ...document.querySelectorAll(css) ]
	const look = () => {
		const bar = document.querySelector("connection-bar")
		note(seen.bar, bar.hidden ? "" : bar.querySelector(".connection__text").textContent)
		note(seen.about, document.querySelector(".pane__about").textContent.trim())
		const seqs = all(".timeline__entries [data-seq]").map(e => Number(e.dataset.seq)).filter(Boolean)
		if (seqs.some((seq, i) => seq !== seqs[0] + i)) note(seen.wrong, "order " + seqs)
		const texts = all(".timeline__entries .message__text").map(e => e.textContent)
		if (new Set(texts).size < texts.length) note(seen.wrong, "twice " + texts)
		for (const e of all("[role=alert], .message__refused")) note(seen.wrong, e.textContent.trim())
	}
	new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
	look()
})()`

// reconnecting is all that the bar may say.
var reconnecting = regexp.MustCompile(`^(Connecting …|No connection\. Trying again in \W?\d+\W? s\.)$`)

// unnoticed checks what both pages have noted: the other online all the time,
// nothing wrong, and a word about the connection to nobody but Ann.
func (k *talk) unnoticed(name string) {
	k.t.Helper()
	type noted struct{ Bar, About, Wrong []string }
	for _, p := range k.both() {
		p.expectConnection(true)
		seen := ask[noted](p.tab, `window.seen ?? null`)
		if !slices.Equal(seen.About, []string{"online"}) || len(seen.Wrong) > 0 {
			k.t.Errorf("%s, node %s: the page had %+v", p.client.User.Nickname, name, seen)
		}
		for _, words := range seen.Bar {
			if p == k.bob || !reconnecting.MatchString(words) {
				k.t.Errorf("%s, node %s: the connection bar said %q", p.client.User.Nickname, name, words)
			}
		}
	}
}
