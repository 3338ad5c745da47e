// Package service takes in what other nodes tell this one.
package service

import (
	"errors"
	"io"
	"time"

	"ginchat/model"
	pb "ginchat/proto/chat"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// proofWithin is how long a caller has to prove itself.
const proofWithin = 5 * time.Second

// Receiver tells the sessions of this node; chat.Chat does.
type Receiver interface {
	Receive(batch *model.Batch) error
}

// Chat is the gRPC server of proto/chat.
type Chat struct {
	pb.UnimplementedPeerServer
	receiver Receiver
	secret   string
}

// NewChat returns a server that hands what comes to receiver, from callers that
// prove to have the secret.
func NewChat(receiver Receiver, secret string) *Chat {
	return &Chat{receiver: receiver, secret: secret}
}

// Deliver takes batches from one peer until it ends the stream.
func (s *Chat) Deliver(stream grpc.BidiStreamingServer[pb.Batch, pb.Delivered]) error {
	if err := s.authenticate(stream); err != nil {
		return err
	}
	if err := stream.Send(&pb.Delivered{}); err != nil {
		return err
	}
	for {
		message, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		batch, err := decode(message)
		if err != nil {
			return status.Error(codes.InvalidArgument, err.Error())
		}
		if err := s.receiver.Receive(batch); err != nil {
			return status.Error(codes.Unavailable, err.Error())
		}
	}
}

// authenticate proves to the caller that this node has the secret, and has the
// caller prove the same.
func (s *Chat) authenticate(stream grpc.BidiStreamingServer[pb.Batch, pb.Delivered]) error {
	md, _ := metadata.FromIncomingContext(stream.Context())
	theirs := md.Get(pb.ChallengeKey)
	if len(theirs) != 1 || len(theirs[0]) != pb.ChallengeSize {
		return Stranger()
	}
	mine := pb.NewChallenge()
	err := stream.SendHeader(metadata.Pairs(pb.ChallengeKey, string(mine),
		pb.ProofKey, string(pb.Prove(s.secret, "answerer", []byte(theirs[0]), mine))))
	if err != nil {
		return err
	}
	proof := make(chan []byte, 1)
	go func() { // Recv has no time limit but the stream's end
		first, err := stream.Recv()
		if err != nil {
			first = &pb.Batch{}
		}
		proof <- first.GetProof()
	}()
	select {
	case given := <-proof:
		if !pb.Proved(given, s.secret, "caller", []byte(theirs[0]), mine) {
			return Stranger()
		}
		return nil
	case <-time.After(proofWithin):
		return Stranger()
	}
}

// Stranger is the answer to who does not prove to be a node.
func Stranger() error {
	return status.Error(codes.Unauthenticated, "only nodes with the same rpc.secret may call")
}
