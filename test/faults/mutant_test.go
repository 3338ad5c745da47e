package faults

import (
	"fmt"
	"testing"
	"time"

	"ginchat/test/checker"
	"ginchat/test/harness"
)

// The kill test can fail: a server that acks before it commits is found out.
func TestAckBeforeCommitIsFound(t *testing.T) {
	t.Parallel() // it measures nothing
	early := harness.Mutant(t,
		harness.Edit{
			File: "httphandlerpack/chat/commit.go",
			Old:  "func (c *committer) commit(batch []*send) {\n",
			New: "func (c *committer) commit(batch []*send) {\n" +
				"\tfor _, one := range batch {\n" +
				"\t\tanswer, once := one.done, new(sync.Once)\n" +
				"\t\tone.done = func(m *model.Message, err error) { once.Do(func() { answer(m, err) }) }\n" +
				"\t}\n",
		},
		harness.Edit{
			File: "httphandlerpack/chat/commit.go",
			Old:  "import (\n",
			New:  "import (\n\t\"sync\"\n",
		},
		harness.Edit{ // everything is assigned and nothing committed yet
			File: "httphandlerpack/chat/store.go",
			Old:  "\t\tif err := s.insert(tx, fresh); err != nil {\n",
			New:  "\t\tfor _, one := range fresh {\n\t\t\tone.done(one.outcome())\n\t\t}\n\t\tif err := s.insert(tx, fresh); err != nil {\n",
		})
	each(t, func(t *testing.T, on harness.Option) {
		server := harness.Start(t, on, harness.Program(early))
		c := newCrowd(t, village(8), server)
		c.talk()
		const kills = 4
		for range kills {
			c.awaitUp()
			c.awaitAnswers(20, 30*time.Second)
			c.fire()
			c.awaitAnswers(1, 30*time.Second) // its neighbours are in the same batch, not committed yet
			server.Kill9()
			server.Restart()
		}
		c.awaitUp()
		found := checker.Check(c.finish())
		lost := 0
		for _, v := range found {
			if v.Rule == "I1" {
				lost++
			}
		}
		if lost == 0 {
			t.Errorf("after %d kills of a server that acks before it commits no acked message is missed; found %v", kills, found)
		}
		fmt.Printf("%s: %d kills, %d acked messages lost and found out\n", t.Name(), kills, lost)
	})
}
