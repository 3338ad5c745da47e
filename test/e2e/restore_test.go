package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"testing"

	"ginchat/common"
	"ginchat/db_conn"
	"ginchat/model"
	"ginchat/test/harness"

	"go.uber.org/zap"
)

// newHistory finds the statement that docs/operations.md has people run after
// they restored a backup.
var newHistory = regexp.MustCompile("(?m)^(DELETE FROM meta [^;]*);$")

// Who knows entries that a restored backup has not is told to drop what they have,
// also when the log has meanwhile grown beyond what they know: then nothing but
// the documented statement tells.
func TestRestoredBackup(t *testing.T) {
	server := harness.Start(t)
	ann, bob := server.Friends("restore")
	say := func(from, through int, what string) {
		t.Helper()
		for i := from; i <= through; i++ {
			if a := ann.Send(bob.Private(), fmt.Sprint(what, i), fmt.Sprint(what, " ", i)); !a.OK() {
				t.Fatalf("send: %d %s", a.Status, a.Body)
			}
		}
	}
	say(1, 3, "kept")
	server.Stop()
	backup := t.TempDir()
	copyFolder(t, backup, server.DataFolder())
	server.Restart()
	say(4, 5, "lost")
	_, answer, err := bob.Dial().Sync("", map[model.Address]int64{ann.Private(): 0})
	if err != nil || len(answer.Heads) != 1 || answer.Heads[0].Seq != 5 {
		t.Fatalf("before: %+v, %v", answer, err)
	}
	server.Stop()
	copyFolder(t, server.DataFolder(), backup)
	documented := newHistory.FindStringSubmatch(read(t, "docs/operations.md"))
	if documented == nil {
		t.Fatal("docs/operations.md has no statement for a restored backup")
	}
	execute(t, server.DataFolder(), documented[1])
	server.Restart()
	say(4, 6, "new")
	entries, after, err := bob.Dial().Sync(answer.Epoch, map[model.Address]int64{ann.Private(): 5})
	if err != nil || after.Epoch == answer.Epoch || len(entries) > 0 {
		t.Errorf("a device that knows 5 lost entries is told %+v after %d entries, %v; want another epoch and none", after, len(entries), err)
	}
	if history := bob.History(ann.Private()); len(history) != 6 || history[5].Content != "new 6" || history[3].Content != "new 4" {
		t.Errorf("after: %+v", history)
	}
}

// copyFolder makes folder a copy of from.
func copyFolder(t *testing.T, folder, from string) {
	t.Helper()
	if err := errors.Join(os.RemoveAll(folder), os.CopyFS(folder, os.DirFS(from))); err != nil {
		t.Fatal(err)
	}
}

// execute runs a statement on the embedded database of a server that has stopped.
func execute(t *testing.T, folder, statement string) {
	t.Helper()
	db, err := db_conn.OpenSQL(context.Background(), common.MySQL{}, folder, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	defer db_conn.Close(db)
	if err := db.Exec(statement).Error; err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
