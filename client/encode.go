package client

import (
	"ginchat/model"
	pb "ginchat/proto/chat"
)

// encode returns the message that carries a batch, and its size.
func encode(b *model.Batch) (*pb.Batch, int) {
	message := &pb.Batch{}
	for i := range b.Entries {
		e := &b.Entries[i]
		message.Entries = append(message.Entries, &pb.Entry{Conversation: e.Conversation, Name: e.Parties.Name(), Seq: e.Seq,
			Op: string(e.Op), Target: e.Target, Frame: e.Frame})
	}
	for _, m := range b.Marks {
		message.Marks = append(message.Marks, &pb.Mark{Conversation: m.Conversation, Name: m.Parties.Name(), Reader: m.Reader, Seq: m.Seq, After: m.After})
	}
	for _, p := range b.Presences {
		message.Presences = append(message.Presences, &pb.Presence{User: p.User, Online: int32(p.Online), At: int64(p.At), To: p.To})
	}
	for _, e := range b.Ended {
		message.Ended = append(message.Ended, &pb.Login{User: e.User, Login: e.Login})
	}
	return message, sizeOf(message)
}

// sizeOf is roughly how many bytes a message takes, here and on the way.
func sizeOf(b *pb.Batch) int {
	size := 64 * (len(b.Marks) + len(b.Ended))
	for _, e := range b.Entries {
		size += 96 + len(e.Frame)
	}
	for _, p := range b.Presences {
		size += 64 + 8*len(p.To)
	}
	return size
}
