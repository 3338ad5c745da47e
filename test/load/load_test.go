// Package load measures what a node, the database and Redis take for what they
// do. docs/scaling.md reckons with the figures; make bench runs it.
package load

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"ginchat/model"
	"ginchat/test/harness"
	"ginchat/test/services"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// built returns a server without the race detector, which would be most of what
// is measured.
func built(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "ginchat")
	cmd := exec.Command("go", "build", "-tags", "nomsgpack", "-o", path, ".")
	cmd.Dir = harness.Root(b)
	if output, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("build the server: %v\n%s", err, output)
	}
	return path
}

// node starts one of several nodes, which share a database and a Redis.
func node(b *testing.B, binary string, database harness.Option, redis string) *harness.Server {
	b.Helper()
	_, port, _ := strings.Cut(redis, ":")
	return harness.Start(b, harness.Program(binary), database, harness.Flags("--redis.ip=127.0.0.1", "--redis.port="+port,
		"--rpc.secret=of the nodes", fmt.Sprint("--rpc.port=", services.FreePort(b))))
}

// crowd makes users 1..n, who have a login each, and communities of so many
// members, each user in so many places of them. Friends are who is one of steps apart.
func crowd(b *testing.B, db *gorm.DB, n, places, members int, steps ...int) {
	b.Helper()
	users, logins, contacts := make([]model.User, n), make([]model.Login, n), []model.Contact{}
	now := model.MillisOf(time.Now())
	for i := range n {
		id := int64(i + 1)
		key := fmt.Sprint("load", id)
		hash := sha256.Sum256([]byte(token(i)))
		users[i] = model.User{ID: id, Mobile: key, MobileKey: key, Nickname: key}
		logins[i] = model.Login{ID: id, TokenHash: hash[:], UserID: id, SeenAt: now, ExpiresAt: now + model.Millis(time.Hour.Milliseconds())}
		for _, step := range steps {
			friend := int64((i+step)%n + 1)
			contacts = append(contacts, model.Contact{OwnerID: id, PeerID: friend, State: model.Friend},
				model.Contact{OwnerID: friend, PeerID: id, State: model.Friend})
		}
	}
	must(b, db.CreateInBatches(users, 500).Error)
	must(b, db.CreateInBatches(logins, 500).Error)
	if len(contacts) > 0 {
		must(b, db.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(contacts, 1000).Error)
	}
	for c := range n * places / members {
		club := model.Community{ID: int64(c + 1), Name: fmt.Sprint("club", c), OwnerID: 1, JoinPolicy: model.JoinOpen, HistoryPolicy: model.HistoryAll, MemberLimit: members}
		talk := model.Conversation{ID: club.ID, Name: model.CommunityName(club.ID), LastHash: make([]byte, 32)}
		rows := make([]model.Member, members)
		for i := range rows {
			rows[i] = model.Member{ConversationID: talk.ID, UserID: int64((c*members+i)%n + 1), Role: model.RoleMember}
		}
		must(b, db.Create(&club).Error)
		must(b, db.Create(&talk).Error)
		must(b, db.CreateInBatches(rows, 1000).Error)
	}
}

// token is as long as those the server makes.
func token(i int) string { return fmt.Sprintf("load-%038d", i) }

// sockets opens a socket for each of the users from..to-1 of a crowd.
func sockets(b *testing.B, on *harness.Server, from, to int) []*harness.Socket {
	b.Helper()
	all := make([]*harness.Socket, 0, to-from)
	for i := from; i < to; i++ {
		c := on.NewClient()
		c.Token = token(i)
		s, _, err := c.TryDial("/chat")
		must(b, err)
		b.Cleanup(s.Drop)
		all = append(all, s)
	}
	return all
}

// resident returns the memory of a process in bytes.
func resident(b *testing.B, pid int) int64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	must(b, err)
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kilobytes, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	must(b, err)
	return kilobytes << 10
}

// spent returns the processor time that a process has had, in steps of 10 ms.
func spent(b *testing.B, pid int) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	must(b, err)
	_, rest, _ := strings.Cut(string(stat), ") ") // after the name, which may hold anything
	var ticks int64
	for _, field := range strings.Fields(rest)[11:13] { // utime and stime
		n, err := strconv.ParseInt(field, 10, 64)
		must(b, err)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond // USER_HZ is 100
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
