package main

import (
	"math"
	"math/bits"
	"sort"
)

// world is a cluster and where its people are. Nothing of it is kept in memory:
// where somebody is, is a hash of who they are.
type world struct {
	cluster
	seed  uint64
	sizes []float64 // cumulative share of the memberships in communities of up to smallest+i members
}

func newWorld(c cluster, seed uint64) *world {
	w := &world{cluster: c, seed: seed}
	sum := 0.0
	for s := smallest; s <= largest; s++ {
		sum += math.Pow(float64(s), 1-steepness)
		w.sizes = append(w.sizes, sum)
	}
	for i := range w.sizes {
		w.sizes[i] /= sum
	}
	return w
}

// sizeAt returns the size of the community that a membership, drawn by a number
// from [0,1), is in: a community is met as often as it has members.
func (w *world) sizeAt(u float64) int {
	return smallest + sort.Search(len(w.sizes)-1, func(i int) bool { return u < w.sizes[i] })
}

// ofMemberships returns the mean of f over all memberships, by the size of the community.
func (w *world) ofMemberships(f func(size float64) float64) float64 {
	sum, before := 0.0, 0.0
	for i, share := range w.sizes {
		sum += (share - before) * f(float64(smallest+i))
		before = share
	}
	return sum
}

// onNode is the chance that somebody online has a socket on a given node.
func (w *world) onNode() float64 {
	n := float64(w.nodes)
	return 1 - (1-1/n)*(1-secondDevice/n)
}

// hash mixes its arguments with the seed into 64 bits (splitmix64).
func (w *world) hash(of ...uint64) uint64 {
	h := w.seed
	for _, x := range of {
		h += x + 0x9e3779b97f4a7c15
		h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
		h = (h ^ h>>27) * 0x94d049bb133111eb
		h ^= h >> 31
	}
	return h
}

// chance makes a number from [0,1) of a hash.
func chance(h uint64) float64 { return float64(h>>11) / (1 << 53) }

// nodeSet is a set of nodes, by number.
type nodeSet []uint64

func (w *world) newSet() nodeSet { return make(nodeSet, (w.nodes+63)/64) }

func (s nodeSet) add(node int)    { s[node/64] |= 1 << (node % 64) }
func (s nodeSet) remove(node int) { s[node/64] &^= 1 << (node % 64) }

func (s nodeSet) len() (n int) {
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// all yields the nodes in the set, in order.
func (s nodeSet) all() func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i, word := range s {
			for ; word != 0; word &= word - 1 {
				if !yield(i*64 + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}

// place adds the nodes on which the person called id has sockets, and returns how many sockets.
func (w *world) place(id uint64, to nodeSet) int {
	h := w.hash(id, 1)
	to.add(int(h % uint64(w.nodes)))
	h = w.hash(id, 2)
	if chance(h) >= secondDevice {
		return 1
	}
	to.add(int(w.hash(id, 3) % uint64(w.nodes)))
	return 2
}

// audience adds the nodes of those of n people who are online, and returns how
// many those are and how many sockets they have. of names what they belong to.
func (w *world) audience(of uint64, n int, online float64, to nodeSet) (people, sockets int) {
	for i := range n {
		id := w.hash(of, uint64(i))
		if chance(w.hash(id, 4)) < online {
			people++
			sockets += w.place(id, to)
		}
	}
	return people, sockets
}
