package service

import (
	"errors"
	"slices"

	"ginchat/model"
	pb "ginchat/proto/chat"
)

// What no node would say.
var (
	errNumbers = errors.New("an entry needs a conversation, a seq and a frame")
	errNobody  = errors.New("there is no such user")
)

func decode(message *pb.Batch) (*model.Batch, error) {
	batch := &model.Batch{}
	for _, e := range message.GetEntries() {
		parties, err := model.ParseName(e.GetName())
		if err != nil {
			return nil, err
		}
		if e.GetSeq() <= 0 || e.GetConversation() <= 0 || len(e.GetFrame()) == 0 {
			return nil, errNumbers
		}
		batch.Entries = append(batch.Entries, model.Forwarded{Conversation: e.GetConversation(), Parties: parties, Seq: e.GetSeq(),
			Op: model.Op(e.GetOp()), Target: e.GetTarget(), Frame: e.GetFrame()})
	}
	for _, m := range message.GetMarks() {
		parties, err := model.ParseName(m.GetName())
		if err != nil {
			return nil, err
		}
		if m.GetConversation() <= 0 {
			return nil, errNumbers
		}
		batch.Marks = append(batch.Marks, model.Mark{Conversation: m.GetConversation(), Parties: parties,
			Reader: m.GetReader(), Seq: m.GetSeq(), After: m.GetAfter()})
	}
	for _, p := range message.GetPresences() {
		if p.GetUser() <= 0 || slices.ContainsFunc(p.GetTo(), func(id int64) bool { return id <= 0 }) {
			return nil, errNobody
		}
		batch.Presences = append(batch.Presences, model.PresenceChange{User: p.GetUser(), Online: int(p.GetOnline()),
			At: model.Millis(p.GetAt()), To: p.GetTo()})
	}
	for _, e := range message.GetEnded() {
		if e.GetUser() <= 0 {
			return nil, errNobody
		}
		batch.Ended = append(batch.Ended, model.EndedLogin{User: e.GetUser(), Login: e.GetLogin()})
	}
	return batch, nil
}
