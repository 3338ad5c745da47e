package faults

import (
	"fmt"
	"time"

	"ginchat/model"
	"ginchat/test/harness"
)

// plan says who talks with whom, by their places among the people.
type plan struct {
	people  int
	devices int // of each person
	pairs   [][2]int
	groups  [][]int
	think   time.Duration // the longest time between an answer and the next send
}

// village is people of whom each has one friend, one community and five devices;
// their number must be a multiple of four. They think long enough that two cores,
// which run server, database and all the devices, do not drown.
func village(people int) plan {
	p := plan{people: people, devices: 5, think: 500 * time.Millisecond}
	for i := 0; i < people; i += 2 {
		p.pairs = append(p.pairs, [2]int{i, i + 1})
	}
	for i := 0; i < people; i += 4 {
		p.groups = append(p.groups, []int{i, i + 1, i + 2, i + 3})
	}
	return p
}

// town is 100 devices of 50 people who hold 60 private conversations and talk in
// 30 communities of five.
func town() plan {
	p := plan{people: 50, devices: 2, think: 1500 * time.Millisecond}
	for i := range p.people {
		p.pairs = append(p.pairs, [2]int{i, (i + 1) % p.people})
	}
	for i := range 10 {
		p.pairs = append(p.pairs, [2]int{i, i + 25})
	}
	for i := range 30 {
		var members []int
		for n := range 5 {
			members = append(members, (i+7*n)%p.people)
		}
		p.groups = append(p.groups, members)
	}
	return p
}

// place is a conversation, how two of its members call it, and where the record begins.
type place struct {
	name      string
	readers   [2]*harness.Client
	addresses [2]model.Address
	base      int64
}

// haunts are the conversations of one person.
type haunts struct{ private, communities []model.Address }

func (h haunts) all() []model.Address {
	return append(h.private[:len(h.private):len(h.private)], h.communities...)
}

// settle makes the people friends and the communities, and returns where each
// person talks.
func (c *crowd) settle(p plan) []haunts {
	of := make([]haunts, p.people)
	for _, pair := range p.pairs {
		a, b := c.people[pair[0]], c.people[pair[1]]
		harness.Befriend(a, b)
		of[pair[0]].private = append(of[pair[0]].private, b.Private())
		of[pair[1]].private = append(of[pair[1]].private, a.Private())
		c.places = append(c.places, &place{name: b.Private().Name(a.User.ID), readers: [2]*harness.Client{a, b},
			addresses: [2]model.Address{b.Private(), a.Private()}})
	}
	for i, group := range p.groups {
		var members []*harness.Client
		for _, n := range group {
			members = append(members, c.people[n])
		}
		community := harness.Community(fmt.Sprint("community ", i), members[0], members[1:]...)
		for _, n := range group {
			of[n].communities = append(of[n].communities, community)
		}
		c.places = append(c.places, &place{name: community.Name(0), readers: [2]*harness.Client{members[0], members[1]},
			addresses: [2]model.Address{community, community}})
	}
	return of
}
