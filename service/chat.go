// Package service takes in what other nodes have stored.
package service

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"

	"ginchat/model"
	pb "ginchat/proto/chat"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// Receiver delivers entries to the sessions of this node; chat.Chat does.
type Receiver interface {
	Receive(entries []model.Entry) error
}

// Chat is the gRPC server of proto/chat.
type Chat struct {
	pb.UnimplementedPeerServer
	receiver Receiver
}

// NewChat returns a server that hands entries to receiver.
func NewChat(receiver Receiver) *Chat { return &Chat{receiver: receiver} }

// Deliver takes batches from one peer until it ends the stream.
func (s *Chat) Deliver(stream grpc.ClientStreamingServer[pb.Batch, pb.Delivered]) error {
	for {
		batch, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return stream.SendAndClose(&pb.Delivered{})
		}
		if err != nil {
			return err
		}
		entries, err := decode(batch)
		if err != nil {
			return status.Error(codes.InvalidArgument, err.Error())
		}
		if err := s.receiver.Receive(entries); err != nil {
			return status.Error(codes.Unavailable, err.Error())
		}
	}
}

func decode(batch *pb.Batch) ([]model.Entry, error) {
	entries := make([]model.Entry, len(batch.GetEntries()))
	for i, e := range batch.GetEntries() {
		parties, err := model.ParseName(e.GetName())
		if err != nil {
			return nil, err
		}
		if e.GetSeq() <= 0 || e.GetConversation() <= 0 {
			return nil, errors.New("an entry needs a conversation and a seq")
		}
		entries[i] = model.Entry{Parties: parties, Message: model.Message{
			ConversationID: e.GetConversation(), Seq: e.GetSeq(), SenderID: e.GetSender(), MsgID: e.GetMsgid(),
			Draft: model.Draft{Op: model.Op(e.GetOp()), Target: e.GetTarget(), Media: model.Media(e.GetMedia()), Content: e.GetContent(),
				URL: e.GetUrl(), Pic: e.GetPic(), Memo: e.GetMemo(), Amount: e.GetAmount(), ReplyTo: e.GetReplyTo()},
			CRC: e.GetCrc(), SentAt: model.Millis(e.GetSentAt()),
		}}
	}
	return entries, nil
}

// Authenticate returns an interceptor that lets in only callers with the secret.
// An empty secret lets in everybody: the transport has checked them.
func Authenticate(secret string) grpc.StreamServerInterceptor {
	want := sha256.Sum256([]byte("Bearer " + secret))
	return func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		md, _ := metadata.FromIncomingContext(stream.Context())
		given := md.Get("authorization")
		if secret != "" {
			if len(given) != 1 {
				return status.Error(codes.Unauthenticated, "the secret is missing")
			}
			got := sha256.Sum256([]byte(given[0]))
			if subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
				return status.Error(codes.Unauthenticated, "the secret is wrong")
			}
		}
		return handler(srv, stream)
	}
}
